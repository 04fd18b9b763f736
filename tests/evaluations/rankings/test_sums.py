"""Every standing of the database adds up, and a quarter is the mean of its months."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest

from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.ranking import months_of
from evaluations.rankings.rules.waterfall import Waterfall
from evaluations.rankings.selectors.waterfalls import both_waterfalls
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_month,
    published,
    ranked,
    worker,
)

pytestmark = pytest.mark.django_db
MONTHS = ("2026-07", "2026-08", "2026-09")


@pytest.fixture
def runs():
    """Three months and their quarter: parts come and go, and one month has no score."""
    outlet = outlet_in_county()
    people = [worker(outlet, number=f"E{n}") for n in range(6)]
    for at, month in enumerate(MONTHS):
        for n, person in enumerate(people):
            if n == 4 and at:
                continue  # one month only: no quarter
            post_month(
                person,
                month,
                days=19,
                compliant=13 + n,
                knowledge=81 + 3 * n + at if n != 1 or at != 1 else None,
                mystery=70 + 7 * at if n == 2 else None,
                onsite=(61 + n + at, 97),
                callback=(5, 7) if n == at else None,
            )
    months = [published(ranked(month, "service_star_fair")) for month in MONTHS]
    return months, published(ranked("2026-Q3", "service_star_fair"))


def both_of(standing) -> tuple[Waterfall | None, Waterfall | None]:
    """Return the steps to both of her scores, from what the run has stored of her."""
    frame = Frame.parse(standing.run.head)
    months = months_of(frame, [PersonInput.parse(standing.input)])[0]
    return both_waterfalls(standing, frame, months)


def steps(waterfall: Waterfall) -> dict[str, Fraction]:
    return {one.code: one.points for one in (*waterfall.steps, *waterfall.extras)}


def test_contributions_and_one_rounding_term_are_the_score_of_every_standing(runs):
    months, quarter = runs
    seen = 0
    for run in (*months, quarter):
        for standing in run.standings.all():
            raw, fair = both_of(standing)
            if standing.score is None:
                assert raw is fair is None
                continue
            assert raw is not None
            assert fair is not None
            for of, score in ((raw, standing.raw_score), (fair, standing.score)):
                for one in (of, of.printed()):
                    assert sum(steps(one).values()) + one.rounding == Fraction(score)
            seen += 1
    assert seen == 21  # 6, 5 and 5 of the months, 5 of the quarter


def test_a_quarter_is_the_mean_of_its_months(runs):
    months, quarter = runs
    kept = [{one.employee.number: one for one in run.standings.all()} for run in months]
    for standing in quarter.standings.exclude(score=None):
        number = standing.employee.number
        of_months = [
            of[number] for of in kept if number in of and of[number].score is not None
        ]
        scores = [of.raw_score for of in of_months]
        mean = Fraction(sum(scores, Decimal())) / len(scores)
        assert standing.raw_score == Decimal(floor(mean * 100 + Fraction(1, 2))) / 100
        found: dict[str, Fraction] = {}
        for of in of_months:
            raw, _fair = both_of(of)
            for code, points in steps(raw).items():
                found[code] = found.get(code, Fraction()) + points / len(of_months)
        assert steps(both_of(standing)[0]) == found
    assert "E4" not in {
        one.employee.number for one in quarter.standings.exclude(score=None)
    }
