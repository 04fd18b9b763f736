"""Drafts written by a service in a lead's name, and ballots that only persons give."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from evaluations.awards.models import Ballot, Nomination, Step
from staffing.notices.models import Notice
from tests.evaluations.awards.rounds import OutletScene, Scene
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/nominations/"


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def hr():
    return make_service(scopes=["awards:read", "awards:nominate"])[0]


@pytest.fixture
def send(client, hr, scene):
    """Return a function that drafts a nomination with a token, and what came."""

    def send(key=None, service=hr, **changes):
        headers = bearer(service) | ({"Idempotency-Key": str(key)} if key else {})
        given = {
            "round": str(scene.round.uuid),
            "number": "NS-1",
            "reason": "three months without one complaint",
            "nominated_by": scene.manager.employee.number,
        } | changes
        answer = client.post(
            ADDRESS,
            {name: value for name, value in given.items() if value is not None},
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.json()

    return send


def test_a_service_drafts_in_the_name_of_a_lead_who_is_told(send, scene, client, hr):
    status, told = send()
    row = Nomination.objects.get()
    assert (status, told) == (
        201,
        {
            "id": str(row.uuid),
            "round": str(scene.round.uuid),
            "number": "NS-1",
            "outlet_code": "NS-1",
            "place_code": "NS",
            "state": "draft",
            "listed": True,
            "stars": None,
            "nominated_by": scene.manager.employee.number,
            "nominated_at": told["nominated_at"],
            "decided_at": None,
        },
    )
    assert row.nominated_by == scene.manager
    notice = Notice.objects.get()
    assert (notice.kind, notice.employee) == (
        "nomination_drafted",
        scene.manager.employee,
    )
    assert Step.objects.get().by is None  # it was no hand of hers
    scene.do(row, "submit", scene.manager)
    shown = client.get(f"{ADDRESS}{row.uuid}/", headers=bearer(hr)).json()
    assert shown["state"] == "submitted"


def test_nobody_but_her_in_whose_name_it_stands_submits_it(send, scene, client):
    send()
    row = Nomination.objects.get()
    other = staff_user("supervisor", outlet=scene.outlet)
    client.force_login(other)
    page = client.get(reverse("awards:nomination", args=[row.uuid])).content.decode()
    assert "do-submit" not in page
    for action in ("edit", "submit"):
        with pytest.raises(PermissionDenied):
            scene.do(row, action, other)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("draft", "three months without one complaint")
    assert scene.do(row, "submit", scene.manager).state == "submitted"


def test_what_one_lead_wrote_herself_another_may_submit(scene):
    row = scene.nominate()
    other = staff_user("supervisor", outlet=scene.outlet)
    assert scene.do(row, "submit", other).state == "submitted"


def test_the_same_key_answers_the_same_draft(send):
    key = uuid4()
    first, again = send(key), send(key)
    assert first == again
    assert first[0] == 201
    status, told = send(key, reason="for another reason")
    assert (status, told["code"]) == (409, "delivery_conflict")
    assert Nomination.objects.count() == Notice.objects.count() == 1
    assert send(uuid4())[1]["code"] == "nominated_already"


def test_a_refused_call_leaves_its_key_free(send):
    key = uuid4()
    assert send(key, number="NS-9")[1]["code"] == "nominee_not_ranked"
    assert send(key)[0] == 201


@pytest.mark.parametrize("who", ["nobody", "county", "other"])
def test_only_who_leads_the_outlet_can_be_named(send, scene, who):
    names = {
        "nobody": "no such number",
        "county": scene.people[3].number,
        "other": staff_user("store_manager", outlet=OutletFactory()).employee.number,
    }
    status, told = send(nominated_by=names[who])
    assert (status, told["code"]) == (409, "nominator_leads_not")
    assert not Nomination.objects.exists()


def test_what_holds_on_the_page_holds_here(send, scene):
    own = scene.manager.employee.number
    assert send(number="NS-0")[1]["code"] == "nomination_beyond_the_list"
    assert send(number="NS-0", exception="saved a life")[0] == 201
    assert send(reason=" ")[0] == 400
    assert send(nominated_by=None)[1]["errors"].keys() == {"nominated_by"}
    assert send(round=str(uuid4()))[1]["errors"].keys() == {"round"}
    assert send(number=own)[1]["code"] == "nominee_is_nominator"


def test_a_service_kept_to_another_place_finds_nobody(send):
    elsewhere, _secret = make_service(
        "elsewhere",
        scopes=["awards:nominate"],
        outlet=OutletFactory(),
    )
    status, told = send(service=elsewhere)
    assert (status, told["code"]) == (409, "nominee_not_ranked")
    assert not Nomination.objects.exists()


def test_stars_are_refused_for_a_title_of_people(send):
    status, told = send(stars=5)
    assert (status, told["code"]) == (409, "nomination_stars_not_asked")
    assert not Nomination.objects.exists()


def test_the_form_asks_the_stars_of_a_star_outlet(client):
    scene = OutletScene()
    client.force_login(scene.manager)
    address = reverse("awards:nominate", args=[scene.round.uuid])
    given = {"number": "NS-1", "reason": "the best"}
    assert client.post(address, given).status_code == 200
    assert not Nomination.objects.exists()
    client.post(address, given | {"stars": 4})
    assert Nomination.objects.get().stars == 4


def test_an_outlet_is_drafted_by_its_code_with_stars(client, hr):
    scene = OutletScene()
    answer = client.post(
        ADDRESS,
        {
            "round": str(scene.round.uuid),
            "number": "NS-1",
            "reason": "the best",
            "stars": 5,
            "nominated_by": scene.manager.employee.number,
        },
        content_type="application/json",
        headers=bearer(hr),
    ).json()
    assert (answer["number"], answer["stars"], answer["state"]) == ("NS-1", 5, "draft")


def test_rounds_are_listed_with_their_days(client, scene, hr):
    answer = client.get("/api/v1/award-rounds/?state=open", headers=bearer(hr)).json()
    (told,) = answer["results"]
    assert (told["id"], told["state"], told["places"]) == (
        *(str(scene.round.uuid), "open"),
        2,
    )
    assert told["nominate_until"] == scene.round.nominate_until.isoformat()


class TestBallot:
    @pytest.fixture
    def table(self):
        """A nomination on the table of a round with a committee."""
        scene = Scene(quorum=1)
        return scene, scene.on_the_table("NS-1")

    def vote(self, client, row, user, choice="yes"):
        client.force_login(user)
        answer = client.post(
            reverse("api-nomination-vote", args=[row.uuid]),
            {"choice": choice, "reason": "customers ask for her"},
            content_type="application/json",
        )
        return answer.status_code, answer.json()

    def test_a_member_votes_and_changes_her_ballot(self, client, table):
        scene, row = table
        member = scene.member()
        assert self.vote(client, row, member) == (
            200,
            {"nomination": str(row.uuid), "choice": "yes"},
        )
        assert self.vote(client, row, member, "no")[0] == 200
        assert [one.choice for one in Ballot.objects.all()] == ["no"]

    def test_who_has_stepped_back_votes_no_more(self, client, table):
        scene, row = table
        member = scene.member()
        assert self.vote(client, row, member, "recused")[0] == 200
        status, told = self.vote(client, row, member)
        assert (status, told["code"]) == (403, "permission_denied")
        assert [one.choice for one in Ballot.objects.all()] == ["recused"]

    def test_who_is_too_close_has_no_vote(self, client, table):
        scene, row = table
        leads = scene.member(staff_user("store_manager", outlet=scene.outlet))
        wrote = scene.member(scene.manager)
        for close in (leads, wrote):
            status, told = self.vote(client, row, close)
            assert (status, told["code"]) == (403, "permission_denied")
        assert not Ballot.objects.exists()

    def test_nobody_without_a_seat_votes(self, client, table):
        _scene, row = table
        for role in ("operations", "hr", "auditor"):
            assert self.vote(client, row, granted_user(role))[0] == 403
        assert not Ballot.objects.exists()

    def test_a_token_never_votes(self, client, table):
        _scene, row = table
        service, _secret = make_service(scopes=["awards:read", "awards:nominate"])
        answer = client.post(
            reverse("api-nomination-vote", args=[row.uuid]),
            {"choice": "yes", "reason": "so"},
            content_type="application/json",
            headers=bearer(service),
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "person_only")
        assert not Ballot.objects.exists()
