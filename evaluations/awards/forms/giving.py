"""Money and points."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.awards.models import Account, Fund

_MOST = Decimal("99999999.99")


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal("0.01"), max_value=_MOST, decimal_places=2
    )


class PayInForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    amount = _amount(_("Amount"))
    note = forms.CharField(label=_("Where it comes from"), max_length=200)

    def clean_amount(self) -> int:
        return int(self.cleaned_data["amount"] * 100)


class BonusForm(forms.Form):
    fund = forms.ModelChoiceField(
        Fund.objects.order_by("code"), label=_("Fund"), empty_label=None
    )
    amount = _amount(_("Amount"))

    def clean_amount(self) -> int:
        return int(self.cleaned_data["amount"] * 100)


class PointForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    number = forms.CharField(label=_("Staff number"), max_length=40)
    account = forms.ChoiceField(
        label=pgettext_lazy("award", "Account"), choices=Account.choices
    )
    amount = forms.IntegerField(
        label=pgettext_lazy("award", "Points"),
        help_text=_("Below zero takes points away."),
    )
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
