"""From checks to ledger lines: a person's day, and each check of an outlet."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from evaluations.checks.models import CampaignTarget, Check, CheckMark, CheckState
from evaluations.checks.rules import FULL_SCORE, Day, Mark, Taken, pool
from evaluations.ledger import services as ledger
from evaluations.ledger.services import Line
from evaluations.standards.rules import OUTLET, PERSON, ItemRule, Judged
from evaluations.standards.selectors import sheets
from staffing.people.models import Employee, User

SOURCE = "checks"
BATCH = 500
_OUTLET_CHECK = "outlet"


def day_id(employee_uuid: UUID, on: date) -> str:
    """Return the ledger's source id of a person's day."""
    return f"{employee_uuid.hex}:{on:%F}"


def rater_id(employee_uuid: UUID, on: date, rater: str) -> str:
    """Return the source id of what one rater said about a person's day."""
    return f"{day_id(employee_uuid, on)}:{rater}"


def outlet_check_id(check_uuid: UUID) -> str:
    """Return the source id of one check of an outlet."""
    return f"{_OUTLET_CHECK}:{check_uuid.hex}"


def link(source_id: str) -> str:
    """Return the page of the record behind an entry."""
    head, _, rest = source_id.partition(":")
    if head == _OUTLET_CHECK:
        return reverse("checks:check", args=[UUID(rest)])
    return reverse("checks:day", args=[UUID(head), date.fromisoformat(rest[:10])])


