"""Which day or month to show."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outlets.flow.rules import Month


class MonthField(forms.CharField):
    """A month written as `2026-10`; cleans to a `Month`, or None where empty."""

    widget = forms.TextInput(
        attrs={"type": "month", "placeholder": "2026-10", "maxlength": 7}
    )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return Month.parse(text)
        except ValueError:
            raise forms.ValidationError(_("Write the month as in 2026-10.")) from None


class MonthForm(forms.Form):
    month = MonthField(label=_("Month"), required=False)


class MadeForm(forms.Form):
    """Which forecast: that whose first day is `first`; empty: the newest."""

    first = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput)


class DayForm(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput)
