"""What a night of review flags costs: so much an outlet, whatever its people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.checks.services.flagging import flag_checked_days
from tests.evaluations.checks.factories import make_floor
from tests.evaluations.checks.honesty import card_of_day

pytestmark = pytest.mark.django_db


def night(today):
    with CaptureQueriesContext(connection) as asked:
        flag_checked_days(today)
    return len(asked)


def test_a_night_asks_the_same_for_each_outlet_whatever_its_people():
    costs = []
    for people in (3, 3, 12):
        floor = make_floor(people=people)
        card_of_day(floor, 1)
        costs.append(night(floor.today))
    # Seven an outlet on which nothing is asked: some seconds for a thousand outlets.
    assert [costs[1] - costs[0], costs[2] - costs[1]] == [7, 7]
