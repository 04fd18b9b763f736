"""What waits for a person, as its page and the pages that lead there say it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluations.checks.models import (
    EVENTS,
    CheckPhoto,
    CheckPhotoQuerySet,
    HeldCheck,
    HeldCheckQuerySet,
)
from evaluations.checks.services.held import may_settle
from evaluations.standards.models import Item, Standard
from evaluations.standards.rounds import round_label
from outlets.flow.models import FaultKind
from outlets.places.models import Outlet, ZoneKind
from outlets.places.sight import Viewer
from staffing.people.models import Employee, User


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One record as it came. `name` is "" where the viewer does not know the person.

    `marks` are item code, title ("" unknown) and what was said of it.
    """

    held: HeldCheck
    name: str
    standard: str
    slot: str
    marks: tuple[tuple[str, str, str], ...]
    may_settle: bool

    @property
    def event(self) -> str:
        """What was reported from the floor, in words; "" where it is about a check."""
        if self.held.deed not in EVENTS:
            return ""
        places = dict([*ZoneKind.choices, *FaultKind.choices])
        said = [_text(self.held, name) for name in ("area", "kind", "trial_device")]
        working = self.held.payload.get("working")
        words = {True: _("works"), False: _("broken")}
        state = [str(words[working])] if isinstance(working, bool) else []
        named = [str(places.get(one, one)) for one in said if one]
        return " · ".join([self.held.get_deed_display(), *named, *state])

    @property
    def text(self) -> str:
        """What came instead of a card, where it could not be read at all."""
        return str(self.held.payload.get("text", ""))


def held_waiting(viewer: Viewer, outlet: Outlet | None = None) -> HeldCheckQuerySet:
    """Return what waits where the viewer sees it, at one outlet or everywhere."""
    waiting = HeldCheck.objects.visible_to(viewer).waiting()
    return waiting if outlet is None else waiting.filter(outlet=outlet)


def held_lines(viewer: User, rows: Sequence[HeldCheck]) -> list[HeldLine]:
    """Return the records with names and titles, with a fixed number of queries."""
    people = {row.employee_id for row in rows if row.employee_id is not None}
    known = Employee.objects.visible_to(viewer).filter(pk__in=people)
    names = dict(known.values_list("pk", "name"))
    codes = {_text(row, "standard") for row in rows}
    standards = {s.code: s.title for s in Standard.objects.filter(code__in=codes)}
    titles = {
        (item.version.standard.code, item.version.number, item.code): item.title
        for item in Item.objects.filter(
            version__standard__code__in=codes
        ).select_related("version__standard")
    }
    return [
        HeldLine(
            held=row,
            name=names.get(row.employee_id or 0, ""),
            standard=standards.get(_text(row, "standard"), _text(row, "standard")),
            slot=round_label(_text(row, "slot")),
            marks=tuple(
                (
                    code,
                    titles.get(
                        (_text(row, "standard"), row.payload.get("version"), code), ""
                    ),
                    kind,
                )
                for kind in ("failed", "not_applicable", "not_observed")
                for code in _codes(row, kind)
            ),
            may_settle=may_settle(row, viewer),
        )
        for row in rows
    ]


def photos_of_held(viewer: User, held: HeldCheck) -> CheckPhotoQuerySet:
    """Return the whole photos that came with a record."""
    photos = CheckPhoto.objects.visible_to(viewer).complete()
    return photos.filter(check_uuid=held.uuid)


def _text(held: HeldCheck, name: str) -> str:
    value = held.payload.get(name)
    return value if isinstance(value, str) else ""


def _codes(held: HeldCheck, name: str) -> list[str]:
    value = held.payload.get(name)
    if not isinstance(value, list):
        return []
    return [code for code in value if isinstance(code, str)]
