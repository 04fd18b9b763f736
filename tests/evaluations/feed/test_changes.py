"""The change feed: what its clients hold in the end, and what its answers say."""

import itertools
from datetime import date, timedelta

import pytest
from auditlog.context import disable_auditlog
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from evaluations.awards.models import Award, AwardState
from evaluations.awards.services import draw_winners, publish_list
from evaluations.feed import triggers
from evaluations.feed.cursors import START, Cursor, Earlier, Resync, View
from evaluations.feed.models import Change, Mark
from evaluations.feed.reading import everything, read
from outlets.exchange.feed_kinds import registered
from outlets.places.models import Outlet
from outlets.places.sight import EVERYWHERE, Reach
from staffing.accounts.authentication import Service
from staffing.people.models import Assignment, Employee
from tests.at_once import at_once
from tests.evaluations.awards.factories import (
    county_with_scores,
    published_run,
    reviewed_run,
)
from tests.evaluations.awards.rounds import OutletScene
from tests.evaluations.feed.changing import Chain, days_of
from tests.evaluations.feed.trials import trial
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db
SCOPES = frozenset({"registry:read", "rankings:read", "awards:read"})


def service(reach=EVERYWHERE, scopes=SCOPES):
    return Service(name="hr", scopes=frozenset(scopes), reach=reach)


def all_of(viewer, cursor=None, limit=1000):
    """Return all items from `cursor` on, and the cursor after them."""
    items = []
    while True:
        page = read(viewer, cursor, limit)
        items += page.items
        cursor = Cursor.parse(str(page.cursor))
        if not page.more:
            return items, cursor


def told(items, kind):
    return [(one.row is None, one.row) for one in items if one.kind == kind]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.django_db(transaction=True)
def test_a_client_that_stops_and_resumes_holds_the_full_export(seed):
    chain = Chain()
    with days_of(chain):
        assert trial(chain, seed, at_once=connection.vendor == "postgresql") == {}
    assert Change.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_numbers_grow_in_the_order_of_commits():
    """Who numbers first has committed before the next number is seen."""
    outlets = [OutletFactory() for _ in range(4)]
    seen = []

    def write(outlet):
        for number in range(15):
            with transaction.atomic():
                Outlet.objects.filter(pk=outlet.pk).update(name=f"{number}")

    def look():
        for _number in range(60):
            seen.append(set(Change.objects.values_list("seq", flat=True)))

    assert at_once(*[lambda o=one: write(o) for one in outlets], look) == []
    for before, after in itertools.pairwise(seen):
        # What appears later than another number is larger than it.
        assert all(one > max(before) for one in after - before)


def test_a_walk_begins_with_all_that_may_be_seen_and_ends_with_nothing_new():
    AssignmentFactory()
    items, cursor = all_of(service(), limit=1)
    assert {(one.kind, one.id) for one in items} == {
        (kind, ident) for kind, ident, _row in everything(service())
    }
    assert {one.kind for one in items} == {"regions", "outlets", "employees"}
    assert all_of(service(), cursor) == ([], cursor)


def test_the_same_object_comes_once_at_its_newest_state():
    outlet = OutletFactory(name="Old")
    _items, cursor = all_of(service())
    for name in ("Newer", "Newest"):
        Outlet.objects.filter(pk=outlet.pk).update(name=name)
    items, _cursor = all_of(service(), cursor)
    assert [one.row["name"] for one in items] == ["Newest"]


def test_a_write_that_changes_nothing_shown_is_no_change():
    person = EmployeeFactory()
    _items, cursor = all_of(service())
    Employee.objects.filter(pk=person.pk).update(gender="F", name=person.name)
    assert all_of(service(), cursor)[0] == []


def test_what_is_deleted_comes_as_a_tombstone_with_the_same_id():
    with disable_auditlog():  # a history would keep her from being deleted
        stint = AssignmentFactory()
    first, cursor = all_of(service())
    ident = {one.id for one in first if one.kind == "employees"}
    with disable_auditlog():
        Assignment.objects.filter(pk=stint.pk).delete()
        Employee.objects.filter(pk=stint.employee_id).delete()
    items, _cursor = all_of(service(), cursor)
    assert {(one.id, one.row) for one in items} == {(*ident, None)}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps them")
@pytest.mark.django_db(transaction=True)
def test_what_migrations_change_while_the_triggers_are_away_is_told_after_them():
    kept, gone = OutletFactory(code="KEPT"), OutletFactory(code="GONE")
    first, cursor = all_of(service())
    ident = {one.row["code"]: one.id for one in first if one.kind == "outlets"}
    triggers.remove(connection)
    Outlet.objects.filter(pk=kept.pk).update(name="Other")
    with disable_auditlog():
        Outlet.objects.filter(pk=gone.pk).delete()
    triggers.install(connection)
    items, cursor = all_of(service(), cursor)
    outlets = {one.id: one.row and one.row["name"] for one in items}
    assert outlets[ident["KEPT"]] == "Other"
    assert outlets[ident["GONE"]] is None
    Outlet.objects.filter(pk=kept.pk).update(name="Watched")
    assert [one.row["name"] for one in all_of(service(), cursor)[0]] == ["Watched"]


