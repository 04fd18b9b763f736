from django.urls import path

from staffing.people.api import EmployeeViewSet

urlpatterns = [
    path("employees/", EmployeeViewSet.as_view({"get": "list"}), name="api-employees"),
    path(
        "employees/<str:number>/",
        EmployeeViewSet.as_view({"get": "retrieve"}),
        name="api-employee",
    ),
]
