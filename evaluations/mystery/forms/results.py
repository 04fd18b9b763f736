"""What narrows results: a region and months."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.fields import MonthField
from evaluations.ledger.periods import Period
from evaluations.mystery.selectors.results import Asked
from outlets.places.models import Region

MONTHS, MOST_MONTHS = 6, 24
CENTURY = 20


def _back(period: Period, months: int) -> Period:
    for _month in range(months):
        period = period.previous
    return period


class ResultMonth(MonthField):
    """A month of this century: before the first one of all nothing can be counted."""

    refusal = _("Write a month of this century, such as 2026-10.")

    def parsed(self, text: str) -> Period:
        month = super().parsed(text)
        if month.first.year // 100 != CENTURY:
            raise ValueError(f"“{text}” is no month of this century")
        return month


class ResultFilter(forms.Form):
    """Both months are inclusive; without them the last six hold."""

    first = ResultMonth(label=_("First month"), required=False)
    last = ResultMonth(label=_("Last month"), required=False)

    def clean(self) -> dict[str, object]:
        given = self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            raise ValidationError(_("The last month lies before the first."))
        return given

    def asked(self, region: Region | None) -> Asked:
        """Return what the page is about; months that say nothing are the usual ones.

        Of a longer span the last `MOST_MONTHS` are looked at.
        """
        given = self.cleaned_data if self.is_valid() else {}
        last = given.get("last") or Period.month_of(timezone.localdate())
        first = given.get("first") or _back(last, MONTHS - 1)
        first = max(min(first, last), _back(last, MOST_MONTHS - 1))
        return Asked(first.first, last.last, region)
