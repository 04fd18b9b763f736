"""What narrows the lists of the rooms that capture."""

from typing import TypeVar

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.fields import MonthField

Rows = TypeVar("Rows", bound=models.QuerySet)


class OutletMonthFilter(forms.Form):
    """An outlet, by its code or a part of its name, and a month to read.

    `day_field` is the row's day; rooms add fields of their own and extend `narrow`.
    """

    day_field = "on"

    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=200)
    month = MonthField(label=_("Month"), required=False)

    @property
    def narrows(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, rows: Rows) -> Rows:
        """Keep what the form asks for; a form with errors keeps nothing."""
        if not self.is_valid():
            return rows.none()
        if text := self.cleaned_data["outlet"]:
            rows = rows.filter(
                Q(outlet__code__iexact=text) | Q(outlet__name__icontains=text)
            )
        if month := self.cleaned_data["month"]:
            days = (month.first, month.last)
            rows = rows.filter(**{f"{self.day_field}__range": days})
        return rows