class Reader:
    """Turns checks into what the rules pool; reads marks and versions in bulk."""

    def __init__(self, checks: Iterable[Check]) -> None:
        checks = list(checks)
        self._sheets = sheets({check.version_id for check in checks})
        self._rules: dict[tuple[int, Judged], Mapping[str, ItemRule]] = {}
        self._marks: dict[int, dict[str, Mark]] = defaultdict(dict)
        marks = CheckMark.objects.filter(check_record__in=[c.pk for c in checks])
        for check_id, code, mark in marks.values_list(
            "check_record", "item__code", "mark"
        ):
            self._marks[check_id][code] = Mark(mark)

    def taken(self, check: Check, gender: str) -> Taken:
        """Return one check; `gender` "" is unknown and right for outlets."""
        if check.employee_id is None:
            judged = Judged(OUTLET, slot=check.slot)
        else:
            judged = Judged(PERSON, gender, check.post, check.slot)
        key = (check.version_id, judged)
        if key not in self._rules:
            sheet = self._sheets[check.version_id]
            self._rules[key] = sheet.applicable(judged)
        return Taken(
            standard=str(check.standard_id),
            rules=self._rules[key],
            marks=self._marks[check.pk],
            score=check.score,
            rater=check.rater,
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """What the ledger shall say, and which source ids it shall say nothing about."""

    lines: list[Line]
    withdrawn: list[str]


@transaction.atomic
def post_days(
    days: Collection[tuple[int, date]], *, by: User | None = None, reason: str = ""
) -> int:
    """Make the ledger say what the standing checks of these person-days say.

    Returns the number of entries written. The people are locked, so that two checks of
    one day that arrive together are both counted.
    """
    people = locked({employee_id for employee_id, _on in days})
    wanted = set(days)
    found: dict[tuple[int, date], list[Check]] = {day: [] for day in days}
    candidates = Check.objects.filter(
        employee__in=people, on__in={on for _employee_id, on in days}
    )
    for check in candidates.in_order():
        if (day := (check.employee_id, check.on)) in wanted:
            found[day].append(check)
    rows = [check for checks in found.values() for check in checks]
    reader = Reader(rows)
    said = _Said([], [])
    for (employee_id, on), checks in found.items():
        _say_day(said, people[employee_id], on, checks, reader)
    return _put(said, rows, by, reason)


def locked(employee_ids: Collection[int]) -> dict[int, Employee]:
    """Return the people, who nobody else says anything about until the end."""
    people = Employee.objects.select_for_update(no_key=True).order_by("pk")
    return {person.pk: person for person in people.filter(pk__in=employee_ids)}


def _say_day(
    said: _Said, person: Employee, on: date, checks: list[Check], reader: Reader
) -> None:
    standing = [check for check in checks if check.state == CheckState.STANDING]
    day = pool([reader.taken(check, person.gender) for check in standing])
    heard = {check.rater for check in checks} | {""}
    said.withdrawn.extend(
        rater_id(person.uuid, on, rater) for rater in heard - day.by_rater.keys()
    )
    if not day.checked:
        said.withdrawn.append(day_id(person.uuid, on))
        return
    # Two outlets on one day: it belongs to the one where she was seen last.
    outlet_id = standing[-1].outlet_id
    said.lines.append(
        Line(
            source_id=day_id(person.uuid, on),
            component="daily",
            on=on,
            employee_id=person.pk,
            outlet_id=outlet_id,
            points=FULL_SCORE if day.compliant() else 0,
            out_of=FULL_SCORE,
        )
    )
    said.lines.extend(
        Line(
            source_id=rater_id(person.uuid, on, rater),
            component="daily_rate",
            on=on,
            employee_id=person.pk,
            outlet_id=outlet_id,
            points=share.passed_hundredths,
            out_of=share.observed_hundredths,
            rater=rater,
        )
        for rater, share in day.by_rater.items()
    )


@transaction.atomic
def post_outlet_checks(
    pks: Collection[int], *, by: User | None = None, reason: str = ""
) -> int:
    """Make the ledger say what these checks of outlets say, one line each.

    A campaign's check says nothing there unless its campaign counts.
    """
    rows = list(
        Check.objects.of_outlet_itself()
        .select_for_update(of=("self",))
        .filter(pk__in=pks)
        .order_by("pk")
    )
    reader = Reader(rows)
    said = _Said([], [])
    inspected = CampaignTarget.objects.filter(campaign__counts=False)
    beside = set(
        inspected.filter(check_record__in=rows).values_list("check_record", flat=True)
    )
    for check in rows:
        day = pool([reader.taken(check, "")])
        source_id = outlet_check_id(check.uuid)
        counts = check.state == CheckState.STANDING and check.pk not in beside
        if not counts or not day.checked:
            said.withdrawn.append(source_id)
        else:
            said.lines.append(_outlet_line(check, day, source_id))
    return _put(said, rows, by, reason)


def _outlet_line(check: Check, day: Day, source_id: str) -> Line:
    scored = check.score is not None
    return Line(
        source_id=source_id,
        component="environment",
        on=check.on,
        employee_id=None,
        outlet_id=check.outlet_id,
        points=check.score if scored else day.share.passed_hundredths,  # type: ignore[arg-type]
        out_of=FULL_SCORE if scored else day.share.observed_hundredths,
        rater=check.rater,
    )


def _put(said: _Said, rows: list[Check], by: User | None, reason: str) -> int:
    written = ledger.put(
        source=SOURCE,
        lines=said.lines,
        withdrawn=said.withdrawn,
        by=by,
        reason=reason,
    )
    done = [check.pk for check in rows if check.pending]
    if done:
        Check.objects.filter(pk__in=done).update(pending=False)
    return written


def settle(until: date) -> int:
    """Post whatever is pending up to and including `until`; return the entries written.

    System task: it sees everything. Each batch is a transaction of its own.
    """
    pending = Check.objects.filter(pending=True, on__lte=until)
    written = 0
    people = pending.filter(~Q(employee=None)).order_by("on", "employee")
    while days := list(people.values_list("employee", "on").distinct()[:BATCH]):
        written += post_days(days)
    places = pending.of_outlet_itself().order_by("pk")
    while pks := list(places.values_list("pk", flat=True)[:BATCH]):
        written += post_outlet_checks(pks)
    return written
