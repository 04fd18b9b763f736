from collections import defaultdict
from datetime import date, timedelta
from statistics import correlation

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluations.knowledge.models import QuestionVersion, Sitting, SittingQuestion
from evaluations.knowledge.rules.figures import (
    DIGITS,
    ItemFigures,
    ItemSums,
    Limits,
)
from evaluations.knowledge.selectors.figures import sums_since
from evaluations.knowledge.views.figures import limits
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory, granted_user

MONDAY = date(2026, 10, 12)
USUAL = Limits(least=30, too_hard=0.2, too_easy=0.95, too_weak=0.1)


def by_hand(sittings):
    """Return answers, difficulty and discrimination by item, one answer after another.

    A sitting maps items to (weight, right).
    """
    rights, pairs = defaultdict(list), defaultdict(list)
    for sat in sittings:
        whole = sum(weight for weight, _right in sat.values())
        got = sum(weight for weight, right in sat.values() if right)
        for item, (weight, right) in sat.items():
            rights[item].append(int(right))
            if whole > weight:
                rest = (got - weight * right) / (whole - weight)
                pairs[item].append((int(right), rest))
    found = {}
    for item, told in rights.items():
        xs, ys = [x for x, _y in pairs[item]], [y for _x, y in pairs[item]]
        varies = len(set(xs)) > 1 and len(set(ys)) > 1
        r = round(correlation(xs, ys), DIGITS) if varies else None
        found[item] = (len(told), sum(told) / len(told), r)
    return found


def by_database(first=MONDAY):
    figures = [sums.figures for sums in sums_since(first)]
    return {f.item: (f.answers, f.difficulty, f.discrimination) for f in figures}


class Bank:
    """Questions of given weights, and people who have sat tests of them."""

    def __init__(self):
        self.outlet = OutletFactory()
        self.versions = list(QuestionVersion.objects.order_by("pk")[:6])

    def sit(self, *sittings, week=MONDAY, state="done"):
        """Write sittings that map places in the bank to right or wrong."""
        for sat in sittings:
            sitting = Sitting.objects.create(
                employee=EmployeeFactory(),
                outlet=self.outlet,
                week=week,
                state=state,
                minutes=15,
                pass_mark=8000,
                attempts=1,
            )
            SittingQuestion.objects.bulk_create(
                SittingQuestion(
                    sitting=sitting,
                    position=n,
                    version=self.versions[place],
                    right=right,
                )
                for n, (place, right) in enumerate(sat.items(), start=1)
            )

    def weigh(self, weights):
        for version, weight in zip(self.versions, weights, strict=True):
            QuestionVersion.objects.filter(pk=version.pk).update(weight=weight)

    def marks(self, sat, weights):
        return {self.versions[n].pk: (weights[n], right) for n, right in sat.items()}


@pytest.fixture
def bank(db):
    return Bank()


def test_the_database_sums_what_counting_by_hand_gives(bank):
    weights = [1, 3, 1, 2, 1, 1]
    bank.weigh(weights)
    sat = [
        {0: True, 1: True, 2: False},
        {0: False, 1: False, 2: True},
        {0: False, 1: False, 2: False},
        {3: True},  # no other question: no share of the others
        {3: False, 4: True},
        {3: True, 4: True},
    ]
    bank.sit(*sat)
    found = by_database()
    first, _second, _third, fourth, fifth, _sixth = [v.pk for v in bank.versions]
    # The others of the first give 3/4, 1/4 and 0.
    assert found[first] == (3, 1 / 3, 0.944911183)
    assert found[fourth] == (3, 2 / 3, None)  # all its others were right
    assert found[fifth] == (2, 1.0, None)
    assert found == by_hand([bank.marks(one, weights) for one in sat])


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    weights=st.lists(st.integers(1, 10), min_size=6, max_size=6),
    sat=st.lists(
        st.dictionaries(st.integers(0, 5), st.booleans(), min_size=1),
        min_size=1,
        max_size=12,
    ),
)
def test_whatever_was_answered_the_sums_are_those_by_hand(bank, weights, sat):
    bank.weigh(weights)
    bank.sit(*sat)
    try:
        assert by_database() == by_hand([bank.marks(one, weights) for one in sat])
    finally:
        SittingQuestion.objects.all().delete()
        Sitting.objects.all().delete()


def test_what_is_not_submitted_or_long_ago_does_not_count(bank):
    bank.sit({0: True, 1: False})
    bank.sit({0: False, 1: False}, week=MONDAY - timedelta(days=7))
    bank.sit({0: None, 1: None}, state="open")
    assert {told[:2] for told in by_database().values()} == {(1, 1.0), (1, 0.0)}


def test_difficulty_is_the_share_that_was_right():
    assert ItemSums(1, answers=4, right=3).figures.difficulty == 0.75


def test_who_knows_it_and_does_worse_on_the_others_gives_minus_1():
    sums = ItemSums(1, 4, 2, True, products=-1.0, right_squares=1.0, rest_squares=1.0)
    assert sums.figures.discrimination == -1.0


def test_a_rounding_error_is_not_misleading():
    sums = ItemSums(1, 40, 20, True, products=-1e-17, right_squares=1, rest_squares=1)
    assert sums.figures.flags(USUAL) == ["weak"]


@pytest.mark.parametrize(
    ("answers", "difficulty", "discrimination", "flags"),
    [
        (29, 0.1, -0.5, []),
        (30, 0.19, 0.5, ["hard"]),
        (30, 0.96, None, ["easy"]),
        (30, 0.5, 0.05, ["weak"]),
        (30, 0.5, -0.05, ["misleading"]),
        (30, 0.5, 0.1, []),
    ],
)
def test_odd_questions_are_flagged(answers, difficulty, discrimination, flags):
    one = ItemFigures(1, answers, difficulty, discrimination)
    assert one.flags(USUAL) == flags


def test_a_deployment_sets_what_is_odd(settings):
    assert limits() == USUAL
    settings.KNOWLEDGE_FIGURES_LEAST = 2
    settings.KNOWLEDGE_TOO_HARD = 50
    one = ItemFigures(1, answers=2, difficulty=0.49, discrimination=None)
    assert one.flags(limits()) == ["hard"]


def test_the_page_costs_the_same_for_few_answers_and_for_many(
    client, bank, django_assert_num_queries
):
    client.force_login(granted_user("operations"))
    week = date.today() - timedelta(days=date.today().weekday())  # noqa: DTZ011
    for many in (1, 20):
        bank.sit(*[{0: True, 1: False}] * many, week=week)
        with django_assert_num_queries(5):  # session, user, grants, sums, versions
            rows = client.get(reverse("knowledge:figures")).context["rows"]
    assert [row.figures.answers for row in rows] == [21, 21]
