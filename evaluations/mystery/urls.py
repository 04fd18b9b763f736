from django.urls import path, register_converter

from evaluations.mystery.rules.appealing import AppealAction
from evaluations.mystery.views import appeals, checking, visits


class AppealActionConverter:
    """One of the things that can be done with an appeal."""

    regex = "|".join(sorted(action.value for action in AppealAction))

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AppealActionConverter, "appeal_action")

app_name = "mystery"
urlpatterns = [
    path("", visits.visit_list, name="list"),
    path("add/", visits.visit_add, name="add"),
    path("visits/<str:visit_no>/", visits.visit_detail, name="visit"),
    path("visits/<str:visit_no>/release/", checking.visit_release, name="release"),
    path(
        "visits/<str:visit_no>/attribute/", checking.visit_attribute, name="attribute"
    ),
    path("visits/<str:visit_no>/back/", checking.visit_send_back, name="send_back"),
    path("visits/<str:visit_no>/appeal/", appeals.appeal_add, name="appeal_add"),
    path("appeals/", appeals.appeal_list, name="appeals"),
    path("appeals/<uuid:uuid>/", appeals.appeal_detail, name="appeal"),
    path(
        "appeals/<uuid:uuid>/<appeal_action:action>/",
        appeals.appeal_act,
        name="appeal_act",
    ),
]
