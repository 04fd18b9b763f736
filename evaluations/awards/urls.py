from django.urls import path

from evaluations.awards import views

app_name = "awards"
urlpatterns = [
    path("", views.award_lists, name="list"),
    path("runs/<int:run_id>/draw/", views.draw, name="draw"),
    path("<uuid:uuid>/", views.award_list_detail, name="detail"),
    path("<uuid:uuid>/publish/", views.publish, name="publish"),
    path("<uuid:uuid>/held/", views.decide_held, name="decide_held"),
]