def test_what_was_deleted_before_somebody_began_is_not_told_to_her():
    with disable_auditlog():
        EmployeeFactory().delete()
    assert all_of(service())[0] == []


def test_lost_sight_comes_as_tombstones_and_new_sight_as_rows():
    north, south = OutletFactory(code="NORTH"), OutletFactory(code="SOUTH")
    OutletFactory(code="NEVER")
    only = [Reach(outlet_ids=frozenset({one.pk})) for one in (north, south)]
    held = {}
    items, cursor = all_of(service(only[0]))
    held |= {one.id: one.row["code"] for one in items if one.kind == "outlets"}
    items, cursor = all_of(service(only[1]), cursor)
    assert [held[one.id] for one in items if one.row is None and one.id in held] == [
        "NORTH"
    ]
    assert {row["code"] for gone, row in told(items, "outlets") if not gone} == {
        "SOUTH"
    }
    # Nothing is said of what she never saw: one tombstone each, of her own rows.
    assert [gone for gone, _row in told(items, "outlets")].count(True) == 1
    assert [gone for gone, _row in told(items, "regions")].count(True) == 1


def test_a_lost_scope_takes_its_rows_along_even_if_they_change_meanwhile():
    outlet, person = OutletFactory(), EmployeeFactory()
    _items, cursor = all_of(service())
    narrow = service(scopes={"awards:read"})
    page = read(narrow, cursor, 1)  # the walk with the new sight has begun
    Employee.objects.filter(pk=person.pk).update(name="Changed")
    Outlet.objects.filter(pk=outlet.pk).update(name="Changed")
    items, cursor = all_of(narrow, page.cursor)
    gone = {one.kind for one in (*page.items, *items) if one.row is None}
    assert gone == {"regions", "outlets", "employees"}
    assert (cursor.trail, cursor.kinds) == (
        (),
        frozenset({"award_lists", "awards", "outlet_titles"}),
    )


def test_an_outlet_that_moves_takes_people_with_it():
    here, there = RegionFactory(code="HERE"), RegionFactory(code="THERE")
    outlet = OutletFactory(region=here)
    AssignmentFactory(outlet=outlet)
    viewer = service(Reach(region_paths=frozenset({here.path})))
    _items, cursor = all_of(viewer)
    outlet.region = there
    outlet.save()
    items, _cursor = all_of(viewer, cursor)
    assert {(one.kind, one.row is None) for one in items} >= {
        ("outlets", True),
        ("employees", True),
    }


def test_a_day_that_passes_is_a_change_for_who_moves_on_it():
    chain_day = timezone.localdate()
    old, new = OutletFactory(code="OLD"), OutletFactory(code="NEW")
    person = AssignmentFactory(outlet=old, ends_on=chain_day).employee
    AssignmentFactory(
        employee=person, outlet=new, starts_on=chain_day + timedelta(days=1)
    )
    items, cursor = all_of(service())
    assert [row["outlet_code"] for _gone, row in told(items, "employees")] == ["OLD"]

    class Tomorrow:
        def local_date(self, *given):
            return chain_day + timedelta(days=1)

    with days_of(Tomorrow()):
        items, cursor = all_of(service(), cursor)
        assert [row["outlet_code"] for _gone, row in told(items, "employees")] == [
            "NEW"
        ]
        assert all_of(service(), cursor)[0] == []


def test_an_award_keeps_its_id_over_revisions_and_its_revocation_is_a_tombstone():
    outlet, people = county_with_scores([80, 95, 90, 85, 70])
    operations = granted_user("operations")
    for drawn in draw_winners(run_id=published_run(operations).pk, by=operations):
        publish_list(award_list_id=drawn.pk, by=operations)
    items, cursor = all_of(service())
    first = {
        (row["level"], row["employee_number"]): (one.id, row)
        for one in items
        if one.kind == "awards"
        for row in [one.row]
    }
    assert set(first) == {
        ("outlet", "NS-1"),
        *(("county", f"NS-{n}") for n in (1, 2, 3)),
    }
    run = first["outlet", "NS-1"][1]
    assert (run["revision"], run["scheme_version"], run["appeal"], run["state"]) == (
        *(1, 1, "none"),
        "awarded",
    )
    assert len(run["input_hash"]) == 64

    # Somebody leaves the chain before the month is ranked again.
    Employee.objects.filter(number="NS-3").update(left_on=date(2026, 10, 2))
    for drawn in draw_winners(run_id=published_run(operations).pk, by=operations):
        publish_list(award_list_id=drawn.pk, by=operations)
    items, cursor = all_of(service(), cursor)
    second = {one.id: one.row for one in items if one.kind == "awards"}
    assert second[first["county", "NS-3"][0]] is None
    again = second[first["outlet", "NS-1"][0]]
    assert (again["employee_number"], again["revision"]) == ("NS-1", 2)
    assert again["input_hash"] != run["input_hash"]

    Award.objects.filter(
        award_list__status="published", employee__number="NS-1"
    ).update(state=AwardState.DISQUALIFIED, reason="A red line")
    items, _cursor = all_of(service(), cursor)
    assert {(one.id, one.row["state"]) for one in items} == {
        (first[level, "NS-1"][0], "disqualified") for level in ("outlet", "county")
    }


