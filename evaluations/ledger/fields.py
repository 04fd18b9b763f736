"""Fields of forms that clean to a period."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period


class PeriodField(forms.CharField):
    """A month, quarter or year as text; cleans to a `Period`, or None where empty."""

    shown_as = "text"
    refusal = _("Write the period as 2026-10, 2026-Q3 or 2026.")

    def __init__(self, **given: Any) -> None:
        attrs = {"type": self.shown_as, "placeholder": "2026-10"}
        super().__init__(max_length=7, widget=forms.TextInput(attrs=attrs), **given)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return self.parsed(text)
        except ValueError as error:
            raise ValidationError(self.refusal) from error

    def parsed(self, text: str) -> Period:
        return Period.parse(text)

    def run_validators(self, value: Any) -> None:
        """Lengths were looked at when the text was read; a period has none."""


class MonthField(PeriodField):
    """A month as text; cleans to a `Period`, or None where empty."""

    shown_as = "month"
    refusal = _("Write the month as 2026-10.")

    def parsed(self, text: str) -> Period:
        return Period.month(text)
