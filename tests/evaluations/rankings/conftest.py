"""A small outlet with a ranking to look at, and somebody who may."""

import pytest

from tests.evaluations.rankings.factories import outlet_in_county, post_month, worker
from tests.staffing.people.factories import granted_user


@pytest.fixture
def outlet():
    return outlet_in_county(code="O-118", name="Riverside")


@pytest.fixture
def team(outlet):
    """Four people: the first three with falling scores, the last without any."""
    people = [worker(outlet, number=f"E{n}", name=f"Clerk {n}") for n in range(1, 5)]
    for person, satisfied in zip(people, (90, 80, 70), strict=False):
        post_month(person, onsite=(satisfied, 100))
    return people


@pytest.fixture
def operations(client):
    user = granted_user("operations")
    client.force_login(user)
    return user
