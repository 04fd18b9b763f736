"""What comes in from the grid: painted cells as JSON, or one person's month."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from staffing.people.models import Employee
from staffing.rosters.models import Absence
from staffing.rosters.models.months import WHY_LENGTH
from staffing.rosters.models.shifts import CODE_LENGTH
from staffing.rosters.selectors.month import Month
from staffing.rosters.services.months import Given

MOST_CELLS = 4000


@dataclass(frozen=True, slots=True)
class CellsForm:
    """Painted cells and the version of the month they were painted on."""

    version: int
    cells: list[Given]
    why: str

    @classmethod
    def read(cls, given: Any) -> Self | None:
        """Return what was sent, or None where it is not of this shape."""
        if not isinstance(given, dict) or not isinstance(given.get("cells"), list):
            return None
        version, why = given.get("version"), given.get("why", "")
        if type(version) is not int or not isinstance(why, str):
            return None
        if not 0 < len(given["cells"]) <= MOST_CELLS or version < 0:
            return None
        cells = [_given(one) for one in given["cells"]]
        found = [one for one in cells if one is not None]
        if len(found) < len(cells):
            return None
        return cls(version, found, " ".join(why.split())[:WHY_LENGTH])


def _given(one: Any) -> Given | None:
    if not isinstance(one, dict):
        return None
    person, on, code = one.get("person"), one.get("on"), one.get("code")
    locked = one.get("locked")
    if type(person) is not int or not isinstance(on, str) or not isinstance(code, str):
        return None
    if len(code) > CODE_LENGTH or locked not in (None, True, False):
        return None
    try:
        return Given(person, date.fromisoformat(on), code, locked)
    except ValueError:
        return None


class PersonMonthForm(forms.Form):
    """A choice for each day of one person's month."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    why = forms.CharField(
        label=_("Why (told to the person)"), required=False, max_length=WHY_LENGTH
    )

    def __init__(self, month: Month, person: Employee, **more: Any) -> None:
        super().__init__(**more)
        self._month, self._person = month, person
        self.fields["version"].initial = month.version
        if not month.is_published:
            del self.fields["why"]
        offered = [(kind.code, kind.name) for kind in month.offered]
        absences = [(Absence.OFF.value, Absence.OFF.label)]
        for day in month.days:
            standing = month.cell(person.pk, day).code
            choices = [("", "—"), *offered, *absences]
            if standing and standing not in dict(choices):
                choices.append((standing, self._label(standing)))
            self.fields[f"{day:%F}"] = forms.ChoiceField(
                label=date_format(day, "D j"),
                choices=choices,
                initial=standing,
                required=False,
            )

    def _label(self, code: str) -> str:
        kinds = {kind.code: kind.name for kind in self._month.kinds.values()}
        return kinds.get(code) or str(dict(Absence.choices).get(code, code))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return cleaned | {"why": cleaned.get("why", "")}

    def cells(self) -> list[Given]:
        """Return the days that differ from what stands."""
        return [
            Given(self._person.pk, day, code)
            for day in self._month.days
            for code in [self.cleaned_data[f"{day:%F}"]]
            if code != self._month.cell(self._person.pk, day).code
        ]

    @property
    def day_fields(self) -> list[forms.BoundField]:
        return [self[f"{day:%F}"] for day in self._month.days]
