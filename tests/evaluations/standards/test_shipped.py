import pytest
from django.utils.translation import override

from evaluations.standards.models import Item, Standard, StandardVersion
from evaluations.standards.shipped import STANDARDS
from tests.evaluations.standards.factories import ship_standards

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shipped():
    ship_standards()


def codes_of(standard):
    items = Item.objects.filter(version__standard__code=standard)
    return [item.code for item in items.order_by("position")]


@pytest.mark.parametrize(
    ("standard", "letter", "last"),
    [
        ("GROOMING", "G", 17),
        ("CONDUCT", "C", 23),
        ("DISCIPLINE", "D", 7),
        ("ENVIRONMENT", "E", 16),
    ],
)
def test_every_item_of_the_handbook_is_shipped(standard, letter, last):
    assert codes_of(standard) == [f"{letter}{n:02}" for n in range(1, last + 1)]


def test_critical_items_are_the_six_of_the_scheme():
    critical = Item.objects.filter(critical=True).values_list("code", flat=True)
    assert sorted(critical) == ["C14", "C15", "D05", "D07", "G01", "G03"]


def test_items_for_women_or_men_are_the_four_of_grooming():
    gendered = Item.objects.exclude(who="").order_by("code")
    assert [(item.code, item.who) for item in gendered] == [
        ("G08", "F"),
        ("G12", "M"),
        ("G13", "M"),
        ("G14", "F"),
    ]


def test_long_hair_of_men_overrides_sides_and_back():
    overriding = Item.objects.exclude(overrides="")
    assert [(i.code, i.rule.overrides) for i in overriding] == [("G12", ("G10", "G11"))]


def test_local_items_stand_apart_and_off_the_card():
    local = Item.objects.filter(local=True).order_by("code")
    assert [item.code for item in local] == ["D51", "D52", "D53", "D54", "D55"]
    assert {item.version.standard.code for item in local} == {"DISCIPLINE_LOCAL"}
    assert not Standard.objects.get(code="DISCIPLINE_LOCAL").on_card


def test_only_the_environment_judges_the_outlet():
    about = {
        item.version.standard.code: item.applies_to
        for item in Item.objects.select_related("version__standard")
    }
    assert about == {
        "GROOMING": "person",
        "CONDUCT": "person",
        "DISCIPLINE": "person",
        "DISCIPLINE_LOCAL": "person",
        "ENVIRONMENT": "outlet",
    }


def test_every_text_stands_in_both_languages_and_every_item_has_a_dimension():
    for item in Item.objects.all():
        assert item.title_en
        assert item.title_zh
        assert item.guide_en
        assert item.guide_zh
        assert item.section
        assert item.dimension


def test_title_follows_the_language_of_the_reader():
    badge = Item.objects.get(code="G03")
    with override("en"):
        assert badge.title == "Badge"
    with override("zh-hans"):
        assert badge.title == "工号牌"


def test_title_falls_back_to_english():
    item = Item(title_en="Badge")
    with override("zh-hans"):
        assert item.title == "Badge"


def test_the_first_version_holds_for_all_earlier_dates():
    assert set(StandardVersion.objects.values_list("number", "valid_from")) == {
        (1, None)
    }


def test_installing_twice_changes_nothing():
    before = (Standard.objects.count(), Item.objects.count())
    ship_standards()
    assert (Standard.objects.count(), Item.objects.count()) == before
    assert before == (len(STANDARDS), 68)
