"""The day's card of one outlet: every person and round, and how far each one is."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, Q

from evaluations.checks.models import (
    Action,
    Check,
    CheckMark,
    CheckState,
    Correction,
    MarkKind,
)
from evaluations.checks.models.away import AwayReason
from evaluations.checks.selectors.asking import Asked, asked_on_card, group_key
from evaluations.checks.selectors.evidence import Proof, proofs_of
from evaluations.checks.selectors.live_photos import AskedPhoto, asked_photos
from evaluations.checks.selectors.repeats import Repeat, repeats
from evaluations.checks.selectors.rounds import Hour
from evaluations.checks.selectors.shift import (
    AwayPerson,
    Shift,
    away_people,
    people_on_shift,
    shifts_of,
)
from evaluations.checks.selectors.tabs import Tab, query_of
from evaluations.standards.models import Item, Standard, StandardVersion
from evaluations.standards.rounds import CAMPAIGN, RANDOM, round_label
from evaluations.standards.rules import OUTLET, PERSON, Judged
from evaluations.standards.selectors import on_card
from outlets.places.models import Outlet
from staffing.people.models import Employee, User


@dataclass(frozen=True, slots=True)
class Said:
    """One check as the card shows it."""

    check: Check
    failed: tuple[CheckMark, ...]
    others: tuple[CheckMark, ...]

    @classmethod
    def of(cls, check: Check) -> "Said":
        """Read a check whose marks and their items are prefetched."""
        marks = list(check.marks.all())
        failed = tuple(m for m in marks if m.mark == MarkKind.FAILED)
        others = tuple(m for m in marks if m.mark != MarkKind.FAILED)
        return cls(check, failed, others)

    @property
    def critical(self) -> bool:
        return any(mark.item.critical for mark in self.failed)

    @property
    def all_right(self) -> bool:
        return not (self.failed or self.others) and self.check.score is None

    @property
    def percent(self) -> float | None:
        """The score of a check without items, 0 to 100."""
        return None if self.check.score is None else self.check.score / 100


@dataclass(slots=True)
class Row:
    """One line of the card: a person (None: the outlet) in one round.

    `uuid` is fresh at each reading: the identity of the check that a tap will make.
    `shift` is None where the roster does not say when she works; `due_at` is since when
    a round at a random hour is due (None: at any time).
    """

    employee: Employee | None
    slot: str
    said: Said | None = None
    proof: Proof | None = None
    rivals: tuple[Said, ...] = ()
    is_viewer: bool = False
    may_take: bool = False
    may_change: bool = False
    is_open: bool = False
    corrected: bool = False
    repeated: tuple[Repeat, ...] = ()
    shift: Shift | None = None
    due_at: datetime | None = None
    asked_photo: AskedPhoto | None = None
    uuid: UUID = field(default_factory=uuid4)

    @property
    def key(self) -> tuple[int | None, str]:
        return (self.employee.pk if self.employee else None, self.slot)

    @property
    def dom_id(self) -> str:
        return f"row-{self.employee.pk if self.employee else 'outlet'}-{self.slot}"

    @property
    def place(self) -> str:
        """The line's name in an address: the employee's id, if any, and the round."""
        return f"{self.employee.pk if self.employee else ''}:{self.slot}"

    @property
    def slot_label(self) -> str:
        return round_label(self.slot)

    @property
    def judged(self) -> Judged:
        """Whom or what this line asks about: as she was when already checked."""
        if self.said is not None:
            return self.said.check.judged
        if self.employee is None:
            return Judged(OUTLET, slot=self.slot)
        return Judged(PERSON, self.employee.gender, self.employee.post, self.slot)

    @property
    def group(self) -> str:
        """The name of all lines that are asked the same items."""
        return group_key(self.judged)

    @property
    def marks(self) -> str:
        """What the check of this line marks, by item code, as JSON."""
        marks = (*self.said.failed, *self.said.others) if self.said else ()
        return json.dumps({mark.item.code: mark.mark for mark in marks})

    @property
    def may_be_away(self) -> bool:
        """Tell whether the viewer may say that this person is not here today."""
        return self.may_take and self.employee is not None and not self.rivals

    @property
    def may_open(self) -> bool:
        """Tell whether the viewer may mark items on this line."""
        return not self.rivals and (self.may_change or self.may_take)

    @property
    def state(self) -> str:
        """Return yet, passed, failed or conflict."""
        if self.rivals:
            return "conflict"
        if self.said is None:
            return "yet"
        score = self.said.check.score
        if self.said.failed or (score is not None and score < 10_000):
            return "failed"
        return "passed"

    @property
    def candidates(self) -> tuple[Said, ...]:
        """The checks between which somebody has to choose."""
        return (*([self.said] if self.said else []), *self.rivals)


@dataclass(frozen=True, slots=True)
class Card:
    """What the page shows; `rows` are those of the current tab, in order."""

    outlet: Outlet
    on: date
    today: date
    tabs: tuple[Tab, ...]
    standard: Standard | None
    version: StandardVersion | None
    rows: tuple[Row, ...]
    may_record: bool
    may_correct: bool
    asked: Asked
    people: tuple[Employee, ...]
    away: tuple[AwayPerson, ...]
    hour: Hour
    # Lines whose hour is to come, for a tablet that may lose its network.
    sealed: tuple[Row, ...] = ()

    @property
    def due_tab(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.waits), None)

    @property
    def round_due(self) -> Tab | None:
        """The first tab whose random round is due now and not done."""
        return self.due_tab if self.is_today and self.hour.due_at else None

    @property
    def away_reasons(self) -> list[tuple[str, str]]:
        """The reasons for which somebody may not be here, with their words."""
        return [(reason.value, str(reason.label)) for reason in AwayReason]

    @property
    def is_today(self) -> bool:
        return self.on == self.today

    @property
    def query(self) -> str:
        """The card's own address behind the question mark."""
        code = self.standard.code if self.standard else ""
        return query_of(self.outlet, self.on, code)

    @property
    def current(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.current), None)

    @property
    def outlet_tab(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.judges_outlet), None)

    def row(self, employee_id: int | None, slot: str) -> Row | None:
        rows = (*self.rows, *self.sealed)
        return next((row for row in rows if row.key == (employee_id, slot)), None)


