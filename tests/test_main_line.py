"""The main line on real ratings: from files on disk to an award list over HTTP."""

import json
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import call_command

from evaluations.awards.services import draw_winners, publish_list
from evaluations.ledger.models import Entry
from evaluations.rankings.models import Run
from evaluations.rankings.services.runs import publish_run, review_run
from tests.outlets.flow.packs import expected
from tests.real import real_pack
from tests.staffing.accounts.factories import make_service
from tests.staffing.people.factories import granted_user

pytestmark = [pytest.mark.real, pytest.mark.django_db]


@pytest.fixture
def hr(client):
    """The HR system: three calls, one token."""
    service, secret = make_service("HR", ("rankings:read", "awards:read"))
    answer = client.post(
        "/api/v1/oauth/token/",
        urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": service.application.client_id,
                "client_secret": secret,
                "scope": "rankings:read awards:read",
            }
        ),
        content_type="application/x-www-form-urlencoded",
    )
    token = answer.json()["access_token"]

    def get(address):
        answer = client.get(address, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


@pytest.fixture
def people():
    """The pack of real ratings, loaded file by file as an operator would."""
    for path in sorted(real_pack("people").glob("*.csv.gz")):
        out = StringIO()
        kind = path.name.split("_", 1)[1].removesuffix(".csv.gz")
        call_command("ingest", kind, str(path), stdout=out, stderr=StringIO())
        assert out.getvalue().endswith(" 0 rejected\n")
    return expected("people", "employees")


def _all(get, address):
    rows = []
    while address:
        page = get(address)
        rows += page["results"]
        address = page["next"]
    return rows


def test_real_ratings_become_a_ranking_and_an_award_list_over_http(people, hr):
    operations = granted_user("operations")
    call_command("rank", "2026-10", "--scheme", "onsite", stdout=StringIO())
    run = Run.objects.get()
    assert Entry.objects.count() == sum(int(row["n"]) for row in people)
    review_run(run_id=run.pk, by=None)
    publish_run(run_id=run.pk, by=operations)
    for award_list in draw_winners(run_id=run.pk, by=operations):
        publish_list(award_list_id=award_list.pk, by=operations)

    (published,) = hr("/api/v1/rankings/?period=2026-10")["results"]
    run.refresh_from_db()
    assert (published["state"], published["hash"]) == ("published", run.hash)

    address = f"/api/v1/rankings/{run.pk}/standings/?limit=300"
    standings = {row["employee_number"]: row for row in _all(hr, address)}
    assert {number: row["raw_score"] for number, row in standings.items()} == {
        row["employee_number"]: float(row["satisfied_percent"]) for row in people
    }

    (outlets,) = hr("/api/v1/awards/?period=2026-10&status=published")["results"]
    assert (outlets["level"], outlets["run"], outlets["hash"]) == (
        "outlet",
        run.pk,
        run.hash,
    )
    best = {}
    for row in people:
        score = float(row["satisfied_percent"])
        outlet = standings[row["employee_number"]]["outlet_code"]
        best[outlet] = max(best.get(outlet, 0), score)
    assert {w["place_code"]: w["score"] for w in outlets["winners"]} == best
    assert {w["rank"] for w in outlets["winners"]} == {1}

    out = StringIO()
    call_command("winners", "2026-10", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["employee_number"] for line in lines] == [
        winner["employee_number"] for winner in outlets["winners"]
    ]
