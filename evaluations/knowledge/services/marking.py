"""Marking what was answered, and one result a person and week."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import Q

from evaluations.knowledge.calendar import week_at, week_is_over
from evaluations.knowledge.models import (
    QuestionVersion,
    Sitting,
    SittingQuestion,
    SittingState,
    TestResult,
)
from evaluations.knowledge.rules.marking import is_right, score
from evaluations.knowledge.rules.weeks import code_of, days_of, had_a_chance
from evaluations.knowledge.services.preparing import keepers
from staffing.people.models import Assignment, day_at
from staffing.rosters.models import Absence, Leave, RosterDay

BATCH = 200


def finish(sitting: Sitting, now: datetime) -> None:
    """Mark an open sitting, which the caller has locked, and settle its week."""
    questions = list(sitting.questions.select_related("version"))
    for question in questions:
        version = question.version
        question.right = is_right(
            version.kind, version.answer, question.given, len(version.options_en)
        )
    SittingQuestion.objects.bulk_update(questions, ["right"])
    sitting.score = score((q.version.weight, bool(q.right)) for q in questions)
    sitting.state = SittingState.DONE
    sitting.submitted_at = min(now, sitting.deadline_at or now)
    sitting.save(update_fields=["score", "state", "submitted_at"])
    over = week_at(sitting.outlet, now) > sitting.week
    if sitting.passed or sitting.attempt >= sitting.attempts or over:
        post_week(sitting.employee_id, sitting.week)
        sitting.refresh_from_db(fields=["result"])


def post_week(employee_id: int, monday: date) -> None:
    """Put the best attempt of a week on record for the ledger, once.

    A result that somebody had recorded for the same test stands instead.
    """
    sittings = Sitting.objects.filter(employee=employee_id, week=monday)
    done = sittings.filter(state__in=(SittingState.DONE, SittingState.ABSENT))
    best = done.select_related("outlet").order_by("-score", "attempt").first()
    if best is None:
        return
    ends = days_of(monday)[-1]
    taken = day_at(best.outlet, best.submitted_at) if best.submitted_at else ends
    test = code_of(monday)
    result = TestResult.objects.filter(employee=employee_id, test__iexact=test).first()
    if result is not None and result.withdrawn:
        result.withdrawn, result.pending = False, True
        result.score = best.score or 0
        result.save(update_fields=["withdrawn", "pending", "score"])
    if result is None:
        result, _created = TestResult.objects.get_or_create(
            uuid=result_uuid(best.employee.uuid, test),
            defaults={
                "employee_id": employee_id,
                "taken_on": min(taken, ends),
                "test": test,
                "score": best.score or 0,
                "pass_mark": best.pass_mark,
                "outlet_id": best.outlet_id,
            },
        )
    sittings.filter(result=None).update(result=result)


def result_uuid(employee_uuid: UUID, test: str) -> UUID:
    """Return the uuid of the one result that a test in the system makes of somebody."""
    return uuid5(NAMESPACE_URL, f"starhall-test|{employee_uuid}|{test}")


def close_overdue(now: datetime) -> int:
    """Mark what ran out of time, and settle weeks that are over; return the sittings.

    Safe to run twice, and at once. System task: it sees everything.
    """
    closed = 0
    overdue = Sitting.objects.filter(state=SittingState.OPEN, deadline_at__lt=now)
    for pk in list(overdue.values_list("pk", flat=True)):
        with transaction.atomic():
            locked = overdue.select_for_update(of=["self"]).filter(pk=pk)
            sitting = locked.select_related("outlet").first()
            if sitting is not None:
                finish(sitting, now)
                closed += 1
    return closed + _close_weeks(now)


def _close_weeks(now: datetime) -> int:
    """Settle the weeks that are over where they were sat, and have no result yet."""
    closed = 0
    over = week_is_over(now)
    past = Sitting.objects.filter(over, result=None)
    waiting = past.filter(state=SittingState.PREPARED)
    for monday in sorted(set(waiting.order_by().values_list("week", flat=True))):
        closed += _close_absent(monday, over)
    undecided = past.filter(state=SittingState.DONE)
    for employee_id, monday in set(undecided.values_list("employee", "week")):
        with transaction.atomic():
            # Nobody begins a further attempt: the week is over.
            if not Sitting.objects.filter(
                employee=employee_id, week=monday, state=SittingState.OPEN
            ).exists():
                post_week(employee_id, monday)
                closed += 1
    return closed


def _close_absent(monday: date, over: Q) -> int:
    """Leave out who could not sit in a week that is over; the others score 0.

    Nobody could sit a test whose topics have no question.
    """
    closed = 0
    asked = QuestionVersion.objects.to_be_asked()
    topics = set(asked.order_by().values_list("topic__code", flat=True))
    while True:
        with transaction.atomic():
            rows = list(
                Sitting.objects.filter(over, week=monday, state=SittingState.PREPARED)
                .select_for_update(of=["self"])
                .order_by("pk")[:BATCH]
            )
            if not rows:
                return closed
            excused = without_chance(monday, {row.employee_id for row in rows})
            for row in rows:
                asks = any(row.counts[code] for code in topics & set(row.counts))
                if row.employee_id in excused or not asks:
                    row.state = SittingState.LEFT_OUT
                    row.save(update_fields=["state"])
                    continue
                row.state, row.score = SittingState.ABSENT, 0
                row.save(update_fields=["state", "score"])
                post_week(row.employee_id, monday)
            closed += len(rows)


def without_chance(monday: date, people: set[int]) -> set[int]:
    """Return those of the people who had no chance to sit in that week.

    On approved leave, rostered for no shift, no longer assigned anywhere at its end, or
    keeping the bank.
    """
    week = days_of(monday)
    ends = week[-1]
    shifts: dict[int, set[date]] = {}
    others: dict[int, set[date]] = {}
    leave: dict[int, set[date]] = {}
    days = RosterDay.objects.filter(employee__in=people, on__in=week)
    for employee_id, on, absence in days.values_list("employee", "on", "absence"):
        kept = others if absence else shifts
        kept.setdefault(employee_id, set()).add(on)
        if absence == Absence.LEAVE:
            leave.setdefault(employee_id, set()).add(on)
    granted = Leave.objects.approved_between(monday, ends).filter(employee__in=people)
    for one in granted:
        last = one.first_on
        while last <= one.last_on:
            leave.setdefault(one.employee_id, set()).add(last)
            last += timedelta(days=1)
    there = set(
        Assignment.objects.on(ends)
        .filter(employee__in=people)
        .exclude(employee__left_on__lt=ends)
        .values_list("employee", flat=True)
    )
    could = {
        person
        for person in people & there
        if had_a_chance(
            monday,
            shifts=shifts.get(person, ()),
            others=others.get(person, ()),
            leave=leave.get(person, ()),
        )
    }
    return people - could | (people & keepers(monday, ends))
