"""Opening a round, and giving seats on its committee."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.awards.models import OUTLET_TITLES, Level, Title
from evaluations.awards.services.rounds import Plan
from evaluations.rankings.models import Run
from staffing.people.models import User

_DAY = {"type": "date"}
# Within an outlet and in a class no region decides; such lists are drawn by quota.
LEVELS = [
    (level.value, level.label)
    for level in (Level.OUTLET, Level.COUNTY, Level.CITY, Level.PROVINCE, Level.ALL)
]


class RoundForm(forms.Form):
    """All of a round's plan; cleans to the arguments of `open_round`."""

    run = forms.ModelChoiceField(
        Run.objects.none(), label=_("Ranking"), empty_label=None
    )
    title = forms.ChoiceField(label=_("Title"), choices=Title.choices)
    level = forms.ChoiceField(
        label=_("Level"), choices=LEVELS, initial=Level.COUNTY.value
    )
    places = forms.IntegerField(
        label=_("Winners in each place"), min_value=1, max_value=100, initial=3
    )
    shortlist = forms.IntegerField(
        label=_("People on the list of each place"),
        help_text=_("Beyond the list a nomination needs a written exception."),
        min_value=1,
        max_value=500,
        initial=6,
    )
    nominate_from = forms.DateField(
        label=_("Nominations from"), widget=forms.DateInput(attrs=_DAY)
    )
    nominate_until = forms.DateField(
        label=_("Nominations up to and including"), widget=forms.DateInput(attrs=_DAY)
    )
    review_until = forms.DateField(
        label=_("County review up to"), widget=forms.DateInput(attrs=_DAY)
    )
    decide_until = forms.DateField(
        label=_("Decision by"), widget=forms.DateInput(attrs=_DAY)
    )
    display_days = forms.IntegerField(
        label=_("Days of public display"), min_value=1, max_value=60, initial=7
    )
    quorum = forms.IntegerField(
        label=_("Ballots that must count"),
        help_text=_("0: the operations department decides without a committee."),
        min_value=0,
        max_value=50,
        initial=0,
    )
    blind = forms.BooleanField(
        label=_("The committee reads no names"), required=False, initial=False
    )

    def __init__(self, *args: Any, runs: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["run"]
        field.queryset = runs
        field.label_from_instance = _run_shown
        days = {
            "nominate_from": 0,
            "nominate_until": 6,
            "review_until": 9,
            "decide_until": 13,
        }
        for name, ahead in days.items():
            self.fields[name].initial = today + timedelta(days=ahead)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        order = ("nominate_from", "nominate_until", "review_until", "decide_until")
        days = [cleaned.get(name) for name in order]
        for name, earlier, later in zip(order[1:], days, days[1:], strict=False):
            if earlier and later and later < earlier:
                self.add_error(name, _("This day comes before the one above it."))
        places, shortlist = cleaned.get("places"), cleaned.get("shortlist")
        if places and shortlist and shortlist < places:
            self.add_error(
                "shortlist", _("The list must be at least as long as the places.")
            )
        outlets = cleaned.get("title") in OUTLET_TITLES
        if outlets and cleaned.get("level") == Level.OUTLET:
            self.add_error("level", _("An outlet's title is won in a region."))
        return cleaned

    def plan(self) -> Plan:
        names = Plan.__slots__
        values = {name: self.cleaned_data[name] for name in names}
        values["level"] = Level(values["level"])
        values["title"] = Title(values["title"])
        return Plan(**values)


def _run_shown(run: Run) -> str:
    revision = _("revision %(n)s") % {"n": run.revision}
    return f"{run.period} · {run.scheme} · {revision}"


class ExtendForm(forms.Form):
    """More days for decisions, and why."""

    until = forms.DateField(
        label=_("Decision by"), widget=forms.DateInput(attrs=_DAY | {"required": True})
    )
    reason = forms.CharField(
        label=_("Why it takes longer; it stays with the round"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UnseatForm(forms.Form):
    """Why a seat is taken away."""

    reason = forms.CharField(label=_("Reason; it stays with the seat"), max_length=500)


class SeatForm(forms.Form):
    """Who gets a seat, by the name she signs in with."""

    user = forms.CharField(label=_("Sign-in name"), max_length=150)

    def clean_user(self) -> User:
        found = User.objects.filter(username=self.cleaned_data["user"], is_active=True)
        user = found.first()
        if user is None:
            raise forms.ValidationError(_("Nobody signs in with this name."))
        return user