@dataclass(frozen=True, slots=True)
class Rights:
    """What the viewer may do at this outlet."""

    record: bool
    correct: bool


def read_card(
    *,
    viewer: User,
    outlet: Outlet,
    on: date,
    today: date,
    standard_code: str,
    rights: Rights,
    at: datetime,
) -> Card:
    """Return the card of a day, opened at a standard ("" or unknown: the first).

    `at` is now: whose shift begins later is told apart.
    """
    standards = on_card(outlet)
    chosen = next((s for s in standards if s.code == standard_code), None)
    chosen = chosen or next(iter(standards), None)
    subjects = _subjects(standards, on)
    shifts = shifts_of(outlet, on, at)
    people = sorted(people_on_shift(outlet, on), key=lambda p: _turn(p, shifts))
    checks = _checks_of(outlet, on, standards)
    may_record = rights.record and on == today
    hour = Hour.of(outlet, on, at)
    tabs = []
    for standard in standards:
        subject, held = subjects.get(standard.pk, PERSON), checks[standard.pk]
        standing = {
            (c.employee_id, c.slot) for c in held if c.state == CheckState.STANDING
        }
        lines = _subject_rows(standard, subject, people, held)
        here = {(c.employee_id, c.slot) for c in held}
        tabs.append(
            Tab(
                standard,
                checked=len(standing),
                total=sum(not hour.hides(r.slot, r.key in here) for r in lines),
                current=standard == chosen,
                query=query_of(outlet, on, standard.code),
                judges_outlet=subject == OUTLET,
                waits=any(r.slot == RANDOM and r.key not in standing for r in lines),
            )
        )
    rows: tuple[Row, ...] = ()
    version = None
    if chosen is not None:
        version = StandardVersion.objects.in_force(on).filter(standard=chosen).first()
        subject = subjects.get(chosen.pk, PERSON)
        rows = tuple(_rows(chosen, subject, people, checks, viewer, may_record))
        photos = asked_photos(viewer, outlet, on) if subject == PERSON else {}
        before = repeats(outlet, chosen, on, [person.pk for person in people])
        for row in rows:
            pk = row.key[0]
            row.repeated = before.of(pk)
            row.shift = shifts.get(pk) if pk else None
            row.due_at = hour.due_at if row.slot == RANDOM else None
            # Asked for once a day, on the first line that she has on any card.
            if pk and row.slot == rows[0].slot:
                row.asked_photo = photos.get(pk)
    judged = {row.judged for row in rows if row.may_take or row.may_change}
    return Card(
        outlet=outlet,
        on=on,
        today=today,
        tabs=tuple(tabs),
        standard=chosen,
        version=version,
        rows=tuple(r for r in rows if not hour.hides(r.slot, bool(r.candidates))),
        may_record=may_record,
        may_correct=rights.correct,
        asked=asked_on_card(version, judged, outlet, on),
        people=tuple(people),
        away=tuple(away_people(outlet, on)),
        hour=hour,
        sealed=tuple(
            r for r in rows if r.may_take and hour.hides(r.slot, bool(r.rivals))
        ),
    )


