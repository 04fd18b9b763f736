"""Re-checks side by side, and how far judges agree over many of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from evaluations.checks.agreement import Agreement, TooFewPairs, weighted_kappa
from evaluations.checks.models import MarkKind, Recheck, Retaken
from evaluations.standards.models import Item
from evaluations.standards.selectors import sheets
from outlets.places.sight import Viewer

PASSED, FAILED = "passed", "failed"
GRADES = (PASSED, FAILED)
# Failed items of one person: none, one, two, three or more.
STEPS = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class BothMarks:
    """One item as both judged it; what nobody marked has passed."""

    item: Item
    first: str
    second: str

    @property
    def alike(self) -> bool:
        return self.first == self.second

    @property
    def first_label(self) -> str:
        return _label(self.first)

    @property
    def second_label(self) -> str:
        return _label(self.second)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One check of a finished sample; `different` are the items judged otherwise."""

    retaken: Retaken
    asked: int
    marked: tuple[BothMarks, ...]

    @property
    def different(self) -> int:
        return sum(not one.alike for one in self.marked)


def _label(mark: str) -> str:
    return _("passed") if mark == PASSED else str(MarkKind(mark).label)


def side_by_side(recheck: Recheck) -> list[SideBySide]:
    """Return what both said, item by item where either marked something.

    Only of a sample that is finished: nobody sees the first marks before.
    """
    rows = list(
        recheck.retaken.select_related(
            "check_record__employee", "check_record__version", "check_record__by"
        ).order_by("position")
    )
    versions = {row.check_record.version_id for row in rows}
    items = {
        (item.version_id, item.code): item
        for item in Item.objects.filter(version__in=versions)
    }
    held = sheets(versions)
    found = []
    for row in rows:
        check = row.check_record
        asked = held[check.version_id].applicable(check.judged)
        codes = [c for c in asked if c in row.marks or c in row.first_marks]
        marked = tuple(
            BothMarks(
                items[check.version_id, code],
                row.first_marks.get(code, PASSED),
                row.marks.get(code, PASSED),
            )
            for code in codes
        )
        found.append(SideBySide(row, len(asked), () if row.not_met else marked))
    return found


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreement over one item, or of one manager with those who re-checked her.

    `one_sided` are the items that only one of the two could judge; they are no pairs.
    `agreement` None: fewer pairs than it takes.
    """

    name: str
    code: str
    pairs: int
    one_sided: int
    agreement: Agreement | None

    @property
    def least(self) -> int:
        """How many pairs it takes."""
        return int(settings.CHECKS_KAPPA_LEAST_PAIRS)

    @property
    def percent(self) -> float | None:
        """The share judged alike, 0 to 100; None: too few pairs."""
        return None if self.agreement is None else 100 * self.agreement.observed


@dataclass(frozen=True, slots=True)
class AgreedManager:
    """A manager's agreement: item by item, and on how many items a person fails."""

    items: Agreed
    people: Agreed


@dataclass(frozen=True, slots=True)
class Report:
    """How far first and second judges agree over finished samples of some days."""

    samples: int
    overall: Agreed
    by_item: tuple[Agreed, ...]
    by_manager: tuple[AgreedManager, ...]


@dataclass(slots=True)
class _Pairs:
    first: list[str]
    second: list[str]
    one_sided: int = 0

    @classmethod
    def none(cls) -> "_Pairs":
        return cls([], [])

    def add(self, first: str, second: str) -> None:
        """Keep a pair; not applicable and not observed lie on no scale with the two."""
        if first in GRADES and second in GRADES:
            self.first.append(first)
            self.second.append(second)
        elif (first in GRADES) is not (second in GRADES):
            self.one_sided += 1

    def agreed(self, name: str, code: str = "") -> Agreed:
        found = _agreement(self.first, self.second, GRADES)
        return Agreed(name, code, len(self.first), self.one_sided, found)


def _agreement(
    first: list[str] | list[int],
    second: list[str] | list[int],
    grades: tuple[object, ...],
) -> Agreement | None:
    least = settings.CHECKS_KAPPA_LEAST_PAIRS
    try:
        return weighted_kappa(first, second, grades, least_pairs=least)
    except TooFewPairs:
        return None


def agreement_report(viewer: Viewer, first: date, last: date, words: str) -> Report:
    """Return the agreement over finished samples of these days that the viewer sees.

    `words` narrows it to outlets ("" all). Five queries, however many samples.
    """
    samples = Recheck.objects.visible_to(viewer).filter(
        on__range=(first, last), finished_at__isnull=False
    )
    if words:
        samples = samples.filter(outlet__code__icontains=words) | samples.filter(
            outlet__name__icontains=words
        )
    rows = list(
        Retaken.objects.judged()
        .filter(recheck__in=samples)
        .select_related("check_record__employee", "check_record__by__employee")
    )
    held = sheets({row.check_record.version_id for row in rows})
    overall = _Pairs.none()
    by_item: dict[tuple[int, str], _Pairs] = defaultdict(_Pairs.none)
    by_manager: dict[int, _Pairs] = defaultdict(_Pairs.none)
    failures: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    names: dict[int, str] = {}
    for row in rows:
        check = row.check_record
        assert check.by is not None  # noqa: S101 only what was tapped is drawn
        sheet = held[check.version_id]
        names[check.by.pk] = check.by.called
        counts = [0, 0]
        for code in sheet.applicable(check.judged):
            one, other = row.first_marks.get(code, PASSED), row.marks.get(code, PASSED)
            for pairs in (
                overall,
                by_item[sheet.standard_id, code],
                by_manager[check.by.pk],
            ):
                pairs.add(one, other)
            if one in GRADES and other in GRADES:
                counts[0] += one == FAILED
                counts[1] += other == FAILED
        for kept, count in zip(failures[check.by.pk], counts, strict=True):
            kept.append(min(count, STEPS[-1]))
    return Report(
        samples=samples.count(),
        overall=overall.agreed(""),
        by_item=tuple(_by_item(by_item)),
        by_manager=tuple(
            AgreedManager(
                by_manager[pk].agreed(names[pk]), _people(names[pk], *failures[pk])
            )
            for pk in sorted(by_manager, key=lambda pk: names[pk])
        ),
    )


def _people(name: str, first: list[int], second: list[int]) -> Agreed:
    return Agreed(name, "", len(first), 0, _agreement(first, second, STEPS))


def _by_item(found: Mapping[tuple[int, str], _Pairs]) -> Iterable[Agreed]:
    """Return the items by standard and code, with their newest titles."""
    codes = {code for unused, code in found}
    titles: dict[tuple[int, str], str] = {}
    items = Item.objects.filter(code__in=codes).select_related("version")
    for item in items.order_by("version__number"):
        titles[item.version.standard_id, item.code] = item.title
    for key in sorted(found):
        yield found[key].agreed(titles.get(key, ""), key[1])
