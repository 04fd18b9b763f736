from django.urls import path

from evaluations.knowledge import views

app_name = "knowledge"
urlpatterns = [
    path("", views.result_list, name="list"),
    path("add/", views.result_add, name="add"),
    path("<uuid:uuid>/", views.result_detail, name="result"),
]
