from datetime import date

import pytest
from django.utils import timezone

from evaluations.standards.kinds import Standards
from evaluations.standards.models import Item, Standard, StandardVersion
from outlets.exchange.importer import load, load_values
from tests.evaluations.standards.factories import ship_standards

pytestmark = pytest.mark.django_db

HEADING = ["standard", "item", "title_en", "weight", "critical", "applies_to", "who"]
ROWS = [
    ["FS", "F1", "Clean floor", "1", "0", "outlet", ""],
    ["FS", "F2", "No pests", "2.5", "1", "outlet", ""],
    ["HR", "H1", "Shoes", "", "", "person", "M"],
]


def load_rows(rows, heading=HEADING, **options):
    return str(load(Standards(), [heading, *rows], **options))


def items_of(code, number):
    version = StandardVersion.objects.get(standard__code=code, number=number)
    return {item.code: item for item in version.items.all()}


def test_a_new_standard_gets_one_first_version_that_always_held():
    assert load_rows(ROWS) == (
        "ingest standards: 3 read, 3 created, 0 updated, 0 unchanged, 0 rejected"
    )
    version = StandardVersion.objects.get(standard__code="FS")
    assert (version.number, version.valid_from) == (1, None)
    items = items_of("FS", 1)
    assert [(i.weight, i.critical, i.applies_to) for i in items.values()] == [
        (100, False, "outlet"),
        (250, True, "outlet"),
    ]
    shoes = items_of("HR", 1)["H1"]
    assert (shoes.weight, shoes.critical, shoes.who) == (100, False, "M")


def test_the_same_file_again_changes_nothing():
    load_rows(ROWS)
    versions = StandardVersion.objects.count()
    assert load_rows(ROWS) == (
        "ingest standards: 3 read, 0 created, 0 updated, 3 unchanged, 0 rejected"
    )
    assert StandardVersion.objects.count() == versions


def test_what_changed_makes_one_new_version_from_today_with_the_rest_carried_over():
    load_rows(ROWS)
    changed = [
        ["FS", "F2", "No pests at all", "2.5", "1", "outlet", ""],
        ["FS", "F3", "Cold store", "1", "0", "outlet", ""],
    ]
    assert load_rows(changed) == (
        "ingest standards: 2 read, 1 created, 1 updated, 0 unchanged, 0 rejected"
    )
    version = StandardVersion.objects.get(standard__code="FS", number=2)
    assert version.valid_from == timezone.localdate()
    assert {code: item.title_en for code, item in items_of("FS", 2).items()} == {
        "F1": "Clean floor",
        "F2": "No pests at all",
        "F3": "Cold store",
    }
    assert items_of("FS", 1)["F2"].title_en == "No pests"
    assert StandardVersion.objects.filter(standard__code="HR").count() == 1


def test_rows_of_a_standard_may_be_spread_over_batches(monkeypatch):
    monkeypatch.setattr("outlets.exchange.importer.BATCH", 2)
    rows = [["FS", f"F{n}", f"Item {n}", "1", "0", "outlet", ""] for n in range(5)]
    load_rows([*rows, rows[0]])
    version = StandardVersion.objects.get(standard__code="FS")
    assert [item.code for item in version.items.all()] == ["F0", "F1", "F2", "F3", "F4"]


def test_columns_that_the_file_lacks_keep_what_is_there():
    ship_standards()
    report = load_values(
        Standards(),
        [],
    )
    assert report.read == 0
    load_rows(
        [["GROOMING", "G12", "No long hair, men"]], ["standard", "item", "title_en"]
    )
    item = items_of("GROOMING", 2)["G12"]
    assert (item.title_en, item.title_zh) == ("No long hair, men", "男士不留长发")
    assert (item.who, item.overrides, item.dimension) == ("M", "G10 G11", "tangibles")
    assert len(items_of("GROOMING", 2)) == 17


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("weight", "-1"),
        ("weight", "heavy"),
        ("critical", "yes"),
        ("applies_to", "shop"),
        ("who", "X"),
        ("item", "F1|F2"),
        ("item", "F 1"),
        ("title_en", ""),
    ],
)
def test_a_bad_cell_refuses_the_row_and_nothing_is_written(column, value):
    row = dict(zip(HEADING, ROWS[0], strict=True)) | {column: value}
    assert load_rows([list(row.values()), ROWS[1]]) == (
        "ingest standards: 2 read, 0 created, 0 updated, 0 unchanged, 1 rejected"
    )
    assert not Standard.objects.filter(code="FS").exists()


def test_dry_run_writes_nothing():
    load_rows(ROWS, dry_run=True)
    assert not Standard.objects.filter(code="FS").exists()


def test_a_second_change_on_the_same_day_is_a_version_of_its_own():
    load_rows(ROWS)
    for title in ("One", "Two"):
        load_rows([["FS", "F1", title, "1", "0", "outlet", ""]])
    today = timezone.localdate()
    held = StandardVersion.objects.in_force(today).get(standard__code="FS")
    assert held.number == 3
    assert held.items.get(code="F1").title_en == "Two"
    early = StandardVersion.objects.in_force(date(2020, 1, 1)).get(standard__code="FS")
    assert early.items.get(code="F1").title_en == "Clean floor"


def test_a_new_standard_stays_off_the_card_until_somebody_puts_it_there():
    load_rows(ROWS)
    assert not Standard.objects.get(code="FS").on_card
    assert Item.objects.filter(version__standard__code="FS").count() == 2
