from datetime import date

from django.urls import path, register_converter

from evaluations.checks.views import card, records, standards


class DayConverter:
    """A day in an address, written 2026-10-31."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return f"{value:%F}"


register_converter(DayConverter, "check_day")

app_name = "checks"
urlpatterns = [
    path("", card.card, name="card"),
    path("record/", card.record, name="record"),
    path("list/", records.check_list, name="list"),
    path("findings/", standards.outlet_findings, name="findings"),
    path("standards/", standards.standard_list, name="standards"),
    path("standards/<str:code>/", standards.standard_detail, name="standard"),
    path(
        "standards/<str:code>/card/",
        standards.standard_on_card,
        name="standard_on_card",
    ),
    path("day/<uuid:employee>/<check_day:on>/", records.day_detail, name="day"),
    path("<uuid:uuid>/", records.check_detail, name="check"),
    path("<uuid:uuid>/correct/", card.correct, name="correct"),
    path("<uuid:uuid>/undo/", card.undo, name="undo"),
    path("<uuid:uuid>/choose/", card.choose, name="choose"),
]
