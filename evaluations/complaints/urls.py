from django.urls import path, register_converter

from evaluations.complaints.acting import Action
from evaluations.complaints.views import calendars, cases


class ActionConverter:
    """One of the things that can be done to a case."""

    regex = "|".join(sorted(action.value for action in Action))

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ActionConverter, "case_action")

app_name = "complaints"
urlpatterns = [
    path("", cases.case_list, name="list"),
    path("log/", cases.log, name="log"),
    path("calendars/", calendars.calendar_list, name="calendars"),
    path("calendars/<str:code>/", calendars.calendar_edit, name="calendar"),
    path("calendars/<str:code>/drop/", calendars.calendar_drop, name="calendar_drop"),
    path("<str:case_no>/", cases.case_detail, name="case"),
    path("<str:case_no>/contact/", cases.case_contact, name="contact"),
    path("<str:case_no>/<case_action:action>/", cases.case_act, name="act"),
]
