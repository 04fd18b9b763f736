"""Forms of review flags, of re-checks, and of what a region has its cards ask."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.checks.forms.card import OutletDaysForm
from evaluations.checks.models import (
    FLAG_NOTE_LENGTH,
    FlagKind,
    FlagQuerySet,
    FlagState,
)
from evaluations.checks.models.flags import VERDICTS
from outlets.places.models import CODE_LENGTH


class FlagsForm(OutletDaysForm):
    """Which flags a list shows; what is open where nobody says."""

    ALL = "all"

    kind = forms.ChoiceField(
        label=_("What was seen"),
        choices=[("", _("everything")), *FlagKind.choices],
        required=False,
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[*FlagState.choices, (ALL, _("all of them"))],
        required=False,
    )

    def narrow(self, rows: FlagQuerySet, state: str) -> FlagQuerySet:
        """Keep what is asked for; `state` where nobody says."""
        if not self.is_valid():
            return rows.none()
        said = self.cleaned_data
        shown = said["state"] or state
        if shown != self.ALL:
            rows = rows.filter(state=shown)
        if said["kind"]:
            rows = rows.filter(kind=said["kind"])
        if self.words:
            rows = rows.filter(
                Q(outlet__code__icontains=self.words)
                | Q(outlet__name__icontains=self.words)
            )
        return rows


class SettleForm(forms.Form):
    """What came of looking at a flag."""

    state = forms.ChoiceField(
        label=_("What came of it"),
        choices=[(one.value, one.label) for one in VERDICTS],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=FLAG_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "If you talked about it or ordered a re-check, whose records these are "
            "reads this: write it as you would say it to her."
        ),
    )

    def clean_state(self) -> FlagState:
        return FlagState(self.cleaned_data["state"])


class DrawForm(forms.Form):
    """Of which outlet's day a sample is drawn."""

    outlet = forms.CharField(label=_("Outlet code"), max_length=CODE_LENGTH)
    on = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_outlet(self) -> str:
        code: Any = self.cleaned_data["outlet"]
        return str(code).replace("\x00", "").strip()


class LocateForm(forms.Form):
    """Whether the cards of a region ask how far from the outlet they are."""

    region = forms.CharField(max_length=CODE_LENGTH)
    ask = forms.BooleanField(required=False)
