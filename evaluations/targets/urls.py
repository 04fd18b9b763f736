from django.urls import path

from evaluations.targets import views

app_name = "targets"
urlpatterns = [
    path("", views.target_list, name="list"),
    path("<uuid:uuid>/", views.target_detail, name="target"),
]
