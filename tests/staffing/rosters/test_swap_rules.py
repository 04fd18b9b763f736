"""Whatever is swapped with approval, no hard rule is broken that was kept before.

Judged by a checker of its own, which knows nothing of months: it walks along the days
of each person, from the first to the last that are published.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from outlets.exchange.errors import DomainError
from staffing.rosters.models import Leave, RosterDay, ShiftKind
from staffing.rosters.services.swaps import answer_swap, approve_swap, propose_swap
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user
from tests.staffing.rosters.months import clock, member

__all__ = ["clock"]
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 30)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
REST, RUN, MOST_HOURS = timedelta(hours=11), 6, 44
TRIES = 40


def faults(days: dict[date, ShiftKind], leave: set[date]) -> set[tuple[str, date]]:
    """Return every rule that one person's shifts break, and where."""
    found = {("leave", on) for on in days if on in leave}
    ended = None
    run = 0
    minutes: Counter[date] = Counter()
    for on in DAYS:
        kind = days.get(on)
        if kind is None:
            run = 0
            continue
        run += 1
        if run > RUN:
            found.add(("run", on))
        starts = datetime.combine(on, kind.starts_at)
        ends = datetime.combine(on, kind.ends_at)
        ends += timedelta(days=ends <= starts)
        if ended is not None and starts - ended < REST:
            found.add(("rest", on))
        ended = ends
        minutes[on.replace(day=1)] += (ends - starts).seconds // 60 - kind.break_minutes
    for month, worked in minutes.items():
        there = [on for on in DAYS if on.month == month.month and on not in leave]
        if worked > MOST_HOURS * 60 * len(there) // 7:
            found.add(("hours", month))
    return found


def _build(chance: Random, outlet, people, kinds) -> dict[int, set[date]]:
    """Publish two months that keep every rule; return who is on leave when."""
    leaves = {}
    rows = []
    for user in people:
        employee = user.employee
        begins = DAYS[chance.randrange(len(DAYS) - 5)]
        leave = {begins + timedelta(days=n) for n in range(chance.randrange(4))}
        leave &= set(DAYS)
        if leave:
            Leave.objects.create(
                employee=employee,
                outlet=outlet,
                first_on=min(leave),
                last_on=max(leave),
                state="approved",
            )
        leaves[employee.pk] = leave
        days: dict[date, ShiftKind] = {}
        for on in DAYS:
            wanted = dict(days)
            if chance.random() < 0.8:
                wanted[on] = chance.choice(kinds)
            days = days if faults(wanted, leave) else wanted
            shift = days.get(on)
            absence = "" if shift else "leave" if on in leave else "off"
            rows.append(
                RosterDay(
                    employee=employee,
                    on=on,
                    shift=shift,
                    absence=absence,
                    outlet=outlet,
                )
            )
    RosterDay.objects.bulk_create(rows)
    return leaves


def _stand(leaves) -> dict[int, set[tuple[str, date]]]:
    shifts: dict[int, dict[date, ShiftKind]] = {pk: {} for pk in leaves}
    rows = RosterDay.objects.filter(shift__isnull=False).select_related("shift")
    for row in rows:
        shifts[row.employee_id][row.on] = row.shift
    return {pk: faults(days, leaves[pk]) for pk, days in shifts.items()}


@pytest.mark.django_db
@pytest.mark.on_postgresql
def test_no_approved_swap_breaks_a_hard_rule(clock):
    outlet = OutletFactory()
    manager = staff_user("store_manager", outlet)
    people = [member(outlet) for _n in range(4)]
    kinds = list(ShiftKind.objects.all())
    said: Counter[str] = Counter()

    @settings(max_examples=6, database=None)
    @given(st.integers(0, 10**9))
    def swap_at_will(seed):
        chance = Random(seed)  # noqa: S311 rosters for a test, no secret
        with transaction.atomic():
            leaves = _build(chance, outlet, people, kinds)
            assert set().union(*_stand(leaves).values()) == set()
            for _n in range(TRIES):
                one, two = chance.sample(people, 2)
                on = DAYS[chance.randrange(15, len(DAYS))]
                near = on + timedelta(days=chance.randrange(-3, 4))
                other_on = chance.choice([on, near])
                try:
                    swap = propose_swap(
                        on=on,
                        colleague=two.employee,
                        other_on=other_on,
                        note="",
                        by=one,
                    )
                    answer_swap(uuid=swap.uuid, agrees=True, by=two)
                    swap = approve_swap(uuid=swap.uuid, by=manager)
                except DomainError as refused:
                    said[refused.code] += 1
                else:
                    said[swap.state] += 1
                    assert set().union(*_stand(leaves).values()) == set()
            transaction.set_rollback(True)

    swap_at_will()
    # Enough of each was tried for the sentence to mean something.
    assert said["approved"] >= 10
    assert said["swap_breaks_rules"] >= 10
