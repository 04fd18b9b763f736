"""`ingest checks`, to the letter of its columns and keys."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from evaluations.checks.kinds import Checks
from evaluations.checks.models import Check, CheckMark, Correction
from evaluations.checks.posting import settle
from evaluations.checks.rules import rater_of_name, rater_of_staff
from evaluations.ledger.models import Entry
from outlets.exchange.importer import Silence, load_values
from outlets.exchange.importer import load as load_lines
from tests.evaluations.checks.factories import make_floor, tap
from tests.evaluations.standards.factories import make_standard, publish_items
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory

pytestmark = pytest.mark.django_db

U1 = "11111111-1111-4111-8111-111111111111"
U2 = "22222222-2222-4222-8222-222222222222"
ON = "2026-03-14"
LATER = date(2030, 1, 1)


class Listener(Silence):
    def __init__(self):
        self.faults, self.warnings = [], []

    def faulty(self, cells):
        self.faults += [(fault.column, fault.reason) for fault in cells.faults]

    def warned(self, fault):
        self.warnings.append((fault.column, fault.reason))


@pytest.fixture
def world():
    OutletFactory(code="O1")
    OutletFactory(code="O2")
    EmployeeFactory(number="E1", gender="M")
    EmployeeFactory(number="E2", gender="F")
    EmployeeFactory(number="E3", gender="")


def row(**cells):
    return {
        "uuid": "",
        "outlet_code": "O1",
        "employee_number": "E1",
        "date": ON,
        "slot": "am",
        "standard": "GROOMING",
    } | cells


def load(*rows):
    """Load rows; return the counts created, updated, unchanged, rejected."""
    return load_heard(*rows)[0]


def load_heard(*rows):
    heading = list(dict.fromkeys(name for given in rows for name in given))
    lines = [heading, *([given.get(name, "") for name in heading] for given in rows)]
    listener = Listener()
    report = load_lines(Checks(), lines, audience=listener)
    return tuple(report.counts.values()), listener


@pytest.mark.usefixtures("world")
class TestMatching:
    def test_rows_with_a_uuid_are_matched_on_it(self):
        rows = [row(uuid=U1, failed="G02"), row(uuid=U2, slot="pm")]
        assert load(*rows) == (2, 0, 0, 0)
        assert load(*rows) == (0, 0, 2, 0)
        assert Check.objects.get(slot="am").uuid == UUID(U1)

    def test_rows_without_a_uuid_are_matched_on_outlet_person_day_and_round(self):
        rows = [row(failed="G02|G04"), row(slot="pm"), row(employee_number="E2")]
        assert load(*rows) == (3, 0, 0, 0)
        assert load(*rows) == (0, 0, 3, 0)
        assert Check.objects.count() == 3

    def test_an_empty_employee_number_counts_as_a_value_of_the_key(self):
        outlet = row(employee_number="", standard="ENVIRONMENT", failed="E02")
        assert load(outlet, row()) == (2, 0, 0, 0)
        assert load(outlet) == (0, 0, 1, 0)
        assert Check.objects.get(employee=None).outlet.code == "O1"

    def test_the_same_row_twice_in_one_file_is_unchanged(self):
        assert load(row(), row()) == (1, 0, 1, 0)
        assert Check.objects.count() == 1

    def test_the_same_key_with_something_else_in_one_file_is_a_conflict(self):
        assert load(row(failed="G02"), row(failed="G04"))[3] == 1
        assert not Check.objects.exists()

    def test_two_checklists_may_share_a_round(self):
        assert load(row(), row(standard="CONDUCT", failed="C01")) == (2, 0, 0, 0)
        assert load(row(), row(standard="CONDUCT", failed="C01")) == (0, 0, 2, 0)

    def test_a_uuid_is_filled_where_the_row_had_none(self):
        load(row(failed="G02"))
        assert load(row(uuid=U1, failed="G02")) == (0, 1, 0, 0)
        assert Check.objects.get().uuid == UUID(U1)
        assert load(row(uuid=U1, failed="G02")) == (0, 0, 1, 0)
        assert load(row(failed="G02")) == (0, 0, 1, 0)

    def test_another_uuid_for_the_same_card_is_a_conflict(self):
        load(row(uuid=U1))
        counts, heard = load_heard(row(uuid=U2))
        assert counts == (0, 0, 0, 1)
        assert heard.faults == [("uuid", f"differs from what is on record: {U1}")]

    def test_a_round_may_be_missing_where_there_is_a_uuid(self):
        rows = [row(uuid=U1, slot=""), row(uuid=U2, slot="")]
        assert load(*rows) == (2, 0, 0, 0)
        assert load(*rows) == (0, 0, 2, 0)

    def test_a_check_tapped_here_is_recognised_by_its_card(self):
        floor = make_floor(people=1)
        tap(floor, floor.people[0], marks={"G02": "failed"})
        same = row(
            outlet_code=floor.outlet.code,
            employee_number=floor.people[0].number,
            date=f"{floor.today:%F}",
            slot="opening",
            failed="G02",
        )
        assert load(same) == (0, 0, 1, 0)


@pytest.mark.usefixtures("world")
class TestChanging:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("failed", "G04"),
            ("not_observed", "G05"),
            ("not_applicable", "G06"),
            ("by", "Li Na"),
            ("note", "Creased"),
        ],
    )
    def test_filling_an_empty_cell_is_an_update(self, column, value):
        load(row(uuid=U1))
        settle(LATER)
        assert load(row(uuid=U1, **{column: value})) == (0, 1, 0, 0)
        assert Check.objects.get().pending
        assert Correction.objects.get().action == "loaded"
        assert load(row(uuid=U1, **{column: value})) == (0, 0, 1, 0)

    def test_a_filled_score_updates_and_re_enters_the_ledger(self):
        load(row(uuid=U1))
        settle(LATER)
        assert load(row(uuid=U1, score="50")) == (0, 1, 0, 0)
        settle(LATER)
        daily = Entry.objects.standing().get(component="daily")
        assert (daily.points, daily.version) == (0, 2)

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("failed", "G04"),
            ("failed", "G02|G04"),
            ("by", "Li Na"),
            ("note", "Other"),
            ("standard", "CONDUCT"),
            ("outlet_code", "O2"),
            ("employee_number", "E2"),
            ("date", "2026-03-15"),
            ("slot", "pm"),
            ("score", "90"),
        ],
    )
    def test_changing_a_filled_cell_is_a_conflict(self, column, value):
        given = row(uuid=U1, failed="G02", by="Wang", note="First")
        load(given)
        changed = given | {column: value}
        if column == "standard":
            changed["failed"] = ""
        if column == "score":
            changed["failed"] = ""
        counts, heard = load_heard(changed)
        assert counts == (0, 0, 0, 1)
        assert heard.faults[0][0] == column
        assert [m.item.code for m in CheckMark.objects.all()] == ["G02"]

    def test_a_check_of_the_outlet_never_becomes_one_of_a_person(self):
        make_standard("MIX", {"X1": {"applies_to": ""}})
        load(row(uuid=U1, standard="MIX", employee_number=""))
        counts, heard = load_heard(row(uuid=U1, standard="MIX"))
        assert counts == (0, 0, 0, 1)
        assert heard.faults[0][0] == "employee_number"

    def test_an_empty_list_is_no_change_but_is_remarked(self):
        load(row(uuid=U1, failed="G02"))
        counts, heard = load_heard(row(uuid=U1, failed=""))
        assert counts == (0, 0, 1, 0)
        assert heard.warnings == [("failed", "is empty, and G02 on record stands")]

    def test_the_order_of_the_codes_does_not_matter(self):
        load(row(uuid=U1, failed="G02|G04"))
        assert load(row(uuid=U1, failed="G04|G02|G04")) == (0, 0, 1, 0)


@pytest.mark.usefixtures("world")
class TestRefusals:
    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"outlet_code": "O9"}, "outlet_code"),
            ({"outlet_code": ""}, "outlet_code"),
            ({"employee_number": "E9"}, "employee_number"),
            ({"date": "14.03.2026"}, "date"),
            ({"date": ""}, "date"),
            ({"slot": ""}, "slot"),
            ({"standard": "XX"}, "standard"),
            ({"standard": ""}, "standard"),
            ({"uuid": "abc"}, "uuid"),
            ({"failed": "G99"}, "failed"),
            ({"not_observed": "E01"}, "not_observed"),
            ({"failed": "G02", "not_applicable": "G02"}, "not_applicable"),
            ({"failed": "G02", "score": "80"}, "score"),
            ({"score": "101"}, "score"),
            ({"score": "-1"}, "score"),
            ({"score": "88.123"}, "score"),
            ({"standard": "ENVIRONMENT"}, "standard"),
            ({"employee_number": ""}, "standard"),
        ],
    )
    def test_a_bad_row_names_its_column_and_nothing_is_written(self, cells, column):
        counts, heard = load_heard(row(), row(slot="pm") | cells)
        assert counts[3] == 1
        assert [name for name, _reason in heard.faults] == [column]
        assert not Check.objects.exists()

    def test_an_item_of_the_other_subject_is_refused(self):
        make_standard(
            "MIX", {"P1": {}, "O1": {"applies_to": "outlet"}, "X1": {"applies_to": ""}}
        )
        assert load(row(standard="MIX", failed="O1"))[3] == 1
        assert load(row(standard="MIX", failed="P1", employee_number=""))[3] == 1
        assert load(row(standard="MIX", failed="X1|P1")) == (1, 0, 0, 0)

    def test_an_item_for_the_other_gender_is_kept_and_left_out(self):
        counts, heard = load_heard(row(employee_number="E2", failed="G12"))
        assert counts == (1, 0, 0, 0)
        assert heard.warnings == [
            ("failed", "G12 is not for this person and is left out")
        ]
        settle(LATER)
        rate = Entry.objects.get(component="daily_rate")
        assert (rate.points, rate.out_of) == (1500, 1500)

    def test_a_person_who_judges_herself_is_remarked(self):
        counts, heard = load_heard(row(by="E1"))
        assert counts == (1, 0, 0, 0)
        assert heard.warnings == [
            ("by", "is the person checked: nobody checks herself")
        ]


@pytest.mark.usefixtures("world")
class TestJudging:
    def test_a_check_is_taken_under_the_version_in_force_on_its_date(self):
        standard = make_standard("S", ["S1"])
        publish_items(standard, ["S1", "S2"], date(2026, 3, 15))
        assert load(row(standard="S", failed="S2"))[3] == 1
        assert load(row(standard="S", failed="S2", date="2026-03-15")) == (1, 0, 0, 0)
        assert load(row(standard="S", failed="S1", date="2010-01-01")) == (1, 0, 0, 0)
        numbers = Check.objects.order_by("on").values_list("version__number", flat=True)
        assert list(numbers) == [1, 2]

    def test_imported_rows_wait_for_settling_and_are_posted_once(self):
        load(
            row(failed="G02"),
            row(slot="pm", standard="CONDUCT"),
            row(employee_number="E2", failed="G01"),
            row(employee_number="", standard="ENVIRONMENT"),
        )
        assert not Entry.objects.exists()
        assert settle(date(2026, 3, 13)) == 0
        assert settle(date(2026, 3, 14)) == 5  # two days, two rates, one outlet
        assert settle(LATER) == 0
        assert not Check.objects.filter(pending=True).exists()
        daily = {
            e.employee.number: e.points for e in Entry.objects.filter(component="daily")
        }
        assert daily == {"E1": 10_000, "E2": 0}

    def test_a_check_that_arrives_later_joins_the_day_that_was_posted(self):
        load(row(failed="G02"))
        settle(LATER)
        load(row(slot="pm", failed="G02|G04|G05|G06"))
        assert settle(LATER) == 4  # both lines reversed and posted again
        daily = Entry.objects.standing().get(component="daily")
        assert (daily.points, daily.version) == (0, 2)

    def test_gender_unknown_leaves_out_items_for_women_or_men(self):
        load(row(employee_number="E3", failed="G10"))
        settle(LATER)
        rate = Entry.objects.get(component="daily_rate")
        assert (rate.points, rate.out_of) == (1200, 1300)

    def test_long_hair_of_a_man_counts_once(self):
        load(row(failed="G10|G11|G12"))
        settle(LATER)
        rate = Entry.objects.get(component="daily_rate")
        # 17 items less two for women, less the two overridden; one failed.
        assert (rate.points, rate.out_of) == (1200, 1300)

    def test_the_judge_is_known_by_number_or_by_name(self):
        judge = EmployeeFactory(number="M1")
        load(row(by="M1"), row(slot="pm", by="Auntie Wu"), row(slot="night"))
        raters = {check.slot: check.rater for check in Check.objects.all()}
        assert raters == {
            "am": rater_of_staff(judge.uuid),
            "pm": rater_of_name("Auntie Wu"),
            "night": "",
        }

    def test_a_judge_filled_in_later_takes_over_her_line(self):
        load(row(uuid=U1))
        settle(LATER)
        load(row(uuid=U1, by="Wu"))
        settle(LATER)
        rates = Entry.objects.standing().filter(component="daily_rate")
        assert [entry.rater for entry in rates] == [rater_of_name("Wu")]

    def test_many_rows_are_read_with_few_queries(
        self, django_assert_max_num_queries, monkeypatch
    ):
        days = [date(2026, 1, 1) + timedelta(days=n) for n in range(60)]
        rows = [
            row(date=f"{day:%F}", employee_number=number, failed="G02|G05")
            for day in days
            for number in ("E1", "E2", "E3")
        ]
        with django_assert_max_num_queries(25):
            load_values(Checks(), rows)
        assert Check.objects.count() == 180
        with django_assert_max_num_queries(30):
            settle(timezone.localdate())
        assert Entry.objects.count() == 360
