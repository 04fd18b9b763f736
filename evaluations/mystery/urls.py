from django.urls import path

from evaluations.mystery import views

app_name = "mystery"
urlpatterns = [
    path("", views.visit_list, name="list"),
    path("add/", views.visit_add, name="add"),
    path("visits/<str:visit_no>/", views.visit_detail, name="visit"),
    path("visits/<str:visit_no>/release/", views.visit_release, name="release"),
]
