"""Telling people of released visits and of appeals on them."""

from datetime import datetime

from django.utils import timezone

from evaluations.mystery.models import Visit, VisitAppeal
from evaluations.mystery.notice_kinds import APPEAL, RELEASED
from evaluations.mystery.rules.appealing import AppealAction
from outlets.places.sight import Power
from staffing.notices.selectors.recipients import Recipient, holders, nearest
from staffing.notices.services.notifying import Message, notify
from staffing.people.models import RoleGrant
from staffing.people.roles import Role

MADE = "appeal"


def tell_of_release(visit: Visit) -> None:
    """Tell whom it judges, and who leads the outlet."""
    now = timezone.now()
    last = visit.appeals_end_on
    notify(
        [
            Message(
                kind=RELEASED,
                key=f"{RELEASED}:{visit.visit_no}",
                to=to,
                arguments={
                    "visit_no": visit.visit_no,
                    "on": visit.date.isoformat(),
                    "until": (last or visit.date).isoformat(),
                },
                outlet_id=visit.outlet_id,
            )
            for to in sorted(_of_the_outlet(visit, now), key=str)
        ],
        now=now,
    )


def tell_of_appeal(appeal: VisitAppeal, what: str) -> None:
    """Tell whose turn it is, or who waited for the decision."""
    now, visit = timezone.now(), appeal.visit
    match what:
        case AppealAction.DECIDE:
            people = _of_the_outlet(visit, now) | {Recipient.of(appeal.by)}
        case AppealAction.ASK:
            people = _of_the_agency(visit, now)
        case _:
            found = holders(Power.RELEASE_VISITS, [visit.outlet], now)
            people = set(nearest(found.get(visit.outlet_id, ()), least_steps=1))
    steps = appeal.events.count()
    notify(
        [
            Message(
                kind=APPEAL,
                key=f"{APPEAL}:{appeal.uuid}:{steps}",
                to=to,
                arguments={
                    "appeal": str(appeal.uuid),
                    "what": what,
                    "on": visit.date.isoformat(),
                    "state": appeal.state,
                },
                # An agency works back to back: it is told of no outlet.
                outlet_id=None if what == AppealAction.ASK else visit.outlet_id,
            )
            for to in sorted(people, key=str)
        ],
        now=now,
    )


def _of_the_outlet(visit: Visit, now: datetime) -> set[Recipient]:
    leads = holders(Power.RECORD, [visit.outlet], now).get(visit.outlet_id, [])
    people = {one.recipient for one in leads if one.steps == 0}
    if visit.employee_id is not None:
        people.add(Recipient(employee_id=visit.employee_id))
    return people


def _of_the_agency(visit: Visit, now: datetime) -> set[Recipient]:
    grants = RoleGrant.objects.near(timezone.localdate(now)).filter(
        role=Role.AGENCY, agency=visit.agency_id, user__is_active=True
    )
    rows = grants.select_related("user__employee", "agency", "outlet", "region")
    return {Recipient.of(one.user) for one in rows if one.holds_at(now)}
