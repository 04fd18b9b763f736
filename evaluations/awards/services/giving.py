"""Money out of a fund, and points: who gives how much, and what is taken back."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.awards.models import (
    Award,
    AwardState,
    Bonus,
    Fund,
    FundLine,
    ListStatus,
    PointLine,
)
from evaluations.awards.services.refusals import (
    AboveTheLimit,
    FundTooSmall,
    GivenAlready,
    KeyUsedAlready,
    NotAwarded,
    NotThere,
    ReasonMissing,
    TooManyPoints,
)
from outlets.exchange.acting import acting
from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, User


def bonus_limit(title: str) -> int:
    """Return the most that a title may bring, in hundredths of the currency."""
    return int(settings.AWARDS_BONUS_LIMITS.get(title, 0)) * 100


def _require_giver(by: User) -> None:
    if not by.sight.reach(Power.REWARD).everywhere:
        raise PermissionDenied


@transaction.atomic
def pay_in(*, key: UUID, fund_id: int, amount: int, note: str, by: User) -> Fund:
    """Put money (hundredths, at least 1) into a fund; the same `key` changes nothing.

    Raises:
        PermissionDenied: `by` gives nothing.
        ReasonMissing: no note.
        KeyUsedAlready: the key stands for something else.
    """
    _require_giver(by)
    if not note.strip() or amount < 1:
        raise ReasonMissing
    fund = Fund.objects.select_for_update().get(pk=fund_id)
    note = note.strip()[:200]
    earlier = FundLine.objects.filter(uuid=key).first()
    if earlier is None:
        return _book(fund, FundLine(uuid=key, amount=amount, note=note, by=by))
    said = (earlier.fund_id, earlier.amount, earlier.note, earlier.by_id)
    if said != (fund.pk, amount, note, by.pk):
        raise KeyUsedAlready
    return fund


def _book(fund: Fund, line: FundLine) -> Fund:
    line.fund = fund
    line.save()
    fund.balance += line.amount
    fund.save(update_fields=["balance"])
    return fund


@transaction.atomic
def give_bonus(*, award_id: int, fund_id: int, amount: int, by: User) -> Bonus:
    """Give a winner money (hundredths, at least 1) out of a fund.

    Raises:
        PermissionDenied: `by` gives nothing, or is the winner.
        NotAwarded: the award does not stand on a published list.
        GivenAlready: it has brought a bonus.
        AboveTheLimit: more than its title may bring.
        FundTooSmall: the fund does not hold so much.
    """
    _require_giver(by)
    award = Award.objects.select_for_update(of=("self",)).get(pk=award_id)
    award_list = award.award_list
    if by.sight.employee_id == award.employee_id:
        raise PermissionDenied
    if award_list.status != ListStatus.PUBLISHED:
        raise NotAwarded(state=award_list.get_status_display())
    if award.state != AwardState.AWARDED:
        raise NotAwarded(state=award.get_state_display())
    if Bonus.objects.filter(award=award, taken_back_at=None).exists():
        raise GivenAlready
    limit = bonus_limit(award_list.title)
    if not 1 <= amount <= limit:
        raise AboveTheLimit(limit=f"{limit / 100:,.2f}")
    # The list before the fund, as wherever else both are written.
    award_list.changed_at = timezone.now()
    with acting(by=by):
        award_list.save(update_fields=["changed_at"])
    fund = Fund.objects.select_for_update().get(pk=fund_id)
    if fund.balance < amount:
        raise FundTooSmall(balance=fund.balance_shown)
    with acting(by=by):
        bonus = Bonus.objects.create(award=award, fund=fund, amount=amount, given_by=by)
    note = str(award_list)
    _book(fund, FundLine(amount=-amount, note=note, by=by, bonus=bonus))
    return bonus


def take_back(*, award: Award, by: User) -> None:
    """Book a lost award's bonus back into its fund, in the caller's transaction."""
    pass_on(heirs={award.pk: None}, by=by)


def pass_on(*, heirs: Mapping[int, Award | None], by: User | None) -> None:
    """Let bonuses follow their awards to a later list, in the caller's transaction.

    `heirs` has what became of each award, by its pk: where nothing is awarded, the
    bonus goes back into its fund.
    """
    given = Bonus.objects.filter(award__in=list(heirs), taken_back_at=None)
    related = given.select_for_update(of=("self",)).select_related("award__award_list")
    for bonus in related.order_by("fund", "pk"):
        heir = heirs[bonus.award_id]
        if heir is not None and heir.state == AwardState.AWARDED:
            bonus.award = heir
            bonus.save(update_fields=["award"])
            continue
        fund = Fund.objects.select_for_update().get(pk=bonus.fund_id)
        bonus.taken_back_at = timezone.now()
        with acting(by=by):
            bonus.save(update_fields=["taken_back_at"])
        note = str(bonus.award.award_list)
        _book(fund, FundLine(amount=bonus.amount, note=note, by=by, bonus=bonus))


@transaction.atomic
def give_points(
    *,
    key: UUID,
    number: str,
    account: str,
    amount: int,
    on: date,
    reason: str,
    by: User,
) -> PointLine:
    """Add a line to an account of somebody's points; the same `key` changes nothing.

    Human resources do so everywhere, who leads an outlet for its people; nobody for
    herself.

    Raises:
        TooManyPoints: none, or more than the limit.
        NotThere: she did not work there on that day, or that day is yet to come.
        PermissionDenied: it is `by` herself.
        ReasonMissing: no reason.
        KeyUsedAlready: the key stands for something else.
    """
    earlier = PointLine.objects.filter(uuid=key).select_related("employee").first()
    if earlier is not None:
        said = (earlier.employee.number, earlier.account, earlier.amount, earlier.on)
        same = said == (number, account, amount, on) and earlier.by_id == by.pk
        if not same or earlier.reason != reason.strip()[:200]:
            raise KeyUsedAlready
        return earlier
    if not reason.strip():
        raise ReasonMissing
    person = Employee.objects.filter(number=number).first()
    if person is None or on > timezone.localdate():
        raise NotThere(number=number)
    if person.pk == by.sight.employee_id:
        raise PermissionDenied
    sight = by.sight
    stints = Assignment.objects.on(on).filter(
        sight.outlets(Power.REWARD, "outlet__")
        | sight.outlets(Power.NOMINATE, "outlet__"),
        employee=person,
    )
    stint = stints.order_by("-starts_on", "id").first()
    if stint is None:
        raise NotThere(number=number)
    return book_points(
        key=key,
        employee_id=person.pk,
        outlet_id=stint.outlet_id,
        account=account,
        amount=amount,
        on=on,
        reason=reason,
        by=by,
    )


def book_points(
    *,
    key: UUID,
    employee_id: int,
    outlet_id: int,
    account: str,
    amount: int,
    on: date,
    reason: str,
    by: User,
) -> PointLine:
    """Write a line of somebody's points, in the caller's transaction.

    For rooms whose own rules say who gives and what for; the same `key` changes
    nothing. Nobody gives herself any here either.

    Raises:
        TooManyPoints: none, or more than the limit.
        PermissionDenied: it is `by` herself.
    """
    earlier = PointLine.objects.filter(uuid=key).first()
    if earlier is not None:
        return earlier
    limit = settings.AWARDS_POINTS_LIMIT
    if not 1 <= abs(amount) <= limit:
        raise TooManyPoints(limit=limit)
    if employee_id == by.sight.employee_id:
        raise PermissionDenied
    with acting(by=by):
        return PointLine.objects.create(
            uuid=key,
            employee_id=employee_id,
            outlet_id=outlet_id,
            account=account,
            amount=amount,
            on=on,
            reason=reason.strip()[:200],
            by=by,
        )
