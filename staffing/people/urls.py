from django.urls import path, register_converter

from staffing.people.views import access, people
from staffing.people.views.days import DayConverter

register_converter(DayConverter, "day")

app_name = "people"
urlpatterns = [
    path("", people.person_list, name="list"),
    path("add/", people.person_add, name="add"),
    path("numbers/<str:number>/", people.person_detail, name="person"),
    path("numbers/<str:number>/change/", people.person_edit, name="edit"),
    path("numbers/<str:number>/move/", people.person_transfer, name="transfer"),
    path("numbers/<str:number>/assign/", people.person_assign, name="assign"),
    path(
        "numbers/<str:number>/at/<str:outlet>/<day:starts_on>/end/",
        people.assignment_end,
        name="assignment_end",
    ),
    path("password/", access.choose_password, name="choose_password"),
    path("access/", access.user_list, name="users"),
    path("access/add/", access.user_add, name="user_add"),
    path("access/users/<uuid:uuid>/", access.user_detail, name="user"),
    path(
        "access/users/<uuid:uuid>/password/", access.user_password, name="user_password"
    ),
    path(
        "access/users/<uuid:uuid>/stop/", access.user_deactivate, name="user_deactivate"
    ),
    path(
        "access/users/<uuid:uuid>/let-in/",
        access.user_reactivate,
        name="user_reactivate",
    ),
    path("access/users/<uuid:uuid>/grant/", access.grant_give, name="grant_give"),
    path("access/grants/", access.grant_list, name="grants"),
    path("access/grants/<uuid:uuid>/end/", access.grant_end, name="grant_end"),
    path("access/agencies/", access.agency_list, name="agencies"),
    path("access/agencies/add/", access.agency_add, name="agency_add"),
    path("access/agencies/at/<str:code>/", access.agency_edit, name="agency"),
]
