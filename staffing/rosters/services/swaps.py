"""Swaps: proposed, agreed to, approved; none ever breaks a hard rule.

What is not so any more makes a swap lapse: it is then closed, never carried out.
"""

from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from staffing.people.models import Employee, User
from staffing.rosters.models import ChangeKind, Lapse, RosterDay, Swap, SwapState
from staffing.rosters.selectors.judging import Board
from staffing.rosters.selectors.swaps import Exchange, exchange_of
from staffing.rosters.services.days import Day, change_days
from staffing.rosters.services.deciding import (
    AlreadyDecided,
    lock_roster,
    own_employee,
    require_decision,
    today_at,
)
from staffing.rosters.services.leaves import ReasonMissing
from staffing.rosters.services.telling import tell_swap


class SwapImpossible(DomainError):
    code = "swap_impossible"
    message = _("These two shifts cannot be swapped any more. Choose others.")


class SwapBreaksRules(DomainError):
    code = "swap_breaks_rules"
    message = _("This swap would break rules of the roster: %(why)s")


class SwapAsked(DomainError):
    code = "swap_asked"
    message = _("You have asked for this swap already.")


def propose_swap(
    *, on: date, colleague: Employee, other_on: date, note: str, by: User
) -> Swap:
    """Ask a colleague for her shift of `other_on` against one's own of `on`.

    Raises:
        SwapImpossible: one of the shifts is past, or not there, or not swappable.
        SwapBreaksRules: it would break a hard rule of one of the two.
        SwapAsked: the same has been asked for and is still open.
    """
    asker = own_employee(by)
    row = (
        RosterDay.objects.visible_to(by)
        .filter(employee=asker, on=on, shift__isnull=False, outlet__isnull=False)
        .select_related("outlet__region", "shift")
        .first()
    )
    if row is None or row.outlet is None or row.shift is None or asker == colleague:
        raise SwapImpossible
    today = today_at(row.outlet)
    board = Board(row.outlet, [on, other_on])
    theirs = board.cell(colleague.pk, other_on)
    if min(on, other_on) <= today or theirs is None or theirs.shift is None:
        raise SwapImpossible
    swap = Swap(
        outlet=row.outlet,
        asker=asker,
        on=on,
        gives=row.shift.code,
        colleague=colleague,
        other_on=other_on,
        takes=theirs.shift.code,
        note=note,
    )
    exchange = exchange_of(swap, board)
    if exchange is None:
        raise SwapImpossible
    _require_rules(exchange, board)
    with transaction.atomic():
        lock_roster(row.outlet)
        same = Swap.objects.open().filter(
            asker=asker, on=on, colleague=colleague, other_on=other_on
        )
        if same.exists():
            raise SwapAsked
        swap.save()
        tell_swap(swap)
    return swap


def _require_rules(exchange: Exchange, board: Board) -> None:
    broken = exchange.broken(board)
    if broken:
        raise SwapBreaksRules(why=" ".join(dict.fromkeys(map(str, broken))))


def _locked(uuid: UUID, by: User) -> Swap:
    """Return an open swap, locked, and its outlet's roster with it.

    The roster first: whoever approves one swap closes others about the same days.

    Raises:
        AlreadyDecided: it is open no more.
    """
    mine = Swap.objects.visible_to(by)
    lock_roster(mine.select_related("outlet").get(uuid=uuid).outlet)
    rows = mine.select_for_update(of=("self",))
    swap = rows.select_related("asker", "colleague", "outlet__region").get(uuid=uuid)
    if not swap.is_open:
        raise AlreadyDecided
    return swap


@transaction.atomic
def withdraw_swap(*, uuid: UUID, by: User) -> Swap:
    """Take one's own proposal back; possible until it is decided."""
    employee = own_employee(by)
    swap = _locked(uuid, by)
    if swap.asker_id != employee.pk:
        raise PermissionDenied
    return _close(swap, SwapState.WITHDRAWN, by)


@transaction.atomic
def answer_swap(*, uuid: UUID, agrees: bool, by: User) -> Swap:
    """Say yes or no as the colleague who was asked.

    Returns the swap as it is then: it has lapsed where the roster is not what it was.

    Raises:
        SwapBreaksRules: it would break a hard rule by now.
    """
    employee = own_employee(by)
    swap = _locked(uuid, by)
    if swap.colleague_id != employee.pk:
        raise PermissionDenied
    if swap.state != SwapState.ASKED:
        raise AlreadyDecided
    if not agrees:
        return _close(swap, SwapState.REFUSED, by)
    board = Board(swap.outlet, [swap.on, swap.other_on])
    exchange = _standing(swap, board)
    if exchange is None:
        return swap
    _require_rules(exchange, board)
    swap.state, swap.agreed_at = SwapState.AGREED, timezone.now()
    swap.save(update_fields=["state", "agreed_at"])
    tell_swap(swap, but=employee)
    return swap