def _turn(person: Employee, shifts: Mapping[int, Shift]) -> tuple[bool, str, str]:
    """Return what sorts people: who is here already first, then by badge number."""
    shift = shifts.get(person.pk)
    later = shift is not None and shift.later
    return (later, f"{shift.starts_at:%H%M}" if shift and later else "", person.number)


def _subjects(standards: Sequence[Standard], on: date) -> dict[int, str]:
    """Tell of each standard whether its items judge people or the outlet."""
    versions = StandardVersion.objects.in_force(on).filter(standard__in=standards)
    judged = Item.objects.filter(version__in=versions, applies_to=OUTLET)
    pks = judged.order_by().values_list("version__standard", flat=True).distinct()
    return dict.fromkeys(pks, OUTLET)


def _checks_of(
    outlet: Outlet, on: date, standards: Sequence[Standard]
) -> dict[int, list[Check]]:
    """Return what counts or waits for a decision that day, by standard."""
    corrections = Correction.objects.filter(
        check_record=OuterRef("pk"), action=Action.CORRECTED
    )
    checks = (
        Check.objects.filter(outlet=outlet, on=on, standard__in=standards)
        .exclude(Q(state=CheckState.SET_ASIDE) | Q(slot__startswith=f"{CAMPAIGN}-"))
        .annotate(was_corrected=Exists(corrections))
        .select_related("employee", "outlet", "version")
        .prefetch_related("marks__item")
        .order_by("id")
    )
    found: dict[int, list[Check]] = defaultdict(list)
    for check in checks:
        found[check.standard_id].append(check)
    return found


def _subject_rows(
    standard: Standard, subject: str, people: Sequence[Employee], checks: list[Check]
) -> list[Row]:
    """Return the empty lines: who works there, and who was checked all the same."""
    slots = list(dict.fromkeys([*standard.slots.split(), *(c.slot for c in checks)]))
    if subject == OUTLET:
        return [Row(None, slot) for slot in slots]
    seen = {c.employee_id: c.employee for c in checks if c.employee is not None}
    there = {person.pk for person in people}
    gone = sorted(seen.keys() - there, key=lambda pk: seen[pk].number)
    ordered = [*people, *(seen[pk] for pk in gone)]
    return [Row(person, slot) for slot in slots for person in ordered]


def _rows(
    standard: Standard,
    subject: str,
    people: Sequence[Employee],
    checks: dict[int, list[Check]],
    viewer: User,
    may_record: bool,
) -> list[Row]:
    by_card: dict[tuple[int | None, str], list[Check]] = defaultdict(list)
    for check in checks[standard.pk]:
        by_card[check.employee_id, check.slot].append(check)
    rows = _subject_rows(standard, subject, people, checks[standard.pk])
    proofs = proofs_of(checks[standard.pk])
    for row in rows:
        pk = row.key[0]
        for check in by_card.get(row.key, ()):
            if check.state == CheckState.STANDING:
                row.said = Said.of(check)
                row.corrected = check.was_corrected  # type: ignore[attr-defined]
                row.proof = proofs[check.pk]
            else:
                row.rivals += (Said.of(check),)
        row.is_viewer = pk is not None and pk == viewer.employee_id
        row.may_take = may_record and not row.is_viewer and row.said is None
        row.may_change = (
            may_record
            and not row.is_viewer
            and row.said is not None
            and row.said.check.by_id == viewer.pk
        )
    return rows
