"""A red line from the report to the bar, by two persons, and back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from evaluations.complaints.models import RedLineFile
from evaluations.complaints.red_line_acting import RedAction
from evaluations.complaints.services import red_lines
from evaluations.complaints.services.red_line_refusals import (
    EvidenceTooLarge,
    EvidenceUnknown,
    NamedAlready,
    NamesHerself,
    NamesSomebody,
    NotHeard,
    PartyMoved,
    SecondPerson,
    WordsMissing,
    WrongConsequence,
)
from evaluations.complaints.services.red_lines import Decision
from evaluations.ledger.models import Entry
from staffing.notices.models import Notice
from tests.staffing.people.factories import RoleGrantFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
BREACH = Decision("breach", "dismissal")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def city(regions):
    return granted_user("regional_supervisor", region=regions["city"])


@pytest.fixture
def operations():
    return granted_user("operations")


@pytest.fixture
def file(clock, outlet, clerk):
    return reported(outlet, clerk)


def reported(outlet, by, **given):
    return red_lines.report(
        outlet=outlet, prohibition="data", allegation="sold a list", by=by, **given
    )


def named(file, user, by, part="offender"):
    return red_lines.name(
        file=file, employee=user.employee, part=part, by=by, note="seen on the log"
    )


def act(party, action, by, **given):
    given.setdefault("note", "it was so")
    return red_lines.act_on(party=party, action=RedAction(action), by=by, **given)


def decided(party, first, second, decision=BREACH):
    if not party.finding:
        act(party, "answer", party.employee.user)
    act(party, "propose", first, decision=decision)
    return act(party, "confirm", second)


def standing():
    """Return what the ledger says now, as (kind, whom, day, scope)."""
    rows = Entry.objects.standing().filter(component="red_line")
    told = rows.values_list("kind", "employee__number", "on", "scope")
    return sorted(told)


class TestReporting:
    def test_a_report_names_nobody_and_says_nothing_in_the_ledger(self, file):
        assert (file.on, file.parties.count()) == (date(2026, 10, 12), 0)
        assert standing() == []

    def test_it_goes_straight_to_the_city_past_county_and_store(
        self, clock, outlet, clerk, manager, county, city, operations
    ):
        file = reported(outlet, clerk)
        readers = {
            user: RedLineFile.objects.visible_to(user).contains(file)
            for user in (clerk, manager, county, city, operations)
        }
        assert readers == {
            clerk: False,
            manager: False,
            county: False,
            city: True,
            operations: True,
        }
        told = Notice.objects.filter(kind="red_line_reported")
        assert [notice.user for notice in told] == [city]

    def test_the_same_form_twice_makes_one_file(self, clock, outlet, clerk):
        key = "0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11"
        first = reported(outlet, clerk, key=key)
        assert reported(outlet, clerk, key=key) == first
        assert RedLineFile.objects.count() == 1

    def test_nobody_reports_where_she_does_not_work(self, clock, outlet):
        with pytest.raises(PermissionDenied):
            reported(outlet, staff_user("clerk"))
        assert RedLineFile.objects.count() == 0

    @pytest.mark.parametrize("role", ["manager", "county", "clerk"])
    def test_nobody_below_the_city_does_anything_in_it(
        self, file, other, role, request
    ):
        with pytest.raises(PermissionDenied):
            named(file, other, request.getfixturevalue(role))
        assert standing() == []

    def test_a_report_without_substance_is_set_aside(self, file, city, other):
        red_lines.set_aside(file=file, by=city, note="a list of the shop next door")
        file.refresh_from_db()
        assert file.set_aside_at is not None

    def test_who_is_named_is_decided_about_and_not_set_aside(self, file, city, other):
        named(file, other, city)
        with pytest.raises(NamesSomebody):
            red_lines.set_aside(file=file, by=city, note="no")


class TestInquiry:
    def test_a_name_is_a_hold_from_that_day(self, file, city, other):
        named(file, other, city)
        number = other.employee.number
        assert standing() == [("hold", number, date(2026, 10, 12), "")]
        (notice,) = Notice.objects.filter(kind="red_line_about")
        assert notice.employee == other.employee

    def test_nobody_is_named_twice(self, file, city, other, operations):
        named(file, other, city)
        with pytest.raises(NamedAlready):
            named(file, other, operations)
        assert file.parties.count() == 1

    def test_a_leader_who_is_named_reads_only_her_own_part(
        self, clock, outlet, clerk, other, regions, operations
    ):
        leader = staff_user("clerk", outlet)
        RoleGrantFactory(
            user=leader, role="regional_supervisor", region=regions["city"]
        )
        file = reported(outlet, clerk)
        with pytest.raises(NamesHerself):
            named(file, leader, leader)
        named(file, other, operations)
        named(file, leader, operations, part="shielded")
        seen = type(file.parties.first()).objects.visible_to(leader)
        assert [party.employee for party in seen] == [leader.employee]
        with pytest.raises(PermissionDenied):
            red_lines.note(file=file, by=leader, note="let it be")

    def test_evidence_is_a_picture_or_a_pdf_kept_once(self, file, city, settings):
        found = red_lines.attach(file=file, content=PNG, what="the log", by=city)
        again = red_lines.attach(file=file, content=PNG, what="the log", by=city)
        assert (found, file.evidence.count()) == (again, 1)
        assert found.content.open().read() == PNG

    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            (b"MZ program", EvidenceUnknown),
            (b"", EvidenceUnknown),
            (PNG + b"0" * red_lines.MOST_BYTES, EvidenceTooLarge),
        ],
    )
    def test_other_evidence_is_refused(self, file, city, content, refusal):
        with pytest.raises(refusal):
            red_lines.attach(file=file, content=content, what="x", by=city)
        assert file.evidence.count() == 0


class TestDeciding:
    def test_a_breach_bars_for_good_from_the_day_of_the_decision(
        self, file, clock, city, operations, other
    ):
        party = named(file, other, city)
        clock.turn("10-20T09:00")
        row = decided(party, city, operations)
        assert (row.finding, row.consequence) == ("breach", "dismissal")
        number = other.employee.number
        assert standing() == [("bar", number, date(2026, 10, 20), "")]

    def test_what_is_proposed_changes_nothing_yet(self, file, city, other):
        party = named(file, other, city)
        act(party, "answer", other)
        act(party, "propose", city, decision=BREACH)
        assert [kind for kind, *_rest in standing()] == ["hold"]

    def test_nobody_confirms_what_she_proposed(self, file, city, other):
        party = named(file, other, city)
        act(party, "answer", other)
        act(party, "propose", city, decision=BREACH)
        with pytest.raises(SecondPerson):
            act(party, "confirm", city)
        party.refresh_from_db()
        assert (party.state, party.finding) == ("proposed", "")

    def test_a_proposal_that_is_sent_back_leaves_her_under_inquiry(
        self, file, city, operations, other
    ):
        party = named(file, other, city)
        act(party, "answer", other)
        act(party, "propose", city, decision=BREACH)
        row = act(party, "send_back", operations)
        assert (row.state, row.proposed_by, row.proposed_finding) == (
            "inquiry",
            None,
            "",
        )
        with pytest.raises(PartyMoved):
            act(party, "confirm", operations)

    def test_she_is_heard_first_unless_a_sentence_says_why_not(self, file, city, other):
        party = named(file, other, city)
        with pytest.raises(NotHeard):
            act(party, "propose", city, decision=BREACH, note="no time")
        with pytest.raises(WordsMissing):
            act(party, "answer", other, note="  ")
        why = "She was asked on 13 October and left the house without a word."
        act(party, "propose", city, decision=BREACH, note=why)

    @pytest.mark.parametrize(
        ("part", "decision"),
        [
            ("offender", Decision("breach")),
            ("offender", Decision("breach", "removal")),
            ("ordered", Decision("breach", "discipline")),
            ("shielded", Decision("breach", "dismissal")),
            ("offender", Decision("no_breach", "dismissal")),
            ("offender", Decision("no_breach", "", True)),
        ],
    )
    def test_a_consequence_that_does_not_follow_is_refused(
        self, file, city, other, part, decision
    ):
        party = named(file, other, city, part=part)
        act(party, "answer", other)
        with pytest.raises(WrongConsequence):
            act(party, "propose", city, decision=decision)

    def test_leaders_share_it_each_by_her_own_decision(
        self, file, city, operations, manager, supervisor, other
    ):
        people = {"offender": other, "ordered": manager, "shielded": supervisor}
        for part, user in people.items():
            what = "removal" if part == "shielded" else "expulsion"
            party = named(file, user, city, part=part)
            decided(party, city, operations, Decision("breach", what))
        day = date(2026, 10, 12)
        number = {part: user.employee.number for part, user in people.items()}
        assert standing() == sorted(
            [
                ("bar", number["offender"], day, ""),
                ("bar", number["ordered"], day, ""),
                ("bar", number["shielded"], day, "2026"),
                ("bar", number["shielded"], day, "2026-10"),
                ("bar", number["shielded"], day, "2026-Q4"),
            ]
        )

    def test_overturned_the_bar_is_taken_back_dated_and_by_whom(
        self, file, clock, city, operations, other
    ):
        party = named(file, other, city)
        decided(party, city, operations)
        clock.turn("11-03T09:00")
        act(party, "propose", operations, decision=Decision("no_breach"))
        assert [kind for kind, *_rest in standing()] == ["bar"]
        row = act(party, "confirm", city)
        assert (row.finding, row.consequence) == ("no_breach", "")
        assert standing() == []
        (reversal,) = Entry.objects.filter(reverses__kind="bar")
        assert (reversal.by, reversal.reason) == (city, "no_breach")

    def test_a_key_sent_twice_acts_once(self, file, city, other):
        party = named(file, other, city)
        key = "0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11"
        act(party, "answer", other, key=key)
        act(party, "answer", other, key=key)
        assert file.events.filter(kind="answer").count() == 1

    def test_nobody_answers_for_another(self, file, city, other, clerk):
        party = named(file, other, city)
        with pytest.raises(PermissionDenied):
            act(party, "answer", clerk)
        with pytest.raises(PermissionDenied):
            act(party, "answer", city)
