"""The outlets of a run: computed once, frozen with it, seen by whom they concern."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from evaluations.ledger.models import EntryKind
from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from evaluations.rankings import tasks
from evaluations.rankings.models import (
    PlaceRun,
    PlaceScheme,
    PlaceStanding,
    RegionStanding,
    RunFrozen,
    SchemeVersionInUse,
)
from evaluations.rankings.rules.place_scheme import PlaceRules
from evaluations.rankings.services.places import (
    OutletSchemeMissing,
    PeopleNotRanked,
    compute_places,
)
from evaluations.rankings.services.runs import create_run, publish_run, review_run
from evaluations.rankings.services.verifying import verify_run
from evaluations.rankings.shipped import rules_of
from evaluations.rankings.words import part_records
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_month,
    published,
    ranked,
    worker,
)
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
LAST = date(2026, 10, 31)


def about(outlet, component, points, out_of, n):
    line = Line(
        source_id=f"{component}-{outlet.pk}",
        component=component,
        on=LAST,
        employee_id=None,
        outlet_id=outlet.pk,
        points=points,
        out_of=out_of,
        n=n,
    )
    put(source="places", lines=[line])


@pytest.fixture
def outlets():
    """Return two outlets of three people each; the first is better throughout."""
    found = [outlet_in_county(), outlet_in_county()]
    for outlet, knowledge in zip(found, (90, 70), strict=True):
        for _number in range(3):
            post_month(worker(outlet), knowledge=knowledge, onsite=(90, 100))
    about(found[0], "environment", 9000, 10_000, 1)
    about(found[0], "waiting", 8000, 10_000, 100)
    return found


def test_an_outlet_is_ranked_from_people_and_ledger(outlets):
    run = ranked()
    made = compute_places(run_id=run.pk, by=None)
    first, second = PlaceStanding.objects.filter(places=made)
    staff = run.standings.filter(outlet=outlets[0]).first().score
    wanted = (50 * staff + 15 * 90 + 10 * 80) / 75
    assert first.outlet == outlets[0]
    assert first.score == wanted.quantize(Decimal("0.01"))
    assert (first.rank_all, second.rank_all, first.staff) == (1, 2, 3)
    assert second.parts["environment"]["missing"] == "nothing"
    assert (made.outlets, made.ranked) == (2, 2)


def test_outlets_are_computed_once_and_verify(outlets):
    run = ranked()
    made = compute_places(run_id=run.pk, by=None)
    about(outlets[1], "environment", 0, 10_000, 1)
    assert compute_places(run_id=run.pk, by=None) == made
    assert PlaceStanding.objects.count() == 2
    found = verify_run(run_id=run.pk)
    assert (found.differences, found.outlets) == ([], 2)
    assert found.places_hash == made.hash


def test_a_changed_score_does_not_verify(outlets):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    PlaceStanding.objects.filter(outlet=outlets[0]).update(score=1)
    (found,) = verify_run(run_id=run.pk).differences
    assert (found.who, found.what) == (f"outlet {outlets[0].code}", "score")


@pytest.mark.parametrize(
    ("rows", "change", "what"),
    [
        (PlaceRun, {"ranked": 9}, "ranked of the outlets' run"),
        (PlaceRun, {"input_hash": "0"}, "the hash of the outlets' stored input"),
        (PlaceRun, {"hash": "0"}, "the hash over input and output of the outlets"),
        (PlaceStanding, {"people": 9}, "people"),
        (PlaceStanding, {"staff": 9}, "staff"),
        (PlaceStanding, {"rank_county": 9}, "ranks county"),
        (PlaceStanding, {"rank_low": 9}, "rank_low"),
        (PlaceStanding, {"parts": {}}, "parts"),
        (PlaceStanding, {"outlet_class": "C"}, "outlet_class"),
        (PlaceStanding, {"city": None}, "city"),
        (RegionStanding, {"rank": 9}, "rank"),
        (RegionStanding, {"people": 9}, "people"),
    ],
)
def test_whatever_changes_of_the_outlets_is_found_and_named(
    outlets, rows, change, what
):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    rows.objects.update(**change)
    found = verify_run(run_id=run.pk).differences
    assert any(one.what.startswith(what) for one in found), found


def test_outlets_whose_people_scored_otherwise_do_not_verify(outlets):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    run.standings.filter(outlet=outlets[0]).update(score=1)
    found = verify_run(run_id=run.pk).differences
    who = f"outlet {outlets[0].code}"
    assert [one.what for one in found if one.who == who] == ["people and scores"]


def test_publishing_a_run_freezes_its_outlets(outlets):
    run = ranked()
    operations = granted_user("operations")
    review_run(run_id=run.pk, by=operations)
    assert not PlaceRun.objects.exists()
    publish_run(run_id=run.pk, by=granted_user("operations"))
    made = PlaceRun.objects.get()
    assert made.run == run
    for rows in (made.standings, made.regions, PlaceRun.objects):
        with pytest.raises(RunFrozen):
            rows.all().update(**({"score": 1} if rows is made.standings else {"pk": 1}))
        with pytest.raises(RunFrozen):
            rows.all().delete()
        with pytest.raises(RunFrozen):
            rows.first().save()
    assert verify_run(run_id=run.pk).holds


def test_rules_that_a_run_has_used_are_superseded_and_not_edited(outlets):
    used = PlaceScheme.objects.get()
    used.save()  # nothing has been ranked by it yet
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    used.rules = used.rules | {"winners": 9}
    with pytest.raises(SchemeVersionInUse):
        used.save()
    with pytest.raises(SchemeVersionInUse):
        used.delete()
    with pytest.raises(SchemeVersionInUse):
        PlaceScheme.objects.update(valid_from=LAST)
    with pytest.raises(SchemeVersionInUse):
        PlaceScheme.objects.all().delete()
    used.refresh_from_db()
    assert used.rules["winners"] == 1
    PlaceScheme.objects.create(
        code=used.code, number=2, valid_from=LAST, rules=used.rules
    )


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_on_postgresql_the_database_itself_keeps_them(outlets):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    publish_run_as_two(run)
    for statement in (
        "UPDATE rankings_placescheme SET number = 7",
        "DELETE FROM rankings_placescheme",
        "UPDATE rankings_placerun SET ranked = 7",
        "UPDATE rankings_placestanding SET people = 7",
        "DELETE FROM rankings_regionstanding",
    ):
        with (
            pytest.raises(DatabaseError, match="instead"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def publish_run_as_two(run):
    review_run(run_id=run.pk, by=None)
    publish_run(run_id=run.pk, by=granted_user("operations"))


def test_without_rules_for_outlets_people_are_ranked_and_why_not_is_said(
    client, outlets
):
    PlaceScheme.objects.all().delete()
    run = create_run(period=Period.parse("2026-10"), scheme="service_star", by=None)
    tasks.compute_run(run.pk)
    run.refresh_from_db()
    said = (
        "The outlets of 2026-10 are not ranked: there are no rules “outlet_service” "
        "for outlets."
    )
    assert (run.step, run.failed) == ("done", False)
    assert run.message.startswith(said)
    assert "ship_schemes" in run.message
    client.force_login(granted_user("operations"))
    assert said in client.get(f"/rankings/{run.pk}/").content.decode()
    review_run(run_id=run.pk, by=None)
    with pytest.raises(OutletSchemeMissing):
        publish_run(run_id=run.pk, by=granted_user("operations"))
    run.refresh_from_db()
    assert run.state == "reviewed"
    out = StringIO()
    with pytest.raises(CommandError, match="no rules “outlet_service”"):
        call_command("rank", "2026-10", stdout=out)
    assert ": 6 people, 6 ranked" in out.getvalue()
    call_command("ship_schemes", stdout=StringIO())
    client.post(f"/rankings/{run.pk}/rank-outlets/")
    run.refresh_from_db()
    assert run.message == ""
    assert run.places.ranked == 2


def test_a_run_that_is_not_computed_ranks_no_outlets(outlets):
    run = ranked()
    waiting = create_run(period=run.parsed_period, scheme="onsite", by=None)
    with pytest.raises(PeopleNotRanked):
        compute_places(run_id=waiting.pk, by=None)
    assert not PlaceRun.objects.exists()


@pytest.mark.parametrize("role", ["hr", "auditor", "administrator"])
def test_who_may_not_rank_ranks_no_outlets(outlets, role):
    run = ranked()
    with pytest.raises(PermissionDenied):
        compute_places(run_id=run.pk, by=granted_user(role))
    assert not PlaceRun.objects.exists()


def test_the_floor_sees_its_own_outlet_and_the_winners(client, outlets):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    clerk = UserFactory(employee=run.standings.filter(outlet=outlets[1])[0].employee)
    client.force_login(clerk)
    url = f"/rankings/{run.pk}/outlets/"
    assert client.get(url).status_code == 404  # a draft
    published(run)
    page = client.get(url)
    shown = [row.standing.outlet for row in page.context["listing"].rows]
    assert shown == [outlets[1]]
    assert {one.outlet for one in page.context["winners"]} == set(outlets)
    assert client.get(f"{url}{outlets[1].code}/").status_code == 200
    assert client.get(f"{url}{outlets[0].code}/").status_code == 404


@pytest.mark.parametrize("role", ["store_manager", "operations", "auditor"])
def test_pages_show_what_is_in_reach(client, outlets, role):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    narrow = role == "store_manager"
    user = staff_user(role, outlets[0]) if narrow else granted_user(role)
    client.force_login(user)
    page = client.get(f"/rankings/{run.pk}/outlets/?level=class&outlet_class=A")
    assert len(page.context["listing"].rows) == (1 if narrow else 2)
    page = client.get(f"/rankings/{run.pk}/outlets/{outlets[0].code}/")
    assert [part.rule.code for part in page.context["parts"]][:2] == [
        "staff",
        "environment",
    ]
    assert len(page.context["parts"][1].entries) == 1
    page = client.get(f"/rankings/{run.pk}/regions/?level=county")
    assert len(page.context["rows"]) == (0 if narrow else 2)


def test_a_bonus_of_the_outlet_stands_beside_its_score_and_moves_no_rank(
    client, outlets
):
    def scored(run):
        compute_places(run_id=run.pk, by=None)
        rows = PlaceStanding.objects.filter(places__run=run).order_by("outlet")
        return [(row.outlet_id, row.score, row.rank_all, row.parts) for row in rows]

    before = scored(ranked())
    line = Line(
        source_id="best idea",
        component="innovation",
        kind=EntryKind.ADJUSTMENT,
        on=LAST,
        employee_id=None,
        outlet_id=outlets[1].pk,
        points=170,
    )
    put(source="places", lines=[line])
    run = ranked()
    put(source="places", lines=[], withdrawn=["best idea"])  # after the run read it
    assert scored(run) == before
    client.force_login(granted_user("hr"))
    shown = [
        client.get(f"/rankings/{run.pk}/outlets/{one.code}/").content.decode()
        for one in outlets
    ]
    assert ["+1.70" in page for page in shown] == [False, True]
    later = ranked()
    scored(later)
    page = client.get(f"/rankings/{later.pk}/outlets/{outlets[1].code}/")
    assert "Bonus for suggestions" not in page.content.decode()


def test_a_run_without_outlets_offers_to_rank_them(client, outlets):
    run = ranked()
    client.force_login(granted_user("operations"))
    assert b"rank-outlets" in client.get(f"/rankings/{run.pk}/outlets/").content
    client.post(f"/rankings/{run.pk}/rank-outlets/")
    assert PlaceRun.objects.get().run == run


def test_thousands_behind_a_part_are_told_apart():
    rules = PlaceRules.parse(rules_of("outlet_service-1"))
    said = {rule.code: part_records(rule, 5439) for rule in rules.parts}
    assert (said["waiting"], said["complaints"]) == (
        "5,439 customers",
        "5,439 transactions",
    )
    assert part_records(rules.parts[0], 1) == "1 person"
