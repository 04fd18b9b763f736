"""One's own score, on the phone."""

from datetime import date

import pytest
from django.urls import reverse

from tests.evaluations.rankings.factories import (
    line,
    outlet_in_county,
    post,
    post_bar,
    post_month,
    published,
    ranked,
    worker,
)
from tests.evaluations.rankings.pages import page, text_of
from tests.staffing.people.factories import (
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_mine_teaches_before_anything_is_published(client, team):
    ranked()
    client.force_login(UserFactory(employee=team[0]))
    assert "No score has been published yet" in text_of(page(client, "mine"))
    page(client, "mine", period="2026-10", status=404)


def test_mine_shows_ones_own_place_and_gap_and_nobody_below(client, outlet, team):
    fifth = worker(outlet, number="E5", name="Clerk 5")
    sixth = worker(outlet, number="E6", name="Clerk 6")
    post_month(fifth, onsite=(30, 100))
    post_month(sixth, onsite=(20, 100))
    run = published(ranked())
    client.force_login(UserFactory(employee=team[1]))
    response = page(client, "mine")
    own = response.context["own"]
    assert (float(own.standing.score), own.outlet_rank) == (88.0, 2)
    assert [(prize.level, prize.won, prize.gap) for prize in own.prizes] == [
        ("outlet", False, 5.0),
        ("county", True, None),
    ]
    explained = page(client, "explain", run.pk, "E2")
    for text in (text_of(response), text_of(explained)):
        for other in ("Clerk 1", "Clerk 3", "Clerk 5", "E5", "63.00", "58.00"):
            assert other not in text
    assert explained.context["ranks"] == [("outlet", 2)]
    page(client, "explain", run.pk, "E3", status=404)
    page(client, "explain", run.pk, "E1", status=404)
    landed = page(client, "run", run.pk, status=302)
    assert landed.url == reverse("rankings:explain", args=[run.pk, "E2"])


def test_mine_says_why_a_high_score_did_not_win(client, outlet, team):
    for satisfied in (30, 20):
        post_month(worker(outlet), onsite=(satisfied, 100))
    first = team[0]
    post_bar(first, "attitude_complaint", scope="2026-10")
    published(ranked())
    client.force_login(UserFactory(employee=first))
    response = page(client, "mine")
    assert "Your score was high enough" in text_of(response)
    assert "upheld attitude complaint" in text_of(response).lower()
    client.force_login(UserFactory(employee=team[1]))
    prizes = page(client, "mine").context["own"].prizes
    assert [prize.won for prize in prizes] == [True, True]


def test_mine_has_no_rank_at_a_small_outlet_and_no_score_without_parts(client):
    outlet = outlet_in_county()
    ann, bob = worker(outlet), worker(outlet)
    post_month(ann, onsite=(80, 100))
    published(ranked())
    client.force_login(UserFactory(employee=ann))
    own = page(client, "mine").context["own"]
    assert own.outlet_rank is None
    assert [prize.level for prize in own.prizes] == ["county"]
    client.force_login(UserFactory(employee=bob))
    text = text_of(page(client, "mine"))
    assert "too few parts for a score" in text.lower()
    assert "without a score there is no place yet" in text


def test_mine_keeps_to_the_newest_revision_and_lists_other_periods(client, team):
    first = team[0]
    published(ranked())
    post_month(first, "2026-11", onsite=(80, 100))
    november = published(ranked("2026-11"))
    post(line(first, "mystery", date(2026, 11, 9), points=10_000, out_of=10_000))
    second = published(ranked("2026-11"))
    assert (november.revision, second.revision) == (1, 2)
    client.force_login(UserFactory(employee=first))
    own = page(client, "mine").context["own"]
    assert own.standing.run == second
    assert [standing.run.period for standing in own.earlier] == ["2026-10"]
    assert page(client, "mine", period="2026-10").context["own"].standing.score == 93
