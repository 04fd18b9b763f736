import pytest
from django.urls import reverse

from evaluations.awards.services import draw_winners, publish_list
from outlets.places.models import Region
from staffing.people.models import Employee
from tests.evaluations.awards.factories import county_with_scores, published_run
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def award_list():
    county_with_scores([80, 95, 90, 85, 70])
    lists = draw_winners(run_id=published_run().pk, by=None)
    county = next(one for one in lists if one.level == "county")
    return publish_list(award_list_id=county.pk, by=None)


def test_the_list_names_winners_run_scheme_and_hash(client, award_list):
    client.force_login(granted_user("hr"))
    answer = client.get("/api/v1/awards/?period=2026-10&status=published").json()
    run = award_list.run
    ids = dict(award_list.awards.values_list("employee__number", "lasting_id"))
    assert answer == {
        "next": None,
        "results": [
            {
                "id": str(award_list.uuid),
                "period": "2026-10",
                "level": "county",
                "title": "service_star",
                "status": "published",
                "run": run.pk,
                "revision": 1,
                "scheme": "service_star",
                "scheme_version": 1,
                "input_hash": run.input_hash,
                "hash": run.hash,
                "published_at": answer["results"][0]["published_at"],
                "changed_at": answer["results"][0]["published_at"],
                "winners": [
                    {
                        "id": str(ids[f"NS-{number}"]),
                        "employee_number": f"NS-{number}",
                        "name": f"NS {number}",
                        "outlet_code": "NS-1",
                        "place_code": "NS",
                        "rank": rank,
                        "score": score,
                        "state": "awarded",
                        "appeal": "none",
                        "bonus": None,
                    }
                    for rank, number, score in [
                        (1, 1, 99.0),
                        (2, 2, 98.0),
                        (3, 3, 97.0),
                    ]
                ],
                "outlets": [],
            }
        ],
    }
    assert len(run.hash) == 64


def test_filters_leave_out_what_does_not_match(client, award_list):
    client.force_login(granted_user("hr"))
    for query in (
        "period=2026-09",
        "status=superseded",
        "changed_since=2199-01-01T00:00:00Z",
    ):
        assert client.get(f"/api/v1/awards/?{query}").json()["results"] == []
    assert client.get("/api/v1/awards/?changed_since=yesterday").status_code == 400
    # An offset that PostgreSQL does not know is an instant all the same.
    far = "/api/v1/awards/?changed_since=2199-01-01T00:00:00-16:10"
    assert client.get(far).json()["results"] == []
    too_far = "/api/v1/awards/?changed_since=0001-01-01T00:00:00%2B10:00"
    assert client.get(too_far).status_code == 400


def test_the_pages_show_winners_to_everybody_and_drafts_to_nobody_else(
    client, award_list
):
    draft = award_list.run.award_lists.exclude(pk=award_list.pk).get()
    client.force_login(staff_user("clerk"))
    page = client.get(reverse("awards:list")).content.decode()
    assert "NS 1" in page
    assert (
        client.get(reverse("awards:detail", args=[award_list.uuid])).status_code == 200
    )
    assert client.get(reverse("awards:detail", args=[draft.uuid])).status_code == 404


def test_a_list_costs_the_same_for_one_and_for_many_winners(
    client, award_list, django_assert_num_queries
):
    client.force_login(granted_user("hr"))
    client.get("/api/v1/awards/")
    # Session, user, grants, lists, winners, outlets, the line in the access log.
    with django_assert_num_queries(7):
        client.get("/api/v1/awards/")


def test_an_award_keeps_its_id_in_the_next_revision(award_list):
    again = draw_winners(run_id=published_run().pk, by=None)
    county = next(one for one in again if one.level == "county")
    assert county.pk != award_list.pk
    ids = [
        dict(one.awards.values_list("employee__number", "lasting_id"))
        for one in (award_list, county)
    ]
    assert ids[0] == ids[1]


class TestWhoReadsRankAndScore:
    """That somebody won is public; how she stands to others is not."""

    def test_beyond_her_region_a_supervisor_reads_names_only(self, client, award_list):
        county_with_scores([70, 80], code="FAR")
        far = Region.objects.get(code="FAR")
        client.force_login(granted_user("regional_supervisor", region=far))
        (found,) = client.get("/api/v1/awards/?status=published").json()["results"]
        assert [
            (one["employee_number"], one["rank"], one["score"])
            for one in found["winners"]
        ] == [("NS-1", None, None), ("NS-2", None, None), ("NS-3", None, None)]

    @pytest.mark.parametrize(
        ("number", "shown"),
        [
            ("NS-4", []),  # no winner
            ("NS-2", ["98.00"]),  # the second of three: her own and nobody's above
        ],
    )
    def test_a_clerk_reads_her_own_figures_only(
        self, client, award_list, number, shown
    ):
        client.force_login(UserFactory(employee=Employee.objects.get(number=number)))
        page = client.get(reverse("awards:detail", args=[award_list.uuid]))
        text = page.content.decode()
        assert [name in text for name in ("NS 1", "NS 2", "NS 3")] == [True] * 3
        assert [s for s in ("99.00", "98.00", "97.00") if s in text] == shown

    def test_an_administrator_reads_no_score(self, client, award_list):
        client.force_login(granted_user("administrator"))
        page = client.get(reverse("awards:detail", args=[award_list.uuid]))
        text = page.content.decode()
        assert "NS 1" in text
        assert [s for s in ("99.00", "98.00", "97.00") if s in text] == []

    def test_the_order_of_names_tells_a_clerk_no_rank(self, client):
        """Badge 1 came third and stands first; who sees records reads them by rank."""
        county_with_scores([60, 85, 95, 90])
        lists = draw_winners(run_id=published_run().pk, by=None)
        county = next(one for one in lists if one.level == "county")
        publish_list(award_list_id=county.pk, by=None)
        address = reverse("awards:detail", args=[county.uuid])

        def order(user):
            client.force_login(user)
            text = client.get(address).content.decode()
            return sorted(("NS 1", "NS 2", "NS 3"), key=text.index)

        loser = Employee.objects.get(number="NS-0")
        assert order(UserFactory(employee=loser)) == ["NS 1", "NS 2", "NS 3"]
        assert order(granted_user("hr")) == ["NS 2", "NS 3", "NS 1"]
