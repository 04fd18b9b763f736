"""The canonical lines, to the byte, on whatever database the tests run."""

from datetime import date
from uuid import UUID

import pytest

from evaluations.ledger.periods import Period
from evaluations.rankings.models import Scheme, SchemeVersion
from evaluations.rankings.selectors.inputs import collect
from evaluations.rankings.shipped import ship
from tests.evaluations.rankings.factories import line, post
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, EmployeeFactory

pytestmark = pytest.mark.django_db
OCTOBER = Period.parse("2026-10")


def test_lines_are_the_same_bytes_on_every_database():
    ship(Scheme.objects, SchemeVersion.objects, "service_star_fair", 1)
    version = SchemeVersion.objects.get(scheme__code="service_star_fair")
    outlet = OutletFactory(code="O1", outlet_class="A")
    person = EmployeeFactory(
        uuid=UUID(int=7), post="clerk", hired_on=date(2020, 2, 29), left_on=None
    )
    AssignmentFactory(employee=person, outlet=outlet, starts_on=date(2026, 1, 1))
    first, day = date(2026, 10, 2), date(2026, 10, 3)
    wrong = line(person, "mystery", day, points=4_000, out_of=5_000, rater="m\\2\t")
    post(
        line(person, "daily_rate", first, points=90_000, out_of=100_000, rater="员"),
        line(person, "daily_rate", day, points=70_000, out_of=100_000, rater="员"),
        line(person, "onsite", day, points=2_000_000, out_of=2_100_000, n=210),
        line(person, "daily", day, points=100, out_of=100),
        wrong,
    )
    post(
        line(
            person,
            "mystery",
            day,
            source_id=wrong.source_id,
            points=4_500,
            out_of=5_000,
            rater="m\\2\t",
        ),
        reason="read wrongly",
    )
    (found,) = collect(version, OCTOBER).people
    # 90,000² + 70,000² = 13,000,000,000: more than 32 bits hold.
    assert found.line == (
        '{"bars":[],"duty":true,"evidence":{"2026-10":{"load":{},"raters":{'
        '"daily_rate":[["员",100000,2,160000,13000000000]],'
        '"mystery":[["m\\\\2\\t",5000,1,4500,20250000]]}}},'
        '"hired":"2020-02-29","holds":[],"months":{"2026-10":{'
        '"daily":[[100,1,1,100,10000]],'
        '"mystery":[[5000,1,1,4500,20250000]],'
        '"onsite":[[2100000,1,210,2000000,0]]}},'
        f'"place":{{"city":null,"class":"A","county":"{outlet.region.code}",'
        f'"outlet":"O1","province":null,"region":"{outlet.region.code}"}},'
        '"post":"clerk","uuid":"00000000-0000-0000-0000-000000000007"}'
    )
