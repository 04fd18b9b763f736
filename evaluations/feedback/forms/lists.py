"""What narrows the lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models import ONSITE, Channel
from evaluations.ledger.forms import OutletMonthFilter, Rows

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
