"""Swaps: who may do what in which state, and what makes one impossible."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from staffing.rosters.models import Leave, RosterChange, RosterRules, Swap
from staffing.rosters.selectors.swaps import partners_for
from staffing.rosters.services.deciding import AlreadyDecided
from staffing.rosters.services.leaves import ReasonMissing
from staffing.rosters.services.swaps import (
    SwapAsked,
    SwapBreaksRules,
    SwapImpossible,
    answer_swap,
    approve_swap,
    lapse_past_swaps,
    propose_swap,
    refuse_swap,
    withdraw_swap,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user
from tests.staffing.rosters.months import clock, letters, member, oct_, work

__all__ = ["clock"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ACTIONS = {
    "withdraw": withdraw_swap,
    "agree": lambda **given: answer_swap(agrees=True, **given),
    "decline": lambda **given: answer_swap(agrees=False, **given),
    "approve": approve_swap,
    "refuse": lambda **given: refuse_swap(because="needed there", **given),
}


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def people(outlet):
    return {
        "asker": member(outlet, name="Asker"),
        "colleague": member(outlet, name="Colleague"),
        "third": member(outlet),
        "manager": staff_user("store_manager", outlet),
        "supervisor": staff_user("supervisor", outlet),
        "region": granted_user("regional_supervisor", region=outlet.region),
        "elsewhere": staff_user("store_manager", OutletFactory()),
        "operations": granted_user("operations"),
    }


def published(people, outlet, asker="E", colleague="M", first=20):
    work(people["asker"].employee, outlet, asker, oct_(first))
    work(people["colleague"].employee, outlet, colleague, oct_(first))


def proposed(people, on=20, other_on=20):
    return propose_swap(
        on=oct_(on),
        colleague=people["colleague"].employee,
        other_on=oct_(other_on),
        note="please",
        by=people["asker"],
    )


def both(people, n, first=20):
    return tuple(
        letters(people[who].employee, oct_(first), n) for who in ("asker", "colleague")
    )


def _done(action, swap, user):
    try:
        return ACTIONS[action](uuid=swap.uuid, by=user).state
    except Swap.DoesNotExist:
        return "gone"
    except PermissionDenied:
        return "denied"
    except AlreadyDecided:
        return "decided"


# withdraw, agree, decline, approve, refuse
GONE = ("gone",) * 5
ASKED = {
    "asker": ("withdrawn", "denied", "denied", "denied", "denied"),
    "colleague": ("denied", "agreed", "refused", "denied", "denied"),
    "third": GONE,
    "manager": ("denied", "denied", "denied", "decided", "decided"),
    "supervisor": ("denied", "denied", "denied", "denied", "denied"),
    "region": ("denied", "denied", "denied", "decided", "decided"),
    "elsewhere": GONE,
    "operations": ("denied", "denied", "denied", "gone", "gone"),
}
AGREED = ASKED | {
    "colleague": ("denied", "decided", "decided", "denied", "denied"),
    "manager": ("denied", "denied", "denied", "approved", "refused"),
    "region": ("denied", "denied", "denied", "approved", "refused"),
}
STATES = {"withdrawn", "agreed", "refused", "approved"}


@pytest.mark.parametrize("n", range(5))
@pytest.mark.parametrize("role", ASKED)
@pytest.mark.parametrize("state", ["asked", "agreed"])
def test_what_is_open_is_moved_by_whom(people, outlet, state, role, n):
    published(people, outlet)
    swap = proposed(people)
    Swap.objects.filter(pk=swap.pk).update(state=state)
    expected = (ASKED if state == "asked" else AGREED)[role][n]
    assert _done(list(ACTIONS)[n], swap, people[role]) == expected
    swap.refresh_from_db()
    assert swap.state == (expected if expected in STATES else state)
    done = expected == "approved"
    assert both(people, 1) == (("M", "E") if done else ("E", "M"))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ["asker", "colleague", "manager"])
@pytest.mark.parametrize("state", ["approved", "refused", "withdrawn", "lapsed"])
def test_what_is_closed_stays_so(people, outlet, state, role, action):
    published(people, outlet)
    swap = proposed(people)
    Swap.objects.filter(pk=swap.pk).update(state=state)
    assert _done(action, swap, people[role]) == "decided"
    assert both(people, 1) == ("E", "M")


@pytest.mark.parametrize("who", ["asker", "colleague"])
def test_nobody_approves_her_own_swap(people, outlet, who):
    people[who] = people["manager"]
    published(people, outlet)
    swap = proposed(people)
    Swap.objects.update(state="agreed")
    assert _done("approve", swap, people["manager"]) == "denied"
    assert _done("approve", swap, people["region"]) == "approved"


def test_days_are_swapped_with_a_trace(people, outlet):
    published(people, outlet, "Eo", "oM")
    swap = proposed(people, 20, 21)
    answer_swap(uuid=swap.uuid, agrees=True, by=people["colleague"])
    approve_swap(uuid=swap.uuid, because="fine", by=people["manager"])
    assert both(people, 2) == ("oM", "Eo")
    changes = RosterChange.objects.order_by("employee", "on")
    assert [(one.before, one.after, one.kind, one.why) for one in changes] == [
        ("EARLY", "off", "swap", "fine"),
        ("off", "MID", "swap", "fine"),
        ("off", "EARLY", "swap", "fine"),
        ("MID", "off", "swap", "fine"),
    ]


def test_a_swap_across_two_months(people, outlet):
    asker, colleague = people["asker"].employee, people["colleague"].employee
    work(asker, outlet, "Eo", oct_(31))
    work(colleague, outlet, "oM", oct_(31))
    swap = propose_swap(
        on=oct_(31),
        colleague=colleague,
        other_on=date(2026, 11, 1),
        note="",
        by=people["asker"],
    )
    answer_swap(uuid=swap.uuid, agrees=True, by=people["colleague"])
    approve_swap(uuid=swap.uuid, by=people["manager"])
    assert both(people, 2, 31) == ("oM", "Eo")


@pytest.mark.parametrize(
    ("asker", "colleague", "on", "other_on"),
    [
        ("E", "E", 20, 20),  # the same shift
        ("E", "o", 20, 20),  # nothing to give
        ("Eo", "LM", 20, 21),  # she is on leave on the day she would take
        ("EN", "oM", 20, 21),  # the asker works already on the day she would take
        ("EL", "oM", 20, 21),  # or is on leave
        (".E", ".M", 20, 20),  # not published
    ],
)
def test_what_cannot_be_swapped(people, outlet, asker, colleague, on, other_on):
    published(people, outlet, asker, colleague)
    with pytest.raises(SwapImpossible):
        proposed(people, on, other_on)


@pytest.mark.parametrize("day", [14, 15])
def test_only_days_to_come_are_swapped(people, outlet, day):
    published(people, outlet, "E", "M", day)
    with pytest.raises(SwapImpossible):
        proposed(people, day, day)


def test_the_same_is_asked_for_once(people, outlet):
    published(people, outlet)
    first = proposed(people)
    with pytest.raises(SwapAsked):
        proposed(people)
    withdraw_swap(uuid=first.uuid, by=people["asker"])
    proposed(people)


def test_too_little_rest_is_named(people, outlet):
    published(people, outlet, "EE", "No")
    with pytest.raises(SwapBreaksRules) as refused:
        proposed(people)
    assert str(refused.value) == (
        "This swap would break rules of the roster: Asker would have less than 11 "
        "hours of rest before the shift of 21 October."
    )


def test_too_little_rest_across_the_month_s_end_is_named(people, outlet):
    asker, colleague = people["asker"].employee, people["colleague"].employee
    work(asker, outlet, "EE", oct_(31))
    work(colleague, outlet, "No", oct_(31))
    with pytest.raises(SwapBreaksRules) as refused:
        proposed(people, 31, 31)
    assert "Asker would have less than 11 hours of rest" in str(refused.value)


def test_rest_beside_a_shift_at_another_outlet_counts(people, outlet):
    published(people, outlet)
    work(people["colleague"].employee, OutletFactory(), "N", oct_(19))
    with pytest.raises(SwapBreaksRules) as refused:
        proposed(people)
    assert "Colleague would have less than 11 hours" in str(refused.value)


def test_too_many_days_in_a_row_are_named(people, outlet):
    published(people, outlet, "EoEEEEEE", "oMoooooo")
    with pytest.raises(SwapBreaksRules) as refused:
        proposed(people, 20, 21)
    assert "Asker would work 7 days in a row; at most 6" in str(refused.value)


def test_too_many_hours_are_named(people, outlet):
    RosterRules.objects.create(week_hours=1, most_week_hours=1)
    work(people["asker"].employee, outlet, "E", oct_(31))
    work(people["colleague"].employee, outlet, "M", date(2026, 11, 1))
    with pytest.raises(SwapBreaksRules) as refused:
        propose_swap(
            on=oct_(31),
            colleague=people["colleague"].employee,
            other_on=date(2026, 11, 1),
            note="",
            by=people["asker"],
        )
    assert "Asker would work 8 hours in November 2026; at most 4" in str(refused.value)


def test_rules_are_asked_again_on_the_day_of_approval(people, outlet):
    published(people, outlet, "Eo", "Mo")
    swap = proposed(people)
    answer_swap(uuid=swap.uuid, agrees=True, by=people["colleague"])
    work(people["colleague"].employee, outlet, "N", oct_(19))
    with pytest.raises(SwapBreaksRules):
        approve_swap(uuid=swap.uuid, by=people["manager"])
    swap.refresh_from_db()
    assert swap.state == "agreed"
    assert both(people, 1) == ("E", "M")


def test_approved_leave_stands_against_it(people, outlet):
    published(people, outlet)
    swap = proposed(people)
    Leave.objects.create(
        employee=people["colleague"].employee,
        outlet=outlet,
        first_on=oct_(20),
        last_on=oct_(20),
        state="approved",
    )
    with pytest.raises(SwapBreaksRules) as refused:
        answer_swap(uuid=swap.uuid, agrees=True, by=people["colleague"])
    assert "Colleague is not available on 20 October." in str(refused.value)


@pytest.mark.parametrize("change", [("N", "M"), ("E", "N"), ("o", "M"), ("E", "L")])
def test_a_roster_that_is_another_makes_it_lapse(people, outlet, change):
    published(people, outlet)
    agreed = proposed(people)
    answer_swap(uuid=agreed.uuid, agrees=True, by=people["colleague"])
    published(people, outlet, *change)
    swap = approve_swap(uuid=agreed.uuid, by=people["manager"])
    assert swap.state == "lapsed"
    assert swap.reason == "The roster of these days is not what it was."
    assert both(people, 1) == change
    assert not RosterChange.objects.exists()


def test_a_day_that_has_come_makes_it_lapse(people, outlet, clock):
    published(people, outlet)
    swap = proposed(people)
    clock("2026-10-20T07:00:00+08:00")
    swap = answer_swap(uuid=swap.uuid, agrees=True, by=people["colleague"])
    assert (swap.state, swap.reason) == ("lapsed", "One of the two days has come.")


def test_what_nobody_acted_on_lapses_when_its_first_day_comes(people, outlet, clock):
    published(people, outlet, "Eo", "oE")
    swap = proposed(people, 20, 21)
    clock("2026-10-19T23:30:00+08:00")
    assert lapse_past_swaps() == 0
    clock("2026-10-20T06:00:00+08:00")
    assert lapse_past_swaps() == 1
    swap.refresh_from_db()
    assert (swap.state, swap.reason) == ("lapsed", "One of the two days has come.")
    assert both(people, 2) == ("Eo", "oE")
    assert lapse_past_swaps() == 0


def test_an_approved_swap_closes_its_rivals(people, outlet):
    published(people, outlet)
    work(people["third"].employee, outlet, "N", oct_(20))
    first = proposed(people)
    rival = propose_swap(
        on=oct_(20),
        colleague=people["third"].employee,
        other_on=oct_(20),
        note="",
        by=people["asker"],
    )
    answer_swap(uuid=first.uuid, agrees=True, by=people["colleague"])
    approve_swap(uuid=first.uuid, by=people["manager"])
    rival.refresh_from_db()
    assert rival.state == "lapsed"
    assert rival.reason == "Another swap of one of these shifts was approved."


def test_a_refusal_needs_a_reason(people, outlet):
    published(people, outlet)
    swap = proposed(people)
    Swap.objects.update(state="agreed")
    with pytest.raises(ReasonMissing):
        refuse_swap(uuid=swap.uuid, because=" ", by=people["manager"])


def test_partners_are_those_for_whom_no_rule_breaks(people, outlet):
    published(people, outlet, "EoEE", "NoMo")
    row = (
        people["asker"]
        .employee.roster_days.select_related("employee", "shift", "outlet__region")
        .get(on=oct_(20))
    )
    [partner] = partners_for(row, oct_(15))
    assert partner.employee == people["colleague"].employee
    # On the 20th the colleague's night is followed by a day off: fine. Her middle of
    # the 22nd is not to be had: the asker works then.
    assert [(one.other_on.day, one.takes.code) for one in partner.exchanges] == [
        (20, "NIGHT")
    ]


def test_who_cannot_sign_in_is_no_partner(people, outlet):
    published(people, outlet)
    people["colleague"].is_active = False
    people["colleague"].save()
    row = (
        people["asker"]
        .employee.roster_days.select_related("employee", "shift", "outlet__region")
        .get()
    )
    assert partners_for(row, oct_(15)) == []


@pytest.mark.parametrize("more", [0, 8])
def test_partners_cost_the_same_for_few_and_many(
    people, outlet, django_assert_num_queries, more
):
    published(people, outlet, "EoEE", "NoMo")
    for _n in range(more):
        work(member(outlet).employee, outlet, "oMNo", oct_(20))
    row = (
        people["asker"]
        .employee.roster_days.select_related("employee", "shift", "outlet__region")
        .get(on=oct_(20))
    )
    with django_assert_num_queries(26):
        assert len(partners_for(row, oct_(15))) == 1 + more
