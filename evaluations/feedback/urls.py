from django.urls import path

from evaluations.feedback.views import (
    calls,
    counters,
    customers,
    figures,
    gateway,
    lists,
    pad,
)

app_name = "feedback"
urlpatterns = [
    path("", lists.rating_list, name="list"),
    path("figures/", figures.figure_page, name="figures"),
    path("call-backs/", calls.call_list, name="calls"),
    path("call-backs/<uuid:uuid>/", calls.call_page, name="call"),
    path("sms/replies/", gateway.replies, name="replies"),
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
