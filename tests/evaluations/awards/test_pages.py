"""What the pages of rounds say, and to whom."""

import pytest
from django.urls import reverse

from evaluations.awards.models import Nomination
from evaluations.awards.services import draw_winners, publish_list
from evaluations.awards.services.losing import disqualify
from evaluations.rankings.services.runs import publish_run
from tests.evaluations.awards.factories import county_with_scores, published_run
from tests.evaluations.awards.rounds import OutletScene, Scene, open_case
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

# What a page says is made above the database.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def _page(client, user, row):
    client.force_login(user)
    answer = client.get(reverse("awards:nomination", args=[row.uuid]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_nomination_goes_from_the_list_to_the_county_on_pages(client):
    scene = Scene()
    client.force_login(scene.manager)
    page = client.get(reverse("awards:round", args=[scene.round.uuid]))
    assert "NS 2" in page.content.decode()
    candidate = scene.round.candidates.get(employee=scene.people[2])
    address = reverse("awards:nominate", args=[scene.round.uuid])
    answer = client.post(
        f"{address}?candidate={candidate.pk}",
        {"number": "NS-2", "reason": "kind to everybody"},
    )
    row = Nomination.objects.get()
    assert answer.url == reverse("awards:nomination", args=[row.uuid])
    client.post(reverse("awards:act", args=[row.uuid, "submit"]))
    row.refresh_from_db()
    assert row.state == "submitted"
    page = _page(client, scene.county, row)
    assert "kind to everybody" in page
    assert "98.00" in page  # the score, with its evidence
    assert reverse("rankings:explain", args=[scene.run.pk, "NS-2"]) in page


def test_a_list_that_is_too_long_for_the_page_says_how_many_more(client, monkeypatch):
    scene = Scene()
    client.force_login(scene.manager)
    address = reverse("awards:round", args=[scene.round.uuid])
    assert "on the list. Nominate by number" not in client.get(address).content.decode()
    monkeypatch.setattr("evaluations.awards.pages.NOMINEES_SHOWN", 2)
    page = client.get(address).content.decode()
    assert "1 more is on the list. Nominate by number." in page
    assert "NS 2" in page
    assert "NS 3" not in page


def test_the_page_says_which_case_stops_the_nominee(client):
    scene = Scene()
    row = scene.nominate()
    open_case(scene.people[1], scene.outlet, component="attitude_complaint")
    page = _page(client, scene.manager, row)
    assert "Stopped: a complaint about service attitude is open." in page
    client.post(reverse("awards:act", args=[row.uuid, "submit"]))
    row.refresh_from_db()
    assert row.state == "draft"


def test_a_blind_committee_reads_figures_and_no_name(client):
    scene = Scene(quorum=1, blind=True)
    member = scene.member(staff_user("clerk"))
    row = scene.on_the_table()
    page = _page(client, member, row)
    assert "99.00" in page
    for word in ("NS 1", "NS-1", scene.outlet.name, "always there"):
        assert word not in page
    client.force_login(member)
    listed = client.get(reverse("awards:round", args=[scene.round.uuid]))
    assert "NS 1" not in listed.content.decode()


def test_no_page_takes_the_vote_of_a_colleague(client):
    scene = Scene(quorum=1)
    colleague = scene.member(UserFactory(employee=scene.people[3]))
    row = scene.on_the_table()
    page = _page(client, colleague, row)
    assert "step back" in page
    answer = client.post(
        reverse("awards:act", args=[row.uuid, "vote"]),
        {"vote-choice": "yes", "vote-note": "my friend"},
    )
    assert answer.status_code == 403
    assert not row.ballots.exists()


def test_a_round_whose_ranking_was_corrected_says_so_and_can_be_cancelled(client):
    scene = Scene()
    scene.approved()
    publish_run(run_id=scene.run.pk, by=scene.operations)
    scene.show()
    address = reverse("awards:round", args=[scene.round.uuid])
    cancel = reverse("awards:round_step", args=[scene.round.uuid, "cancel"])
    client.force_login(scene.operations)
    assert cancel not in client.get(address).content.decode()
    published_run(by=scene.operations)
    page = client.get(address).content.decode()
    assert "was corrected: nothing comes of it" in page
    assert cancel in page
    client.post(cancel)
    scene.round.refresh_from_db()
    assert scene.round.state == "cancelled"
    client.force_login(scene.manager)
    assert "was corrected" not in client.get(address).content.decode()


def test_the_wall_names_the_outlets_winners_and_nobody_else(client):
    outlet, _people = county_with_scores([80, 95, 90, 85, 70])
    county_with_scores([60, 85, 95, 90], code="FT")
    lists = draw_winners(run_id=published_run().pk, by=None)
    for one in lists:
        publish_list(award_list_id=one.pk, by=None)
    client.force_login(granted_user("hr"))
    page = client.get(reverse("awards:wall", args=[outlet.code])).content.decode()
    named = [f"NS {n}" for n in range(5) if f"NS {n}<" in page]
    assert named == ["NS 1", "NS 2", "NS 3"]
    assert "FT 1" not in page
    assert "99.00" not in page


def _won(client, user, listed):
    """Return what the list's page says in badges, and how many stars it draws."""
    client.force_login(user)
    page = client.get(reverse("awards:detail", args=[listed.uuid])).content.decode()
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    words = ("awarded", "disqualified", "held: a case is open", "proposed")
    return body.count("star-gold"), [one for one in words if one in body]


def test_a_lost_award_has_no_star_and_says_so_to_all_who_read_it(client):
    outlet, people = county_with_scores([80, 95, 90])
    open_case(people[2], outlet)
    lists = draw_winners(run_id=published_run().pk, by=None)
    listed = next(one for one in lists if one.level == "county")
    hr = granted_user("hr")
    assert _won(client, hr, listed) == (0, ["proposed"])
    publish_list(award_list_id=listed.pk, by=None)
    award = listed.awards.get(employee=people[1])
    disqualify(award_id=award.pk, reason="so", by=granted_user("operations"))
    said = ["disqualified", "held: a case is open"]
    for user in (hr, granted_user("auditor")):
        assert _won(client, user, listed) == (1, said)
    assert _won(client, granted_user("operations"), listed) == (1, ["awarded", *said])
    assert _won(client, staff_user("clerk"), listed) == (1, [])
    client.force_login(hr)
    lists = client.get(reverse("awards:list")).content.decode()
    assert "1 winner" in lists
    assert lists.count("star-gold") == 1


def test_a_lost_title_of_an_outlet_is_not_shown_as_won(client):
    scene = OutletScene()
    row = scene.approved("NS-1")
    listed = scene.finished()
    assert _won(client, scene.operations, listed) == (1, ["awarded"])
    scene.do(row, "disqualify", scene.operations, note="it came out")
    for user in (scene.operations, granted_user("hr")):
        assert _won(client, user, listed) == (0, ["disqualified"])
    lists = client.get(reverse("awards:list")).content.decode()
    assert "0 outlets" in lists
    assert "star-gold" not in lists
