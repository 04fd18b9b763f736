"""What the figures are about: a period, a level, and where."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.fields import PeriodField
from evaluations.ledger.periods import Period
from outlets.places.models import RegionLevel


class FigureFilter(forms.Form):
    """A period, one level of the table, and perhaps one outlet."""

    level = forms.ChoiceField(
        label=_("One line per"),
        required=False,
        choices=[
            ("person", _("person")),
            ("outlet", _("outlet")),
            *[(one, one.label) for one in RegionLevel],
        ],
    )
    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=200)
    period = PeriodField(label=_("Period"), required=False)

    def clean_period(self) -> Period:
        asked: Period | None = self.cleaned_data["period"]
        return asked or Period.month_of(timezone.localdate())

    def clean_level(self) -> str:
        return self.cleaned_data["level"] or "person"

    @property
    def asked(self) -> dict[str, Any] | None:
        return self.cleaned_data if self.is_valid() else None
