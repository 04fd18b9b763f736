from django.urls import path, register_converter

from evaluations.complaints.acting import Action
from evaluations.complaints.order_acting import OrderAction
from evaluations.complaints.red_line_acting import RedAction
from evaluations.complaints.views import calendars, cases, meetings, orders, red_lines


class _Choice:
    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ActionConverter(_Choice):
    """One of the things that can be done to a case."""

    regex = "|".join(sorted(action.value for action in Action))


class RedDoingConverter(_Choice):
    """One of the things that can be done to a red-line file."""

    regex = "|".join(sorted(red_lines.DOINGS))


class RedActionConverter(_Choice):
    """One of the things that can be done about a person whom a file names."""

    regex = "|".join(sorted(action.value for action in RedAction))


class OrderActionConverter(_Choice):
    """One of the things that can be done with a supervision order."""

    regex = "|".join(sorted(action.value for action in OrderAction))


register_converter(OrderActionConverter, "order_action")
register_converter(ActionConverter, "case_action")
register_converter(RedDoingConverter, "red_doing")
register_converter(RedActionConverter, "red_action")

app_name = "complaints"
urlpatterns = [
    path("", cases.case_list, name="list"),
    path("log/", cases.log, name="log"),
    path("calendars/", calendars.calendar_list, name="calendars"),
    path("calendars/<str:code>/", calendars.calendar_edit, name="calendar"),
    path("calendars/<str:code>/drop/", calendars.calendar_drop, name="calendar_drop"),
    path("red-lines/", red_lines.file_list, name="red_lines"),
    path("red-lines/report/", red_lines.file_report, name="red_line_report"),
    path(
        "red-lines/evidence/<uuid:uuid>/",
        red_lines.evidence,
        name="red_line_evidence",
    ),
    path("red-lines/<str:file_no>/", red_lines.file_detail, name="red_line"),
    path(
        "red-lines/<str:file_no>/<red_doing:doing>/",
        red_lines.file_do,
        name="red_line_do",
    ),
    path(
        "red-lines/<str:file_no>/<int:party>/<red_action:action>/",
        red_lines.party_act,
        name="red_line_act",
    ),
    path("orders/", orders.order_list, name="orders"),
    path("orders/new/", orders.order_new, name="order_new"),
    path("orders/<str:order_no>/", orders.order_detail, name="order"),
    path(
        "orders/<str:order_no>/<order_action:action>/",
        orders.order_act,
        name="order_act",
    ),
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/<str:code>/<str:month>/", meetings.meeting, name="meeting"),
    path("days/<str:code>/<str:on>/", meetings.day, name="day"),
    path("<str:case_no>/", cases.case_detail, name="case"),
    path("<str:case_no>/contact/", cases.case_contact, name="contact"),
    path("<str:case_no>/<case_action:action>/", cases.case_act, name="act"),
]
