"""The page of a score under schemes with curves, bonus, deduction and own weights."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from evaluations.ledger.models import EntryKind
from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.models import SchemeVersion
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.selectors.differences import change_since
from evaluations.rankings.shipped import rules_of
from evaluations.rankings.words import reasons_in_words
from tests.evaluations.rankings.factories import (
    line,
    outlet_in_county,
    post,
    post_month,
    published,
    ranked,
    worker,
)
from tests.evaluations.rankings.pages import text_of
from tests.staffing.people.factories import UserFactory, granted_user

pytestmark = pytest.mark.django_db
CLIFF = {
    "kind": "piecewise",
    **{"lower": 60, "lower_score": 90, "upper": 90, "upper_score": 100},
    "below_score": 0,
}


@pytest.fixture
def rules():
    """A curve on ratings, up to 2 points of bonus, 5 of deduction, other least n."""
    version = SchemeVersion.objects.get(scheme__code="service_star")
    of = version.rules | {
        "bonus_limit": 200,
        "deduction_limit": 500,
        "variants": {"supervisor": {"daily": 50, "onsite": 50}},
    }
    for one in of["components"]:
        if one["code"] == "onsite":
            one["curve"] = CLIFF
    SchemeVersion.objects.filter(pk=version.pk).update(rules=of)


@pytest.fixture
def operations(client):
    user = granted_user("operations")
    client.force_login(user)
    return user


def adjust(person, points, on):
    given = line(person, "daily", on, points=points, kind=EntryKind.ADJUSTMENT)
    post(given)
    return given


def explained(client, run, person, **query):
    url = reverse("rankings:explain", args=[run.pk, person.number])
    page = client.get(url, query)
    assert page.status_code == 200
    return page, page.context["explanation"]


def total(explanation) -> float:
    rows = explanation.steps.rows
    return round(sum(row.raw for row in rows) + explanation.steps.rounding[0], 9)


def test_curve_bonus_and_deduction_are_rows_that_open_to_their_entries(
    client, rules, operations
):
    ann = worker(outlet_in_county())
    post_month(ann, onsite=(75, 100))
    bonus = adjust(ann, 350, date(2026, 10, 4))
    adjust(ann, -80, date(2026, 10, 9))
    page, explanation = explained(client, ranked(), ann)
    # (15×100 + 10×90 + 25×95) / 50 = 95.5, and 2.00 − 0.80 on top.
    assert explanation.score == 96.7
    assert total(explanation) == 96.7
    onsite = next(step for row, step in explanation.lines if row.code == "onsite")
    assert (onsite.earned, onsite.raw, onsite.weight) == (95.0, 47.5, 50.0)
    (first, gained), (second, lost) = explanation.extras
    assert (first.raw, first.limit, gained.raw) == (3.5, 2.0, 2.0)
    assert (second.raw, second.limit, lost.raw) == (-0.8, None, -0.8)
    (entry,) = first.entries
    assert (entry.entry.source_id, entry.entry.points) == (bonus.source_id, 350)
    assert first.complete
    text = text_of(page)
    assert "→ 95.00 by the curve" in text
    assert "at most 2 points count in a month" in text
    assert 'href="#part-bonus"' in text
    assert 'id="part-deduction"' in text
    assert '<td class="num">3.50</td>' in text
    assert "until lifted" not in text
    assert entry.entry.get_absolute_url().replace("&", "&amp;") in text


def test_a_quarter_and_its_months_carry_their_bonus(client, rules, operations):
    ann = worker(outlet_in_county())
    for month in ("2026-10", "2026-11"):
        post_month(ann, month, onsite=(75, 100))
    adjust(ann, 150, date(2026, 10, 4))
    run = ranked("2026-Q4")
    _page, quarter = explained(client, run, ann)
    ((row, step),) = quarter.extras
    assert (row.raw, row.limit, step.raw, len(row.entries)) == (1.5, None, 0.75, 1)
    assert total(quarter) == quarter.score == 96.25
    _page, october = explained(client, run, ann, month="2026-10")
    ((row, step),) = october.extras
    assert (row.raw, step.raw, len(row.entries)) == (1.5, 1.5, 1)
    assert total(october) == october.score == 97.0
    _page, november = explained(client, run, ann, month="2026-11")
    assert november.extras == ()
    assert total(november) == november.score == 95.5


def test_a_post_with_weights_of_its_own_is_explained_by_them(client, rules, operations):
    lead = worker(outlet_in_county(), post="supervisor")
    post_month(lead, onsite=(75, 100))
    page, explanation = explained(client, ranked(), lead)
    assert [row.code for row in explanation.rows] == ["daily", "onsite"]
    assert total(explanation) == explanation.score == 97.5
    assert "The weights are those of the post supervisor." in text_of(page)


def test_her_own_page_on_the_phone_shows_the_same_rows(client, rules):
    ann = worker(outlet_in_county())
    post_month(ann, onsite=(75, 100))
    adjust(ann, -80, date(2026, 10, 9))
    published(ranked())
    client.force_login(UserFactory(employee=ann))
    text = text_of(client.get(reverse("rankings:mine")))
    assert "→ 95.00 by the curve" in text
    assert '<span class="me-auto">Deduction</span><span class="num">-0.80</span>' in (
        text
    )


def test_movers_count_bonus_and_deduction_in_what_moved_an_outlet(
    client, rules, operations
):
    outlet = outlet_in_county()
    people = [worker(outlet) for _ in range(3)]
    for person in people:
        for month in ("2026-09", "2026-10"):
            post_month(person, month, onsite=(75, 100))
    adjust(people[0], 150, date(2026, 9, 4))
    adjust(people[0], 30, date(2026, 10, 4))
    adjust(people[1], -200, date(2026, 10, 9))
    published(ranked("2026-09"))
    page = client.get(reverse("rankings:movers", args=[ranked().pk]))
    (row,) = page.context["moves"].rows
    # (0.30 − 2.00 − 1.50) ÷ 3
    assert round(row.difference, 5) == -1.06667
    found = {one.label: round(one.points, 6) for one in row.effects}
    assert found == {
        "deduction": -0.666667,
        "bonus": -0.4,
        "daily check": 0,
        "knowledge test": 0,
        "on-site satisfaction": 0,
    }
    assert [one.label for one in row.effects][:2] == ["deduction", "bonus"]


def test_a_change_through_a_deduction_is_said_to_be_one(rules):
    ann = worker(outlet_in_county())
    for month in ("2026-09", "2026-10"):
        post_month(ann, month, onsite=(75, 100))
    adjust(ann, -200, date(2026, 10, 9))
    published(ranked("2026-09"))
    standing = published(ranked()).standings.get()
    change = change_since(standing, granted_user("operations"))
    assert change.difference == -2
    assert change.text.startswith(
        "2 points fewer than in September 2026, nearly all of it from "
        "bonus and deduction: −2.00, which did not count before; "
    )


def test_a_change_is_one_sentence_in_both_languages():
    ann = worker(outlet_in_county())
    post_month(ann, "2026-09", callback=(9, 9))
    post_month(ann, "2026-10", callback=(7, 9))
    published(ranked("2026-09"))
    standing = published(ranked()).standings.get()
    viewer = granted_user("operations")
    assert change_since(standing, viewer).text == (
        "11.11 points fewer than in September 2026, nearly all of it from call-back "
        "satisfaction: 7 of 9 calls satisfied instead of 9 of 9; the difference is "
        "within chance."
    )
    with translation.override("zh-hans"):
        assert change_since(standing, viewer).text == (
            "比 2026年9月低 11.11 分，几乎全部来自回访满意度："
            "本期 9 次回访中 7 次满意，上期 9 次中 9 次满意；这一差距可能只是偶然。"
        )


# --- Reasons -------------------------------------------------------------------------


def meaning(code, kind="month", **changed) -> str:
    of = SchemeRules.parse(rules_of("service_star-1") | changed)
    return str(reasons_in_words([code], of, PeriodKind(kind))[0].meaning)


def test_reasons_quote_the_numbers_of_the_version():
    assert meaning("too_few_components") == (
        "A score needs at least 3 parts with enough records, among them: daily check."
    )
    assert meaning("too_few_components", least_components=4).startswith(
        "A score needs at least 4 parts"
    )
    days = {"component": "daily", "n": 12}
    assert meaning("too_few_days", least_days=days) == (
        "An award needs at least 12 days in the month: daily check."
    )
    months = {"quarter": 1, "year": 7}
    assert meaning("too_few_months", "quarter", least_months=months) == (
        "A quarter needs at least 1 month with a score."
    )
    assert meaning("too_few_months", "year", least_months=months) == (
        "A year needs at least 7 months with a score."
    )
    assert meaning("sms_gate") == (
        "Asked for: SMS reply rate at least 15 %; SMS satisfaction rate at least 90 %."
    )
    assert meaning("not_on_duty") == (
        "Awards go to those on duty on the last day of the period."
    )


def test_the_page_quotes_the_rules_that_decided_not_those_of_today(client, operations):
    ann = worker(outlet_in_county())
    post_month(ann, onsite=(80, 100), days=5)
    run = ranked()
    version = run.scheme_version
    SchemeVersion.objects.filter(pk=version.pk).update(
        rules=version.rules | {"least_days": {"component": "daily", "n": 3}}
    )
    page, _explanation = explained(client, run, ann)
    assert "An award needs at least 15 days in the month: daily check." in text_of(page)
