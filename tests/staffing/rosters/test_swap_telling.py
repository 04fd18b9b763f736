"""Each step of a swap is told to whom it concerns, and not to who has just taken it."""

import pytest
from django.utils import translation

from staffing.notices.kinds import registered
from staffing.notices.models import Notice
from staffing.rosters.services.swaps import (
    answer_swap,
    approve_swap,
    propose_swap,
    refuse_swap,
    withdraw_swap,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user
from tests.staffing.rosters.months import clock, member, oct_, work

__all__ = ["clock"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def people():
    outlet = OutletFactory()
    found = {
        "asker": member(outlet, name="Asker"),
        "colleague": member(outlet, name="Colleague"),
        "manager": staff_user("store_manager", outlet),
    }
    work(found["asker"].employee, outlet, "E", oct_(20))
    work(found["colleague"].employee, outlet, "M", oct_(20))
    return found


@pytest.fixture
def swap(people):
    return propose_swap(
        on=oct_(20),
        colleague=people["colleague"].employee,
        other_on=oct_(20),
        note="",
        by=people["asker"],
    )


def told(people):
    """Return (who, which state) of all notices, in the order of telling."""
    names = {user.employee_id: name for name, user in people.items()}
    rows = Notice.objects.filter(kind="swap").order_by("pk")
    return [(names[row.employee_id], row.arguments["state"]) for row in rows]


def test_the_colleague_is_asked_in_her_language(people, swap):
    assert told(people) == [("colleague", "asked")]
    kind = registered()["swap"]
    notice = Notice.objects.get()
    assert kind.words(notice) == (
        "A colleague asks you to swap your shift of 20 October for hers of 20 October."
    )
    with translation.override("zh-hans"):
        assert kind.words(notice) == "同事想用 10月20日 的班与您 10月20日 的班调换。"
    assert kind.link(notice) == f"/my-roster/swaps/{swap.uuid}/"


def test_the_asker_is_told_of_the_answer_and_both_of_the_decision(people, swap):
    answer_swap(uuid=swap.uuid, agrees=True, by=people["colleague"])
    assert told(people)[1:] == [("asker", "agreed")]
    approve_swap(uuid=swap.uuid, by=people["manager"])
    assert told(people)[2:] == [("asker", "approved"), ("colleague", "approved")]


def test_once_it_is_closed_nobody_is_asked_any_more(people, swap):
    withdraw_swap(uuid=swap.uuid, by=people["asker"])
    assert told(people)[1:] == [("colleague", "withdrawn")]
    assert Notice.objects.get(key__endswith=":asked").ends_at is not None


def test_a_refusal_is_told_to_both(people, swap):
    answer_swap(uuid=swap.uuid, agrees=True, by=people["colleague"])
    refuse_swap(uuid=swap.uuid, because="Needed", by=people["manager"])
    assert told(people)[2:] == [("asker", "refused"), ("colleague", "refused")]
