"""Preparing a week: one sitting for everybody whose post takes the test."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Q

from evaluations.knowledge.calendar import clocks_by_day
from evaluations.knowledge.models import Blueprint, Sitting
from evaluations.knowledge.models.bank import BANK_POWERS
from evaluations.knowledge.rules.weeks import days_of, week_of
from staffing.people.models import Assignment, RoleGrant
from staffing.people.roles import POWERS

_KEEPERS = [role for role, powers in POWERS.items() if powers & set(BANK_POWERS)]


def keepers(first: date, last: date) -> set[int]:
    """Return the ids of the staff who keep the bank then: they know the answers."""
    grants = RoleGrant.objects.overlapping(first, last).filter(role__in=_KEEPERS)
    found = grants.filter(user__employee__isnull=False)
    return set(found.values_list("user__employee", flat=True))


def prepare_weeks(now: datetime) -> int:
    """Prepare the sittings of the week that runs at each outlet; return how many.

    For whoever is assigned there on its Monday and whose post has an active blueprint.
    Safe to run twice, and at once. System task: it sees everything.
    """
    plans = {
        plan.post: plan for plan in Blueprint.objects.filter(active=True) if plan.length
    }
    made = 0
    for day, here in clocks_by_day(now).items() if plans else ():
        monday = week_of(day)
        made += len(
            Sitting.objects.bulk_create(
                (
                    prepared(plans[post], employee_id, outlet_id, monday)
                    for employee_id, outlet_id, post in _expected(day, here, plans)
                ),
                ignore_conflicts=True,
                batch_size=1000,
            )
        )
    return made


def _expected(
    day: date, here: Q, posts: Collection[str]
) -> Iterable[tuple[int, int, str]]:
    """Return employee, outlet and post of who has no sitting in the week of `day`."""
    monday = week_of(day)
    assigned = (
        Assignment.objects.on(monday)
        .filter(here, employee__post__in=posts)
        .filter(Q(employee__left_on=None) | Q(employee__left_on__gte=day))
        .exclude(employee__in=keepers(monday, days_of(monday)[-1]))
        .exclude(employee__in=Sitting.objects.filter(week=monday).values("employee"))
    )
    rows = assigned.order_by("starts_on", "id").values_list(
        "employee", "outlet", "employee__post"
    )
    return {row[0]: row for row in rows}.values()  # the later stint wins


def prepared(
    plan: Blueprint, employee_id: int, outlet_id: int, monday: date
) -> Sitting:
    """Return an unsaved sitting by the blueprint as it is now."""
    return Sitting(
        employee_id=employee_id,
        outlet_id=outlet_id,
        week=monday,
        minutes=plan.minutes,
        pass_mark=plan.pass_mark * 100,
        attempts=plan.attempts,
        counts=plan.questions,
    )