def test_nothing_of_a_draft_is_told():
    county_with_scores([80, 95])
    operations = granted_user("operations")
    draw_winners(run_id=reviewed_run(operations).pk, by=operations)
    items, _cursor = all_of(service())
    assert {one.kind for one in items} == {"regions", "outlets", "employees"}


def test_a_cursor_too_old_or_from_another_life_asks_to_begin_again():
    OutletFactory()
    _items, cursor = all_of(service())
    ahead = Cursor(cursor.view, (cursor.position[0] + 9, 1), cursor.origin)
    with pytest.raises(Resync):
        read(service(), ahead, 10)
    Mark.objects.update(forgotten=cursor.position[0] + 1)
    with pytest.raises(Resync):
        read(service(), cursor, 10)
    # Who begins now has not missed what was forgotten.
    Mark.objects.update(forgotten=cursor.position[0])
    assert all_of(service())[0]


def test_a_cursor_survives_being_written_and_read():
    views = [
        View(frozenset({"outlets"}), service(Reach(outlet_ids=ids)).sight, False)
        for ids in (frozenset({1}), frozenset({2, 3}))
    ]
    cursor = Cursor(views[0], (4, 5), 3, (Earlier(views[1], (9, 1)),), views[0].kinds)
    assert Cursor.parse(str(cursor)) == cursor
    assert str(Cursor.parse(str(cursor))) == str(cursor)
    assert cursor.reached == (9, 1)
    assert Cursor(views[0]).position == START


def test_the_triggers_are_those_of_the_registered_kinds_and_made_once():
    before = triggers._there(connection)
    assert {name.rsplit("_", 3)[0] for name in before} == {
        f"feed_{kind}" for kind in registered()
    }
    triggers.install(connection)
    assert triggers._there(connection) == before


def test_rows_hold_the_fields_that_their_kind_declares():
    scene = OutletScene()
    scene.approved("NS-1")
    scene.finished()
    for drawn in draw_winners(run_id=scene.run.pk, by=scene.operations):
        publish_list(award_list_id=drawn.pk, by=scene.operations)
    found = {}
    for kind, _ident, row in everything(service()):
        found.setdefault(kind, row)
    assert set(found) == set(registered())
    for name, kind in registered().items():
        names = [field.name for field in kind.fields]
        assert (name, list(found[name])) == (name, names)
        assert (name, list(kind.example)) == (name, names)


class TestOverHttp:
    @pytest.fixture
    def get(self, client):
        account, _secret = make_service(scopes=["registry:read"])
        header = bearer(account)

        def ask(address="", **headers):
            address = address or reverse("api-changes")
            return client.get(address, headers=header | headers)

        return ask

    def test_a_page_says_where_to_go_on_and_the_last_one_that_there_is_no_more(
        self, get
    ):
        OutletFactory.create_batch(2)
        page = get(reverse("api-changes") + "?limit=3").json()
        rest = get(page["next"]).json()
        both = page["results"] + rest["results"]
        assert (len(page["results"]), len(both), rest["next"]) == (3, 4, None)
        assert len({one["id"] for one in both}) == 4
        assert {(one["kind"], one["deleted"]) for one in both} == {
            ("regions", False),
            ("outlets", False),
        }
        assert rest["cursor"] != page["cursor"]

    def test_the_same_answer_again_is_304(self, get):
        cursor = get().json()["cursor"]
        address = reverse("api-changes") + f"?cursor={cursor}"
        first = get(address)
        again = get(address, **{"If-None-Match": first["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304)
        assert not again.content
        OutletFactory()
        assert get(address, **{"If-None-Match": first["ETag"]}).status_code == 200

    @pytest.mark.parametrize("cursor", ["", "x", "x:y", "🙂"])
    def test_a_cursor_made_by_hand_is_refused(self, get, cursor):
        answer = get(reverse("api-changes") + f"?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")
        assert answer["Content-Type"] == "application/problem+json"

    def test_a_cursor_too_old_is_a_problem_called_resync(self, get):
        OutletFactory()
        cursor = get().json()["cursor"]
        Mark.objects.update(forgotten=10**9)
        answer = get(reverse("api-changes") + f"?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (410, "resync")

    def test_a_token_for_nothing_of_it_is_refused(self, client):
        account, _secret = make_service(name="Pads", scopes=["feedback:write"])
        answer = client.get(reverse("api-changes"), headers=bearer(account))
        assert (answer.status_code, answer.json()["code"]) == (
            403,
            "insufficient_scope",
        )