@transaction.atomic
def refuse_swap(*, uuid: UUID, because: str, by: User) -> Swap:
    """Refuse a swap that both want; the reason is shown to both."""
    swap = _locked(uuid, by)
    require_decision(by, swap.outlet, swap.asker_id, swap.colleague_id)
    if swap.state != SwapState.AGREED:
        raise AlreadyDecided
    if not because.strip():
        raise ReasonMissing
    return _close(swap, SwapState.REFUSED, by, because)


@transaction.atomic
def approve_swap(*, uuid: UUID, because: str = "", by: User) -> Swap:
    """Carry out a swap that both want, if it still breaks no hard rule today.

    Returns the swap as it is then: it has lapsed where the roster is not what it was.

    Raises:
        SwapBreaksRules: it would break hard rules by now; it stays open.
    """
    swap = _locked(uuid, by)
    require_decision(by, swap.outlet, swap.asker_id, swap.colleague_id)
    if swap.state != SwapState.AGREED:
        raise AlreadyDecided
    days = [swap.on, swap.other_on]
    people = [swap.asker_id, swap.colleague_id]
    cells = RosterDay.objects.filter(employee__in=people, on__in=days)
    list(cells.select_for_update(of=("self",)).order_by("pk"))
    board = Board(swap.outlet, days)
    exchange = _standing(swap, board)
    if exchange is None:
        return swap
    _require_rules(exchange, board)
    change_days(
        [
            Day(person, on, shift=shift, absence="" if shift else "off")
            for person, changes in exchange.changes()
            for on, shift in changes.items()
        ],
        outlet=swap.outlet,
        kind=ChangeKind.SWAP,
        by=by,
        why=because,
    )
    _close(swap, SwapState.APPROVED, by, because)
    _lapse_rivals(swap)
    return swap


def lapse_past_swaps() -> int:
    """Close the open swaps one of whose days has come; return how many.

    Nobody has to act on them for that; those who took part read why.
    """
    closed = 0
    open_swaps = Swap.objects.open().select_related("outlet")
    # The furthest clock is 14 hours ahead of UTC.
    near = timezone.now().date() + timedelta(days=1)
    for seen in open_swaps.filter(Q(on__lte=near) | Q(other_on__lte=near)):
        if min(seen.on, seen.other_on) > today_at(seen.outlet):
            continue
        with transaction.atomic():
            lock_roster(seen.outlet)
            rows = Swap.objects.open().filter(pk=seen.pk)
            for swap in rows.select_for_update(of=("self",)):
                _lapse(swap, Lapse.DAY_CAME)
                closed += 1
    return closed


def _standing(swap: Swap, board: Board) -> Exchange | None:
    """Return the exchange if it can still be made; else the swap lapses."""
    exchange = exchange_of(swap, board)
    if exchange is None:
        _lapse(swap, Lapse.CHANGED)
    elif min(swap.on, swap.other_on) <= today_at(swap.outlet):
        _lapse(swap, Lapse.DAY_CAME)
    return exchange if swap.is_open else None


def _lapse(swap: Swap, why: Lapse) -> None:
    _close(swap, SwapState.LAPSED, None, why)


def _close(swap: Swap, state: SwapState, by: User | None, because: str = "") -> Swap:
    swap.state, swap.because = state, because.strip()
    swap.decided_by, swap.decided_at = by, timezone.now()
    swap.save(update_fields=["state", "because", "decided_by", "decided_at"])
    tell_swap(swap, but=by.employee if by is not None else None)
    return swap


def _lapse_rivals(done: Swap) -> None:
    """Close the open swaps about the same days of the same people."""
    people = [done.asker_id, done.colleague_id]
    days = [done.on, done.other_on]
    rivals = Swap.objects.open().filter(
        Q(asker__in=people, on__in=days) | Q(colleague__in=people, other_on__in=days)
    )
    for rival in rivals.select_for_update(of=("self",)):
        _lapse(rival, Lapse.RIVAL)
