"""What the figures are about: a period, a level, and where."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
    period = forms.CharField(
        label=_("Period"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"placeholder": "2026-10"}),
    )

    def clean_period(self) -> Period:
        text = self.cleaned_data["period"]
        if not text:
            return Period.month_of(timezone.localdate())
        try:
            return Period.parse(text)
        except ValueError as error:
            raise ValidationError(
                _("Write the period as 2026-10, 2026-Q3 or 2026.")
            ) from error

    def clean_level(self) -> str:
        return self.cleaned_data["level"] or "person"

    @property
    def asked(self) -> dict[str, Any] | None:
        return self.cleaned_data if self.is_valid() else None
