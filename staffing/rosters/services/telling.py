"""What happens to a roster, told to whom it concerns."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from staffing.notices.selectors.recipients import Recipient
from staffing.notices.services.notifying import Message, notify, settle
from staffing.people.models import Employee
from staffing.rosters.models import Leave, RosterChange, Swap, SwapState
from staffing.rosters.notice_kinds import CHANGED, LEAVE, SWAP


def tell_changed(changes: Sequence[RosterChange]) -> None:
    """Tell each person that published days of hers are not what they were.

    Once until she has seen them: a grid is saved cell by cell. Four queries.
    """
    outlets = {change.employee_id: change.outlet_id for change in changes}
    if not outlets:
        return
    unseen = RosterChange.objects.filter(employee__in=list(outlets), seen_at=None)
    oldest = unseen.order_by().values_list("employee").annotate(Min("pk"))
    notify(
        [
            Message(
                kind=CHANGED,
                key=f"{CHANGED}:{first}",
                to=Recipient(employee_id=employee_id),
                outlet_id=outlets[employee_id],
            )
            for employee_id, first in oldest
        ]
    )


@transaction.atomic
def see_changes(*, employee: Employee, until: int) -> int:
    """Note that she has seen what was changed up to the one with the id `until`.

    What came meanwhile is told anew. Returns how many she has seen.
    """
    now = timezone.now()
    unseen = RosterChange.objects.filter(employee=employee, seen_at=None)
    first = unseen.order_by().aggregate(first=Min("pk"))["first"]
    seen = unseen.filter(pk__lte=until).update(seen_at=now)
    if seen:
        settle([f"{CHANGED}:{first}"], now=now)
        tell_changed(list(unseen))
    return seen


def tell_leave(leave: Leave) -> None:
    """Tell whoever asked what was decided."""
    message = Message(
        kind=LEAVE,
        key=f"{LEAVE}:{leave.uuid}:{leave.state}",
        to=Recipient(employee_id=leave.employee_id),
        arguments={
            "leave": str(leave.uuid),
            "state": str(leave.state),
            "first": leave.first_on.isoformat(),
            "last": leave.last_on.isoformat(),
        },
        outlet_id=leave.outlet_id,
    )
    notify([message])


def tell_swap(swap: Swap, *, but: Employee | None = None) -> None:
    """Tell both what became of their swap, but not whoever has just done it.

    One that was only asked for is told to the colleague, and to nobody else.
    """
    both = {swap.asker_id, swap.colleague_id}
    if swap.state == SwapState.ASKED:
        both = {swap.colleague_id}
    else:
        settle([f"{SWAP}:{swap.uuid}:{SwapState.ASKED}"], now=timezone.now())
    notify(
        [
            Message(
                kind=SWAP,
                key=f"{SWAP}:{swap.uuid}:{swap.state}",
                to=Recipient(employee_id=employee_id),
                arguments={
                    "swap": str(swap.uuid),
                    "state": str(swap.state),
                    "on": swap.on.isoformat(),
                    "other": swap.other_on.isoformat(),
                },
                outlet_id=swap.outlet_id,
            )
            for employee_id in sorted(both)
            if but is None or employee_id != but.pk
        ]
    )
