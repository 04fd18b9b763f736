"""The day's card of one outlet: every person and round, and how far each one is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import (
    Action,
    Check,
    CheckMark,
    CheckState,
    Correction,
    MarkKind,
)
from evaluations.checks.selectors.shift import people_on_shift
from evaluations.standards.models import Item, Standard, StandardVersion
from evaluations.standards.rules import OUTLET, PERSON
from evaluations.standards.selectors import on_card
from outlets.places.models import Outlet
from staffing.people.models import Employee, User

SLOT_LABELS = {
    "opening": _("Opening round"),
    "floor": _("On the floor"),
    "random": _("Round at a random hour"),
}


def slot_label(slot: str) -> str:
    """Return the readable name of a round; an unknown one is its own name."""
    return str(SLOT_LABELS.get(slot, slot))


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
    """

    employee: Employee | None
    slot: str
    said: Said | None = None
    rivals: tuple[Said, ...] = ()
    is_viewer: bool = False
    may_take: bool = False
    may_change: bool = False
    is_open: bool = False
    corrected: bool = False
    uuid: UUID = field(default_factory=uuid4)

    @property
    def dom_id(self) -> str:
        return f"row-{self.employee.pk if self.employee else 'outlet'}-{self.slot}"

    @property
    def place(self) -> str:
        """The line's name in an address: the employee's id, if any, and the round."""
        return f"{self.employee.pk if self.employee else ''}:{self.slot}"

    @property
    def slot_label(self) -> str:
        return slot_label(self.slot)

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


def query_of(outlet: Outlet, on: date, standard: str) -> str:
    """Return what an address of a card carries behind the question mark."""
    return urlencode({"outlet": outlet.code, "on": f"{on:%F}", "standard": standard})


@dataclass(frozen=True, slots=True)
class Tab:
    standard: Standard
    checked: int
    total: int
    current: bool
    query: str
    judges_outlet: bool

    @property
    def done(self) -> bool:
        return self.checked >= self.total


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

    @property
    def is_today(self) -> bool:
        return self.on == self.today

    @property
    def query(self) -> str:
        """The card's own address behind the question mark."""
        return query_of(
            self.outlet, self.on, self.standard.code if self.standard else ""
        )

    @property
    def current(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.current), None)

    @property
    def outlet_tab(self) -> Tab | None:
        """The tab that needs nobody on shift."""
        return next((tab for tab in self.tabs if tab.judges_outlet), None)

    def row(self, employee_id: int | None, slot: str) -> Row | None:
        for row in self.rows:
            pk = row.employee.pk if row.employee else None
            if (pk, row.slot) == (employee_id, slot):
                return row
        return None


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
) -> Card:
    """Return the card of a day, opened at a standard ("" or unknown: the first)."""
    standards = on_card()
    chosen = next((s for s in standards if s.code == standard_code), None)
    chosen = chosen or next(iter(standards), None)
    subjects = _subjects(standards, on)
    people = people_on_shift(outlet, on)
    checks = _checks_of(outlet, on, standards)
    may_record = rights.record and on == today
    tabs = []
    for standard in standards:
        subject, held = subjects.get(standard.pk, PERSON), checks[standard.pk]
        standing = {
            (c.employee_id, c.slot) for c in held if c.state == CheckState.STANDING
        }
        tabs.append(
            Tab(
                standard,
                checked=len(standing),
                total=len(_subject_rows(standard, subject, people, held)),
                current=standard == chosen,
                query=query_of(outlet, on, standard.code),
                judges_outlet=subject == OUTLET,
            )
        )
    rows: tuple[Row, ...] = ()
    version = None
    if chosen is not None:
        version = StandardVersion.objects.in_force(on).filter(standard=chosen).first()
        subject = subjects.get(chosen.pk, PERSON)
        rows = tuple(_rows(chosen, subject, people, checks, viewer, may_record))
    return Card(
        outlet=outlet,
        on=on,
        today=today,
        tabs=tuple(tabs),
        standard=chosen,
        version=version,
        rows=rows,
        may_record=may_record,
        may_correct=rights.correct,
    )


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
        .exclude(state=CheckState.SET_ASIDE)
        .annotate(was_corrected=Exists(corrections))
        .select_related("employee", "outlet")
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
    everybody = {person.pk: person for person in people} | seen
    ordered = sorted(everybody.values(), key=lambda person: person.number)
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
    for row in rows:
        pk = row.employee.pk if row.employee else None
        for check in by_card.get((pk, row.slot), ()):
            if check.state == CheckState.STANDING:
                row.said = Said.of(check)
                row.corrected = check.was_corrected  # type: ignore[attr-defined]
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


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as the opened line asks for it; `mark` is what was said so far."""

    item: Item
    mark: str

    @property
    def failed(self) -> bool:
        return self.mark == MarkKind.FAILED


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: tuple[ItemLine, ...]


def sections_for(
    version: StandardVersion, employee: Employee | None, check: Check | None = None
) -> list[Section]:
    """Return the items that judge this person or outlet, by section, in order."""
    subject = OUTLET if employee is None else PERSON
    gender = employee.gender if employee else ""
    marks = {m.item_id: m.mark for m in check.marks.all()} if check else {}
    grouped: dict[str, list[ItemLine]] = defaultdict(list)
    for item in version.items.order_by("position"):
        if item.rule.applies(subject, gender):
            line = ItemLine(item, marks.get(item.pk, ""))
            grouped[item.section_title].append(line)
    return [Section(title, tuple(lines)) for title, lines in grouped.items()]
