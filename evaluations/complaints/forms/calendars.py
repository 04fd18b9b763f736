"""A region's business calendar, as two texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.clocks import CalendarError, read_calendar
from evaluations.complaints.models.calendars import HOURS_LENGTH

_WRONG = {
    "hours": _("“%(line)s” is no week. Write it as Mon-Fri 09:00-12:00, 13:30-18:00."),
    "never": _("“%(line)s” leaves no time at all. Give at least one day some hours."),
    "day": _(
        "“%(line)s” is no single day. Write it as 2026-10-01 closed, or as "
        "2026-10-10 09:00-18:00."
    ),
    "twice": _("“%(line)s” says a day a second time. Keep one line for each day."),
}


class CalendarForm(forms.Form):
    hours = forms.CharField(
        label=_("A normal week"),
        required=False,
        max_length=HOURS_LENGTH,
        help_text=_(
            "Such as Mon-Fri 09:00-12:00, 13:30-18:00; Sat 09:00-12:00. Empty: round "
            "the clock."
        ),
    )
    days = forms.CharField(
        label=_("Single days"),
        required=False,
        max_length=20_000,
        help_text=_(
            "One line a day: 2026-10-01 closed for a holiday, 2026-10-10 09:00-18:00 "
            "for a day off that is worked."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            read_calendar(cleaned.get("hours", ""), cleaned.get("days", ""))
        except CalendarError as error:
            field = "hours" if error.why in ("hours", "never") else "days"
            message = str(_WRONG[error.why]) % {"line": error.line}
            self.add_error(field, message)
        return cleaned
