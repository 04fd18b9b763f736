from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from evaluations.awards.models import (
    AwardList,
    Bonus,
    Fund,
    FundLine,
    LineChanged,
    PointLine,
)
from evaluations.awards.services import draw_winners, publish_list
from evaluations.awards.services.giving import give_bonus, give_points, pay_in
from evaluations.awards.services.losing import disqualify
from evaluations.awards.services.refusals import (
    AboveTheLimit,
    FundTooSmall,
    GivenAlready,
    KeyUsedAlready,
    NotAwarded,
    NotThere,
    TooManyPoints,
)
from tests.at_once import at_once
from tests.evaluations.awards.factories import county_with_scores, published_run
from tests.evaluations.awards.rounds import open_case
from tests.staffing.people.factories import (
    AssignmentFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr():
    return granted_user("hr")


@pytest.fixture
def fund(hr):
    fund = Fund.objects.get(code="reward-fund")
    return _pay_in(fund, hr)


def _pay_in(fund, by, *, key=None, amount=150_000):
    note = "for the year"
    return pay_in(key=key or uuid4(), fund_id=fund.pk, amount=amount, note=note, by=by)


@pytest.fixture
def award():
    county_with_scores([80, 95])
    lists = draw_winners(run_id=published_run().pk, by=None)
    county = next(one for one in lists if one.level == "county")
    publish_list(award_list_id=county.pk, by=None)
    return county.awards.first()


def _give(award, fund, amount, by):
    return give_bonus(award_id=award.pk, fund_id=fund.pk, amount=amount, by=by)


def test_a_bonus_leaves_the_fund_and_comes_back_with_the_award(award, fund, hr):
    _give(award, fund, 100_000, hr)
    fund.refresh_from_db()
    assert fund.balance == 50_000
    disqualify(award_id=award.pk, reason="it came out", by=granted_user("operations"))
    fund.refresh_from_db()
    assert fund.balance == 150_000
    amounts = FundLine.objects.order_by("id").values_list("amount", flat=True)
    assert list(amounts) == [150_000, -100_000, 100_000]
    assert Bonus.objects.get().taken_back_at is not None


def test_no_more_than_the_limit_the_fund_and_once(award, fund, hr):
    with pytest.raises(AboveTheLimit):
        _give(award, fund, 100_001, hr)
    Fund.objects.update(balance=100)
    with pytest.raises(FundTooSmall):
        _give(award, fund, 101, hr)
    _give(award, fund, 100, hr)
    with pytest.raises(GivenAlready):
        _give(award, fund, 1, hr)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fund.objects.update(balance=-1)


def test_the_list_changes_with_a_bonus_that_is_given(award, fund, hr):
    award_list = AwardList.objects.get(pk=award.award_list_id)
    _give(award, fund, 100, hr)
    assert AwardList.objects.get(pk=award_list.pk).changed_at > award_list.changed_at


def revised(award, by=None):
    """Publish the list of the next revision; return it."""
    lists = draw_winners(run_id=published_run().pk, by=by)
    later = next(one for one in lists if one.level == award.award_list.level)
    return publish_list(award_list_id=later.pk, by=by)


def test_who_wins_in_the_next_revision_too_keeps_her_bonus_and_gets_no_second(
    award, fund, hr
):
    given = _give(award, fund, 100, hr)
    later = revised(award).awards.get(lasting_id=award.lasting_id)
    with pytest.raises(GivenAlready):
        _give(later, fund, 100, hr)
    with pytest.raises(NotAwarded):
        _give(award, fund, 100, hr)
    given.refresh_from_db()
    assert (given.award, given.taken_back_at) == (later, None)
    disqualify(award_id=later.pk, reason="it came out", by=granted_user("operations"))
    fund.refresh_from_db()
    assert fund.balance == 150_000


@pytest.mark.parametrize("kind", ["bar", "hold"])
def test_the_bonus_of_who_is_not_awarded_any_more_goes_back(award, fund, hr, kind):
    given = _give(award, fund, 100, hr)
    open_case(award.employee, award.outlet, kind, "attitude_complaint", scope="2026-10")
    later = revised(award)
    assert not later.awards.filter(employee=award.employee, state="awarded").exists()
    fund.refresh_from_db()
    given.refresh_from_db()
    assert (fund.balance, given.taken_back_at is None) == (150_000, False)
    assert FundLine.objects.first().by is None  # the system published


def test_only_human_resources_give_and_nobody_herself(award, fund, hr):
    for role in ("operations", "auditor", "administrator"):
        with pytest.raises(PermissionDenied):
            _give(award, fund, 100, granted_user(role))
    own = granted_user("hr", user=UserFactory(employee=award.employee))
    with pytest.raises(PermissionDenied):
        _give(award, fund, 100, own)
    award.award_list.awards.update(state="held")
    with pytest.raises(NotAwarded):
        _give(award, fund, 100, hr)
    assert not Bonus.objects.exists()


def test_money_is_paid_in_once_a_key(fund, hr):
    key = uuid4()
    for _time in range(2):
        assert _pay_in(fund, hr, key=key, amount=100).balance == 150_100
    with pytest.raises(KeyUsedAlready):
        _pay_in(fund, hr, key=key, amount=200)


def test_a_form_that_is_sent_twice_pays_in_once(fund, hr, client):
    client.force_login(hr)
    page = reverse("awards:fund", args=[fund.code])
    key = client.get(page).context["form"]["key"].value()
    for _time in range(2):
        client.post(page, {"key": key, "amount": "1", "note": "found"})
    fund.refresh_from_db()
    assert fund.balance == 150_100


def test_lines_of_an_account_are_never_rewritten(fund):
    line = FundLine.objects.get()
    with pytest.raises(LineChanged):
        line.save()


class TestPoints:
    @pytest.fixture
    def manager(self):
        return staff_user("store_manager")

    @pytest.fixture
    def clerk(self, manager):
        outlet = manager.employee.assignments.get().outlet
        return staff_user("clerk", outlet=outlet).employee

    def _give(self, person, by, **changes):
        given = {
            "key": uuid4(),
            "number": person.number,
            "account": "dedication",
            "amount": 5,
            "on": date(2026, 10, 5),
            "reason": "took an extra shift",
        }
        return give_points(by=by, **(given | changes))

    def test_a_manager_gives_her_people_points_once_a_key(self, manager, clerk):
        key = uuid4()
        line = self._give(clerk, manager, key=key)
        assert self._give(clerk, manager, key=key) == line
        for changes in ({"amount": 99}, {"reason": "came early"}):
            with pytest.raises(KeyUsedAlready):
                self._give(clerk, manager, key=key, **changes)
        with pytest.raises(KeyUsedAlready):
            self._give(manager.employee, manager, key=key)
        assert (PointLine.objects.get().amount, line.outlet) == (
            5,
            clerk.assignments.get().outlet,
        )

    def test_neither_strangers_nor_herself_nor_too_many(self, manager, clerk):
        stranger = AssignmentFactory().employee
        with pytest.raises(NotThere):
            self._give(stranger, manager)
        with pytest.raises(PermissionDenied):
            self._give(manager.employee, manager)
        with pytest.raises(NotThere):
            self._give(clerk, UserFactory(employee=stranger))
        for amount in (0, 101, -101):
            with pytest.raises(TooManyPoints):
                self._give(clerk, manager, amount=amount)
        assert not PointLine.objects.exists()


@pytest.fixture
def shipped(transactional_db):
    """Put back what a test that empties the database has taken along."""
    call_command("ship_schemes", stdout=StringIO())
    Fund.objects.get_or_create(code="reward-fund", defaults={"name": "Rewards"})


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_a_bonus_given_while_the_list_is_superseded_is_given_once(
    shipped, award, fund, hr
):
    lists = draw_winners(run_id=published_run().pk, by=None)
    later = next(one for one in lists if one.level == "county")
    heir = later.awards.get(lasting_id=award.lasting_id)
    raised = at_once(
        lambda: publish_list(award_list_id=later.pk, by=None),
        lambda: _give(award, fund, 100, hr),
    )
    # Too late: the list was not the newest any more.
    assert [type(one) for one in raised] in ([], [NotAwarded])
    given = Bonus.objects.filter(taken_back_at=None)
    assert [one.award for one in given] == [heir] * (1 - len(raised))
