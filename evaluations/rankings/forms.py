"""Choices on the pages of rankings."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.ledger.models import Entry
from evaluations.ledger.periods import Period
from evaluations.rankings.models import Scheme, Shown
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.services.runs import DEFAULT_SCHEME
from evaluations.rankings.words import LEVEL_NAMES

MOST_MONTHS = 36


class StartForm(forms.Form):
    """Which period to rank, by which scheme; cleans to the service's arguments."""

    period = forms.TypedChoiceField(
        label=gettext_lazy("Period"), coerce=Period.parse, choices=()
    )
    scheme = forms.ChoiceField(
        label=gettext_lazy("Scheme"), choices=(), initial=DEFAULT_SCHEME
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        span = Entry.objects.aggregate(first=Min("on"), last=Max("on"))
        today = timezone.localdate()
        begins, ends = span["first"] or today, max(span["last"] or today, today)
        choices: Any = period_choices(begins, ends)
        self.fields["period"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("period", Period.month_of(today).previous.code)
        schemes = Scheme.objects.in_use()
        self.fields["scheme"].choices = [  # type: ignore[attr-defined]
            (scheme.code, str(scheme)) for scheme in schemes
        ]


def period_choices(first: date, last: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return months, quarters and years from the one of `last` back, grouped."""
    first = min(first, Period.month_of(last).previous.first)
    groups = (
        (_("Months"), Period.month_of(last), MOST_MONTHS),
        (_("Quarters"), Period.quarter_of(last), MOST_MONTHS // 3),
        (_("Years"), Period.year_of(last), MOST_MONTHS // 12 + 1),
    )
    choices = []
    for label, period, most in groups:
        codes: list[tuple[str, str]] = []
        while period.last >= first and len(codes) < most:
            codes.append((period.code, period.code))
            period = period.previous
        choices.append((str(label), codes))
    return choices


class ListFilter(forms.Form):
    """Which part of a run's list to show; whatever is not understood shows all."""

    SHOWN = (
        ("", gettext_lazy("everybody")),
        ("eligible", gettext_lazy("eligible")),
        ("out", gettext_lazy("not eligible")),
        ("unranked", gettext_lazy("without a score")),
    )

    q = forms.CharField(
        label=gettext_lazy("Name or number"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Ranked within"),
        required=False,
        choices=[("", gettext_lazy("the place shown")), *LEVEL_NAMES.items()],
    )
    shown = forms.ChoiceField(
        label=gettext_lazy("People shown"), required=False, choices=SHOWN
    )

    def value_of(self, name: str) -> str:
        """Return a cleaned value, "" where it was not understood."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def level_or(self, default: Level) -> Level:
        chosen = self.value_of("level")
        return Level(chosen) if chosen else default


class DisplayForm(forms.Form):
    """What one scheme shows to staff; cleans to the service's arguments."""

    scheme = forms.ChoiceField(choices=())
    shown = forms.TypedChoiceField(choices=Shown.choices, coerce=Shown)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Scheme.objects.values_list("code", flat=True)
        self.fields["scheme"].choices = [  # type: ignore[attr-defined]
            (code, code) for code in codes
        ]
