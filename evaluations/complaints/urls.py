from django.urls import path

from evaluations.complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("<str:case_no>/", views.case_detail, name="case"),
]
