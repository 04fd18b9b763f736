from django.urls import path

from evaluations.feedback import views

app_name = "feedback"
urlpatterns = [
    path("", views.rating_list, name="list"),
    path("call-backs/add/", views.callback_add, name="add"),
    path("invitations/", views.invitation_list, name="invitations"),
    path("<uuid:uuid>/", views.rating_detail, name="rating"),
]
