"""The generated chain keeps its own promises; no database is needed."""

from collections import Counter, defaultdict
from datetime import date

import numpy as np
import pytest

from outlets.places.rules import parse_hours
from simulation.chain.items import ENVIRONMENT, PERSONAL
from simulation.chain.plan import Plan
from simulation.chain.rows import COLUMNS, kinds_of
from simulation.chain.truth import truth_of
from simulation.chain.world import World
from simulation.standards import standard_rows

PLAN = Plan(outlets=14, months=3, seed=7, until=date(2026, 11, 21), ticket_days=20)


@pytest.fixture(scope="module")
def world() -> World:
    return World(PLAN)


@pytest.fixture(scope="module")
def rows(world):
    return {kind: list(make()) for kind, make in kinds_of(world).items()}


def test_rows_use_only_the_columns_of_the_contract(rows):
    for kind, made in rows.items():
        assert {column for row in made for column in row} <= set(COLUMNS[kind]), kind


def test_every_kind_has_rows_in_every_month(rows):
    dates = {
        "roster": "date", "checks": "date", "tests": "taken_on", "visits": "date",
        "invitations": "sent_at", "ratings": "rated_at", "complaints": "received_at",
        "tickets": "date", "counts": "start", "transactions": "date",
        "targets": "period",
    }  # fmt: skip
    for kind, column in dates.items():
        months = {str(row[column])[:7] for row in rows[kind]}
        assert months == {"2026-09", "2026-10", "2026-11"}, kind


def test_nothing_is_dated_after_the_last_day(rows):
    for kind, columns in {
        "checks": ["date"],
        "ratings": ["rated_at"],
        "invitations": ["sent_at"],
        "complaints": ["received_at", "closed_at"],
        "tickets": ["date", "arrived_at"],
        "counts": ["start"],
    }.items():
        newest = max(str(row[c] or "") for row in rows[kind] for c in columns)
        # Complaints are too few for every day to have one.
        assert newest[:10] <= "2026-11-21", kind
        assert newest[:10] == "2026-11-21" or kind == "complaints", kind


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("regions", ["code"]),
        ("outlets", ["code"]),
        ("employees", ["number"]),
        ("assignments", ["employee_number", "outlet_code", "from"]),
        ("roster", ["employee_number", "date"]),
        ("checks", ["uuid"]),
        ("tests", ["employee_number", "taken_on", "test"]),
        ("visits", ["visit_no"]),
        ("invitations", ["uuid"]),
        ("ratings", ["uuid"]),
        ("complaints", ["case_no"]),
        ("tickets", ["outlet_code", "ticket_no", "date"]),
        ("counts", ["outlet_code", "start", "minutes"]),
        ("transactions", ["outlet_code", "date", "employee_number", "service"]),
    ],
)
def test_keys_are_unique(rows, kind, key):
    keys = Counter(tuple(row[column] for column in key) for row in rows[kind])
    assert keys.most_common(1)[0][1] == 1


def test_checks_never_meet_on_one_card(rows):
    cards = Counter(
        (
            r["outlet_code"],
            r.get("employee_number"),
            r["date"],
            r["slot"],
            r["standard"],
        )
        for r in rows["checks"]
    )
    assert cards.most_common(1)[0][1] == 1


def test_nobody_checks_herself_and_men_are_not_judged_on_make_up(rows):
    gender = {row["number"]: row["gender"] for row in rows["employees"]}
    who = {item.code: item.who for sheet in PERSONAL for item in sheet.items}
    for row in rows["checks"]:
        number = row.get("employee_number")
        assert row["by"] != number
        for code in filter(None, str(row.get("failed", "")).split("|")):
            assert who.get(code, "") in ("", gender.get(number)), row


def test_item_codes_are_those_of_the_shipped_standards():
    shipped = defaultdict(list)
    for row in standard_rows():
        shipped[row["standard"]].append((row["item"], row["who"]))
    for sheet in (*PERSONAL, ENVIRONMENT):
        assert [(i.code, i.who) for i in sheet.items] == shipped[sheet.standard]


def test_people_are_checked_only_where_and_when_they_work(world, rows):
    index = {person.number: person.index for person in world.people}
    place = {outlet.code: outlet.index for outlet in world.outlets}
    for row in rows["checks"]:
        for number in filter(None, (row.get("employee_number"), row["by"])):
            day = (row["date"] - PLAN.first).days
            assert world.duty.working[index[number], day]
            assert world.duty.where[index[number], day] == place[row["outlet_code"]]


def test_tickets_are_called_within_the_day_or_abandoned(rows):
    abandoned = 0
    for row in rows["tickets"]:
        assert (row["called_at"] is None) != (row["abandoned_at"] is None)
        left = row["called_at"] or row["abandoned_at"]
        assert row["arrived_at"] <= left
        abandoned += row["abandoned_at"] is not None
    assert 0 < abandoned < len(rows["tickets"]) / 5


def test_rated_tickets_exist_and_were_served_by_the_rated(rows):
    served = {
        (r["outlet_code"], str(r["date"]), r["ticket_no"]): r["employee_number"]
        for r in rows["tickets"]
    }
    rated = [row for row in rows["ratings"] if row.get("ticket_no")]
    assert rated
    for row in rated:
        key = (row["outlet_code"], row["rated_at"][:10], row["ticket_no"])
        assert served[key] == row["employee_number"]


def test_replies_are_as_many_as_invitations_say(rows):
    replies = sum(row["channel"] == "sms" for row in rows["ratings"])
    assert replies == sum(row["replied"] for row in rows["invitations"])


def test_call_backs_are_made_monday_wednesday_friday_in_the_afternoon(rows):
    for row in rows["ratings"]:
        if row["channel"] == "callback":
            assert date.fromisoformat(row["rated_at"][:10]).weekday() in {0, 2, 4}
            assert "15:30:00" <= row["rated_at"][11:] < "19:30:00"


def test_hours_are_readable_and_every_class_is_there(rows):
    for row in rows["outlets"]:
        assert parse_hours(row["hours"])
    assert {row["class"] for row in rows["outlets"]} == set("ABCD")


def test_assignments_of_one_person_never_overlap(rows):
    spells = defaultdict(list)
    for row in rows["assignments"]:
        spells[row["employee_number"]].append((row["from"], row["to"]))
    assert any(len(each) > 1 for each in spells.values())
    for each in spells.values():
        ordered = sorted(each)
        for (_, ends), (begins, _) in zip(ordered, ordered[1:], strict=False):
            assert ends < begins


def test_truth_shows_in_the_records_but_does_not_equal_them(world, rows):
    quality = {n: e["at_outlet"] for n, e in truth_of(world)["employees"].items()}
    marks = defaultdict(list)
    for row in rows["ratings"]:
        if row["channel"] == "pad":
            marks[row["employee_number"]].append(row["score"] >= 4)
    known = [number for number, each in marks.items() if len(each) >= 60]
    agreement = np.corrcoef(
        [quality[number] for number in known],
        [np.mean(marks[number]) for number in known],
    )[0, 1]
    assert 0.7 < agreement < 0.99


def test_truth_names_every_person_checker_and_visit(world, rows):
    truth = truth_of(world)
    assert set(truth["employees"]) == {row["number"] for row in rows["employees"]}
    assert {r["by"] for r in rows["checks"]} <= set(truth["checkers"])
    assert set(truth["visits"]) == {row["visit_no"] for row in rows["visits"]}
    assert set(truth["visits"].values()) <= set(truth["shoppers"])
