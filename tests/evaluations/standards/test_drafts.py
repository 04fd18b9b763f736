"""Writing a checklist: a draft, its items, and what its publication does."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.standards.items import ItemDraft
from evaluations.standards.models import Draft, DraftItem, Standard
from evaluations.standards.selectors import draft_changes, on_card
from evaluations.standards.services import (
    add_item,
    begin_draft,
    change_item,
    create_standard,
    discard_draft,
    move_item,
    name_draft,
    publish_draft,
    put_on_card,
    remove_item,
)
from evaluations.standards.services.drafts import (
    BeginsTooEarly,
    ChangedMeanwhile,
    CodeTaken,
    NothingAsked,
    NothingChanged,
    RoundsChangeToday,
    UnknownItemRound,
    UnknownOverride,
)
from tests.evaluations.standards.factories import make_standard
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return granted_user("administrator")


@pytest.fixture
def today():
    return timezone.localdate()


def codes(rows):
    return [row.code for row in rows.order_by("position")]


def item(draft, code):
    return DraftItem.objects.get(draft=draft, code=code)


def test_a_draft_begins_as_the_newest_version_and_there_is_one(admin):
    standard = make_standard("S", {"A": {"critical": True}, "B": {"weight": 250}})
    draft = begin_draft(standard=standard, by=admin)
    assert codes(draft.items) == ["A", "B"]
    assert (item(draft, "A").critical, item(draft, "B").weight) == (True, 250)
    assert begin_draft(standard=standard, by=admin) == draft


def test_publishing_makes_the_next_version_and_leaves_the_old_one(admin, today):
    standard = make_standard("S", ("A", "B"))
    draft = begin_draft(standard=standard, by=admin)
    add_item(draft=draft, code="C", item=ItemDraft("Item C"), by=admin)
    remove_item(draft=draft, uuid=item(draft, "A").uuid, by=admin)
    changes = draft_changes(draft)
    assert (changes.added, changes.changed, changes.removed) == (("C",), (), ("A",))
    version = publish_draft(draft=draft, valid_from=today, by=admin)
    assert (version.number, version.valid_from, version.by) == (2, today, admin)
    assert codes(version.items) == ["B", "C"]
    assert codes(standard.versions.get(number=1).items) == ["A", "B"]
    assert not Draft.objects.exists()


def test_a_new_item_stands_last_in_its_section(admin):
    standard = make_standard(
        "S", {"A": {"section": "One"}, "B": {"section": "Two"}, "C": {"section": "Two"}}
    )
    draft = begin_draft(standard=standard, by=admin)
    add_item(draft=draft, code="D", item=ItemDraft("D", section="One"), by=admin)
    add_item(draft=draft, code="E", item=ItemDraft("E", section="Three"), by=admin)
    assert codes(draft.items) == ["A", "D", "B", "C", "E"]


def test_moving_exchanges_neighbours_and_stops_at_the_ends(admin):
    draft = begin_draft(standard=make_standard("S", ("A", "B", "C")), by=admin)
    move_item(draft=draft, uuid=item(draft, "C").uuid, up=True, by=admin)
    assert codes(draft.items) == ["A", "C", "B"]
    move_item(draft=draft, uuid=item(draft, "A").uuid, up=True, by=admin)
    move_item(draft=draft, uuid=item(draft, "B").uuid, up=False, by=admin)
    assert codes(draft.items) == ["A", "C", "B"]


def test_two_who_have_an_item_open_do_not_overwrite_each_other(admin):
    draft = begin_draft(standard=make_standard("S", ("A",)), by=admin)
    row = item(draft, "A")
    mine, hers = ItemDraft("mine"), ItemDraft("hers")
    change_item(draft=draft, uuid=row.uuid, revision=1, item=hers, by=admin)
    with pytest.raises(ChangedMeanwhile):
        change_item(draft=draft, uuid=row.uuid, revision=1, item=mine, by=admin)
    assert item(draft, "A").title_en == "hers"


def test_a_code_is_taken_once(admin):
    standard = make_standard("S", ("A",))
    draft = begin_draft(standard=standard, by=admin)
    with pytest.raises(CodeTaken, match="A is taken"):
        add_item(draft=draft, code="A", item=ItemDraft("A"), by=admin)
    with pytest.raises(CodeTaken, match="S is taken"):
        create_standard(
            code="S", title_en="S", title_zh="", slots="opening", region=None, by=admin
        )


def test_a_version_never_begins_before_today(admin, today):
    draft = begin_draft(standard=make_standard("S", ("A",)), by=admin)
    add_item(draft=draft, code="B", item=ItemDraft("B"), by=admin)
    with pytest.raises(BeginsTooEarly):
        publish_draft(draft=draft, valid_from=today - timedelta(days=1), by=admin)
    assert draft.standard.versions.count() == 1


def test_a_draft_that_says_the_same_is_not_published(admin, today):
    draft = begin_draft(standard=make_standard("S", ("A",)), by=admin)
    with pytest.raises(NothingChanged):
        publish_draft(draft=draft, valid_from=today, by=admin)


def test_an_empty_checklist_is_not_published(admin, today):
    draft = create_standard(
        code="N", title_en="N", title_zh="", slots="opening", region=None, by=admin
    )
    with pytest.raises(NothingAsked):
        publish_draft(draft=draft, valid_from=today, by=admin)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [({"overrides": "Z"}, UnknownOverride), ({"slots": "night"}, UnknownItemRound)],
)
def test_what_an_item_names_must_exist(admin, today, given, refusal):
    draft = begin_draft(standard=make_standard("S", ("A",)), by=admin)
    add_item(draft=draft, code="B", item=ItemDraft("B", **given), by=admin)
    with pytest.raises(refusal, match="B"):
        publish_draft(draft=draft, valid_from=today, by=admin)


def test_names_and_rounds_hold_with_the_publication(admin, today):
    standard = make_standard("S", ("A",))
    draft = begin_draft(standard=standard, by=admin)
    name_draft(
        draft=draft, title_en="New", title_zh="新", slots="opening night", by=admin
    )
    standard.refresh_from_db()
    assert standard.title_en == "Standard S"
    draft.refresh_from_db()
    with pytest.raises(RoundsChangeToday):
        publish_draft(draft=draft, valid_from=today + timedelta(days=1), by=admin)
    publish_draft(draft=draft, valid_from=today, by=admin)
    standard.refresh_from_db()
    assert (standard.title_en, standard.slots) == ("New", "opening night")


def test_discarding_changes_nothing_and_takes_what_never_held_with_it(admin):
    standard = make_standard("S", ("A",))
    discard_draft(draft=begin_draft(standard=standard, by=admin), by=admin)
    new = create_standard(
        code="N", title_en="N", title_zh="", slots="opening", region=None, by=admin
    )
    discard_draft(draft=new, by=admin)
    assert standard.versions.count() == 1
    assert not Standard.objects.filter(code="N").exists()


class TestRegions:
    """A region's checklist is asked below it, and written by who leads it."""

    @pytest.fixture
    def north(self):
        return RegionFactory(code="N", level="city")

    @pytest.fixture
    def leader(self, north):
        return granted_user("regional_supervisor", region=north)

    def write(self, region, by):
        return create_standard(
            code="LOCAL",
            title_en="Local",
            title_zh="本地",
            slots="opening",
            region=region,
            by=by,
        )

    def test_its_items_are_local_and_its_outlets_are_asked(self, north, leader, today):
        draft = self.write(north, leader)
        add_item(draft=draft, code="L1", item=ItemDraft("L"), by=leader)
        version = publish_draft(draft=draft, valid_from=today, by=leader)
        assert [row.local for row in version.items.all()] == [True]
        put_on_card(standard=version.standard, on_card=True, by=leader)
        below = OutletFactory(region=RegionFactory(parent=north, level="county"))
        elsewhere = OutletFactory()
        assert version.standard in on_card(below)
        assert version.standard not in on_card(elsewhere)

    def test_she_writes_neither_the_chains_nor_another_regions(self, leader):
        with pytest.raises(PermissionDenied):
            self.write(None, leader)
        with pytest.raises(PermissionDenied):
            self.write(RegionFactory(code="S", level="city"), leader)
        with pytest.raises(PermissionDenied):
            begin_draft(standard=make_standard("S", ("A",)), by=leader)

    def test_a_draft_is_seen_by_who_may_write_it_only(self, north, leader, admin):
        draft = self.write(north, leader)
        other = granted_user("regional_supervisor", region=RegionFactory(code="S"))
        assert Draft.objects.visible_to(leader).get() == draft
        assert Draft.objects.visible_to(admin).get() == draft
        assert not Draft.objects.visible_to(other).exists()
        with pytest.raises(PermissionDenied):
            add_item(draft=draft, code="X", item=ItemDraft("X"), by=other)
