"""Preparing a week: one sitting for everybody whose post takes the test."""

from datetime import date

from django.db.models import Q

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


def prepare_week(today: date) -> int:
    """Prepare the sittings of the week of `today`; return how many were new.

    For whoever is assigned somewhere on its Monday and whose post has an active
    blueprint. Safe to run twice, and at once. System task: it sees everything.
    """
    monday = week_of(today)
    plans = {plan.post: plan for plan in Blueprint.objects.filter(active=True)}
    assigned = (
        Assignment.objects.on(monday)
        .filter(employee__post__in=plans)
        .filter(Q(employee__left_on=None) | Q(employee__left_on__gte=today))
        .exclude(employee__in=keepers(monday, days_of(monday)[-1]))
        .exclude(employee__in=Sitting.objects.filter(week=monday).values("employee"))
    )
    outlets: dict[int, tuple[int, str]] = {}
    for employee_id, outlet_id, post in assigned.order_by("starts_on").values_list(
        "employee", "outlet", "employee__post"
    ):
        outlets[employee_id] = (outlet_id, post)  # the later stint wins
    made = Sitting.objects.bulk_create(
        (
            prepared(plans[post], employee_id, outlet_id, monday)
            for employee_id, (outlet_id, post) in outlets.items()
            if plans[post].length
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )
    return len(made)


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
