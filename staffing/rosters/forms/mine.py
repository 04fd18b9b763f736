"""What staff ask for, and how it is decided."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet
from staffing.rosters.models import ShiftKind
from staffing.rosters.models.asking import NOTE_LENGTH
from staffing.rosters.selectors.swaps import Exchange, Partner


class LeaveForm(forms.Form):
    first_on = forms.DateField(label=_("First day"), widget=forms.DateInput())
    last_on = forms.DateField(label=_("Last day"), widget=forms.DateInput())
    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("Whoever decides reads it. You need not say why."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_on"), data.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day is not before the first."))
        return data


class WishForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput())
    shift = forms.ModelChoiceField(
        label=_("I would like"),
        queryset=ShiftKind.objects.none(),
        required=False,
        empty_label=_("a day off"),
        to_field_name="code",
    )

    def __init__(self, *args: Any, outlet: Outlet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shift: Any = self.fields["shift"]
        if outlet is not None:
            shift.queryset = ShiftKind.objects.offered_at(outlet)
        shift.label_from_instance = lambda kind: kind.name


class DecisionForm(forms.Form):
    """A reason; the button that was pressed says whether it is approved."""

    because = forms.CharField(
        label=_("Reason"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("Needed to refuse; shown to whoever asked."),
    )
    approves = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda text: text == "yes",
    )

    @property
    def reason(self) -> str:
        return str(self.cleaned_data["because"])


class SwapForm(forms.Form):
    """Which of the possible exchanges, and a word to the colleague."""

    choice = forms.ChoiceField(label=_("Whose shift of which day"), choices=())
    note = forms.CharField(
        label=_("Note to your colleague"), max_length=NOTE_LENGTH, required=False
    )

    def __init__(self, *args: Any, partners: list[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._exchanges = {key: exchange for _partner, key, exchange in keyed(partners)}
        choice: Any = self.fields["choice"]
        choice.choices = [(key, key) for key in self._exchanges]

    @property
    def exchange(self) -> Exchange:
        return self._exchanges[self.cleaned_data["choice"]]


def keyed(partners: list[Partner]) -> Iterator[tuple[Partner, str, Exchange]]:
    """Return every exchange with the key that the form names it by."""
    for partner in partners:
        for exchange in partner.exchanges:
            yield partner, key_of(exchange), exchange


def key_of(exchange: Exchange) -> str:
    return f"{exchange.colleague.uuid}_{exchange.other_on:%Y-%m-%d}"
