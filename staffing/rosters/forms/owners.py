"""Who owns reception, hygiene and safety in each shift of a day."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Area
from staffing.rosters.models import ShiftKind
from staffing.rosters.selectors.owning import PlannedShift
from staffing.rosters.services.owning import Choice


@dataclass(frozen=True, slots=True)
class Line:
    """A shift and its fields, one for each area."""

    shift: ShiftKind
    fields: list[tuple[Area, forms.BoundField]]


class OwnersForm(forms.Form):
    """A choice for each shift and area; nobody chosen: the manager on duty."""

    following = forms.BooleanField(
        required=False,
        label=_("On the later days of this month too, wherever they work that shift"),
    )

    def __init__(self, shifts: list[PlannedShift], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shifts = shifts
        for one in shifts:
            people = [(str(person.pk), person.name) for person in one.people]
            for area in Area:
                self.fields[_name(one.shift, area)] = forms.ChoiceField(
                    required=False,
                    choices=[("", _("manager on duty")), *people],
                    initial=str(one.owners.get(area, "")),
                    label=f"{area.label}, {one.shift.name}",
                    error_messages={
                        "invalid_choice": _(
                            "This person does not work the shift any more. Reload "
                            "the roster and choose again."
                        )
                    },
                )

    def lines(self) -> list[Line]:
        return [
            Line(one.shift, [(area, self[_name(one.shift, area)]) for area in Area])
            for one in self.shifts
        ]

    def choices(self) -> list[Choice]:
        """Return what was chosen; call it on a valid form."""
        return [
            Choice(one.shift, area, int(chosen) if chosen else None)
            for one in self.shifts
            for area in Area
            for chosen in [self.cleaned_data[_name(one.shift, area)]]
        ]


def _name(shift: ShiftKind, area: Area) -> str:
    return f"{shift.pk}-{area.value}"
