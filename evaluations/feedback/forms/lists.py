"""What narrows the lists, and the form of a call-back."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models import ONSITE, Channel
from evaluations.ledger.forms import OutletMonthFilter, Rows
from staffing.people.models import Employee, User
from staffing.people.selectors import colleagues

ONSITE_TOGETHER = "onsite"


class PlaceAndTimeFilter(OutletMonthFilter):
    """An outlet and a month to read; and, from a ledger entry, one person's day.

    `at` and `about` are ids (`about` may be `-`: nobody, the outlet itself).
    """

    day = forms.DateField(required=False, widget=forms.HiddenInput)
    at = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    about = forms.RegexField(
        r"^(\d{1,18}|-)$", required=False, widget=forms.HiddenInput
    )

    @property
    def is_one_day(self) -> bool:
        """Tell whether the list shows what stands behind one ledger entry."""
        return self.is_valid() and self.cleaned_data["day"] is not None

    def narrow(self, rows: Rows) -> Rows:
        rows = super().narrow(rows)
        if not self.is_valid():
            return rows
        asked = self.cleaned_data
        if asked["day"]:
            rows = rows.filter(on=asked["day"])
        if asked["at"]:
            rows = rows.filter(outlet=asked["at"])
        if asked["about"] == "-":
            rows = rows.filter(employee=None)
        elif asked["about"]:
            rows = rows.filter(employee=int(asked["about"]))
        return rows


class RatingFilter(PlaceAndTimeFilter):
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[
            ("", _("all channels")),
            (ONSITE_TOGETHER, _("on site (pad and QR)")),
            *Channel.choices,
        ],
    )

    def narrow(self, rows: Rows) -> Rows:
        rows = super().narrow(rows)
        channel = self.cleaned_data.get("channel") if self.is_valid() else ""
        if channel == ONSITE_TOGETHER:
            return rows.filter(channel__in=ONSITE)
        return rows.filter(channel=channel) if channel else rows


class CallBackForm(forms.Form):
    """Cleans to the arguments of `record_callback`, but for `by`."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    employee = forms.ModelChoiceField(
        label=_("Who served the customer"), queryset=Employee.objects.none()
    )
    called_on = forms.DateField(label=_("Called on"))
    called_at = forms.TimeField(
        label=_("Called at"),
        help_text=_("Local time of the outlet."),
    )
    score = forms.TypedChoiceField(
        label=_("The customer's mark"),
        coerce=int,
        choices=[
            (5, _("5 – very satisfied")),
            (4, _("4 – satisfied")),
            (3, _("3 – neither")),
            (2, _("2 – dissatisfied")),
            (1, _("1 – very dissatisfied")),
        ],
        widget=forms.RadioSelect,
    )
    ticket_no = forms.CharField(label=_("Ticket number"), required=False, max_length=40)
    comment = forms.CharField(
        label=_("What the customer said"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime()
        self.fields["called_on"].initial = now.date()
        self.fields["called_at"].initial = now.time()
        self.fields["employee"].queryset = colleagues(viewer, now.date())  # type: ignore[attr-defined]
        self.fields["employee"].label_from_instance = (  # type: ignore[attr-defined]
            lambda person: f"{person.name} · {person.number}"
        )
