"""Figures of customers' marks are the ledger's, and the gate is the ranking's."""

import pytest
from django.urls import reverse

from evaluations.feedback.scores import (
    Share,
    VoiceFigures,
    by_outlet,
    by_person,
    by_region,
    entries_of,
    total_of,
)
from evaluations.ledger.periods import Period
from tests.evaluations.rankings.factories import line, outlet_in_county, post, worker
from tests.staffing.people.factories import granted_user, staff_user

NOVEMBER = Period.parse("2026-11")
NONE = Share()


def figures(reply=NONE, sms=NONE, onsite=NONE):
    return VoiceFigures("1", "one", onsite=onsite, sms=sms, reply=reply, callback=NONE)


@pytest.mark.parametrize(
    ("reply", "sms", "is_open"),
    [
        (NONE, NONE, None),
        (NONE, Share(0, 5), None),
        (Share(3, 20), Share(9, 10), True),  # exactly 15 % and 90 %
        (Share(14, 100), Share(10, 10), False),
        (Share(3, 20), Share(89, 100), False),
        (Share(0, 10), NONE, False),
    ],
)
def test_the_gate_opens_at_the_targets_and_not_below(reply, sms, is_open):
    assert figures(reply, sms).gate_open is is_open


@pytest.mark.parametrize(("n", "counts"), [(9, False), (10, True)])
def test_ten_ratings_make_a_component(n, counts):
    assert figures(onsite=Share(n, n)).onsite_counts is counts


@pytest.fixture
def chain(db):
    """Two outlets of two counties; each person with marks of her own."""
    outlets = [outlet_in_county(), outlet_in_county()]
    people = [worker(outlets[0]), worker(outlets[0]), worker(outlets[1])]
    shares = [(9, 10), (3, 10), (4, 4)]
    for person, (good, n) in zip(people, shares, strict=True):
        for component in ("onsite", "sms_reply"):
            post(
                line(
                    person,
                    component,
                    NOVEMBER.first,
                    points=100 * good,
                    out_of=100 * n,
                    n=n,
                )
            )
    return outlets, people


def told(lines):
    return {one.code: (one.onsite.good, one.onsite.n) for one in lines}


@pytest.mark.django_db
def test_figures_add_up_by_person_outlet_and_region(chain):
    outlets, people = chain
    entries = entries_of(granted_user("hr"), NOVEMBER)
    by_people = by_person(entries)
    assert told(by_people) == {
        people[0].number: (9, 10),
        people[1].number: (3, 10),
        people[2].number: (4, 4),
    }
    assert told(by_outlet(entries)) == {
        outlets[0].code: (12, 20),
        outlets[1].code: (4, 4),
    }
    county, city = outlets[0].region, outlets[0].region.parent
    assert told(by_region(entries, "county"))[county.code] == (12, 20)
    assert told(by_region(entries, "city"))[city.code] == (12, 20)
    assert by_region(entries, "area") == []
    assert total_of(by_people).reply == Share(16, 24)
    assert not by_person(entries_of(granted_user("hr"), Period.parse("2026-12")))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["clerk", "store_manager", "hr", "agency"])
def test_each_reads_the_figures_within_her_sight(chain, client, role):
    outlets, people = chain
    if role in ("clerk", "store_manager"):
        user = staff_user(role, outlets[0])
        sees = set() if role == "clerk" else {people[0].number, people[1].number}
    else:
        user = granted_user(role)
        sees = {one.number for one in people} if role == "hr" else set()
    client.force_login(user)
    answer = client.get(reverse("feedback:figures"), {"period": "2026-11"})
    assert {one.code for one in answer.context["lines"]} == sees


@pytest.mark.django_db
def test_a_period_that_is_none_is_said_beside_its_field(client):
    client.force_login(granted_user("hr"))
    page = client.get(reverse("feedback:figures"), {"period": "2026-13"})
    assert "Write the period as" in page.content.decode()
