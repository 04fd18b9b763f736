"""A contest's plan, and the small forms of what is done in it."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from evaluations.growth.models import (
    Contest,
    Contestant,
    ContestKind,
    Discipline,
)
from evaluations.growth.services.contests import DisciplinePlan, Plan
from evaluations.growth.services.judging import Counted
from outlets.places.models import Region
from staffing.people.models import User

MOST_DISCIPLINES = 6
MOST_CUSTOMERS = 99_999
_AHEAD = {"enter_from": 0, "enter_until": 13, "on": 20, "judge_from": 20}
_AHEAD |= {"judge_until": 23}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class ContestForm(forms.Form):
    """What a contest is; the disciplines stand in a form set beside it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ContestKind.choices)
    title_en = forms.CharField(label=_("Title in English"), max_length=100)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=100)
    region = forms.ModelChoiceField(
        Region.objects.order_by("path"),
        label=pgettext_lazy("contest", "For whom"),
        required=False,
        empty_label=_("everybody"),
    )
    enter_from = _day(_("Entries from"))
    enter_until = _day(_("Entries up to and including"))
    on = _day(_("Day of the contest"))
    judge_from = _day(_("Judging from"))
    judge_until = _day(_("Judging up to and including"))
    trims = forms.BooleanField(
        label=_("With five judges or more leave out the best and the worst mark"),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, ahead in _AHEAD.items():
            self.fields[name].initial = today + timedelta(days=ahead)
        field: Any = self.fields["region"]
        field.label_from_instance = lambda one: f"{one.name} ({one.code})"

    def plan(self, disciplines: list[DisciplinePlan]) -> Plan:
        return Plan(disciplines=disciplines, **self.cleaned_data)


class DisciplineForm(forms.Form):
    title_en = forms.CharField(label=_("Discipline in English"), max_length=60)
    title_zh = forms.CharField(label=_("Discipline in Chinese"), max_length=60)
    most = forms.IntegerField(label=_("Maximum marks"), min_value=1, max_value=1000)
    by_customers = forms.BooleanField(label=_("Customers mark it"), required=False)


DisciplineForms = forms.formset_factory(
    DisciplineForm,
    extra=3,
    max_num=MOST_DISCIPLINES,
    can_delete=True,
    can_delete_extra=False,
)


def plans_of(disciplines: "forms.BaseFormSet[Any]") -> list[DisciplinePlan]:
    """Return what the rows say; rows left empty are no disciplines."""
    return [
        DisciplinePlan(**given)
        for given in (form.cleaned_data for form in disciplines.forms)
        if given and not given.pop("DELETE", False)
    ]


def values_of(contest: Contest) -> dict[str, Any]:
    """Return a contest as its form's initial values."""
    return {
        name: getattr(contest, name)
        for name in ContestForm.base_fields
        if name != "region"
    } | {"region": contest.region_id}


def discipline_values_of(contest: Contest) -> list[dict[str, Any]]:
    rows = contest.disciplines.values("title_en", "title_zh", "most", "by_customers")
    return [dict(row) for row in rows]


class EnterForm(forms.Form):
    number = forms.CharField(label=_("Staff number"), max_length=40)


class SeatForm(forms.Form):
    """Who is to judge, by the name she signs in with or her staff number."""

    user = forms.CharField(label=_("Sign-in name or staff number"), max_length=150)

    def clean_user(self) -> User:
        given = self.cleaned_data["user"].strip()
        active = User.objects.filter(is_active=True).select_related("employee")
        user = active.filter(username=given).first()
        user = user or active.filter(employee__number=given).first()
        if user is None:
            raise forms.ValidationError(_("Nobody signs in with this name or number."))
        return user


class UnseatForm(forms.Form):
    judge = forms.IntegerField(widget=forms.HiddenInput)


class MarksForm(forms.Form):
    """One field for each contestant and discipline that judges mark; empty: later."""

    def __init__(
        self,
        *args: Any,
        people: list[Contestant],
        disciplines: list[Discipline],
        given: dict[tuple[int, int], Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._keys = {
            f"m-{person.pk}-{one.pk}": (person, one)
            for person in people
            for one in disciplines
        }
        for name, (person, one) in self._keys.items():
            self.fields[name] = forms.DecimalField(
                label=f"{one.title} (0–{one.most})",
                required=False,
                min_value=Decimal(0),
                max_value=Decimal(one.most),
                decimal_places=1,
                initial=given.get((person.pk, one.pk)),
                widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
            )

    def by_person(self) -> list[tuple[Contestant, list[Any]]]:
        """Return each contestant with her fields, in order."""
        found: dict[Contestant, list[Any]] = {}
        for name, (person, _one) in self._keys.items():
            found.setdefault(person, []).append(self[name])
        return list(found.items())

    def marks(self) -> dict[tuple[int, int], Decimal]:
        return {
            (person.pk, one.pk): self.cleaned_data[name]
            for name, (person, one) in self._keys.items()
            if self.cleaned_data[name] is not None
        }


class CountsForm(forms.Form):
    """How many customers marked each contestant, and the sum; both empty: later."""

    def __init__(
        self,
        *args: Any,
        people: list[Contestant],
        disciplines: list[Discipline],
        given: Mapping[tuple[int, int], Counted],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rows = [(person, one) for person in people for one in disciplines]
        for person, one in self._rows:
            n, total = self._names(person, one)
            held = given.get((person.pk, one.pk))
            self.fields[n] = forms.IntegerField(
                label=_("Customers who gave marks"),
                required=False,
                min_value=1,
                max_value=MOST_CUSTOMERS,
                initial=held and held.n,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.fields[total] = forms.DecimalField(
                label=_("Sum of their marks"),
                required=False,
                min_value=Decimal(0),
                decimal_places=1,
                initial=held and held.total,
                widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
            )

    @staticmethod
    def _names(person: Contestant, one: Discipline) -> tuple[str, str]:
        return f"n-{person.pk}-{one.pk}", f"t-{person.pk}-{one.pk}"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for person, one in self._rows:
            n, total = self._names(person, one)
            if self.has_error(n) or self.has_error(total):
                continue
            if found.get(n) is None and found.get(total) is not None:
                self.add_error(n, _("Say how many customers gave marks."))
            elif found.get(n) is not None and found.get(total) is None:
                self.add_error(total, _("Enter the sum of their marks."))
            elif found.get(n) is not None and found[total] > one.most * found[n]:
                most = number_format(one.most * found[n])
                self.add_error(
                    total, gettext("At most %(most)s from so many.") % {"most": most}
                )
        return found

    def by_person(self) -> list[tuple[Contestant, list[tuple[Discipline, Any, Any]]]]:
        """Return each contestant with the fields of each discipline, in order."""
        found: dict[Contestant, list[tuple[Discipline, Any, Any]]] = {}
        for person, one in self._rows:
            n, total = self._names(person, one)
            found.setdefault(person, []).append((one, self[n], self[total]))
        return list(found.items())

    def counts(self) -> dict[tuple[int, int], Counted]:
        found = {}
        for person, one in self._rows:
            n, total = (self.cleaned_data[name] for name in self._names(person, one))
            if n is not None:
                found[person.pk, one.pk] = Counted(n, total)
        return found
