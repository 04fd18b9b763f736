from django.urls import path

from evaluations.feedback.views import counters, customers, lists, pad

app_name = "feedback"
urlpatterns = [
    path("", lists.rating_list, name="list"),
    path("call-backs/add/", lists.callback_add, name="add"),
    path("invitations/", lists.invitation_list, name="invitations"),
    path("pad/", pad.pad_page, name="pad"),
    path("pad/worker.js", pad.pad_worker, name="pad_worker"),
    path("pad/taps/", pad.TapsView.as_view(), name="taps"),
    path("counters/", counters.counter_list, name="counters"),
    path("counters/<uuid:uuid>/", counters.counter_page, name="counter"),
    path("rate/counter/<str:token>/", customers.rate_counter, name="rate_counter"),
    path("rate/ticket/<str:token>/", customers.rate_ticket, name="rate_ticket"),
    path("<uuid:uuid>/", lists.rating_detail, name="rating"),
]
