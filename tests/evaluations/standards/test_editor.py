"""The pages of the checklist editor."""

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.standards.models import DraftItem, Standard
from evaluations.standards.services import begin_draft
from tests.evaluations.standards.factories import make_standard
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db

ITEM = {
    "title_en": "Shoes",
    "title_zh": "鞋",
    "weight": "1.5",
    "posts": ["clerk"],
    "slots": ["opening"],
    "evidence": "either",
    "area": "hygiene",
    "section": "Uniform",
}


@pytest.fixture
def admin(client):
    user = granted_user("administrator")
    client.force_login(user)
    return user


def at(name, *more):
    return reverse(f"checks:{name}", args=["S", *more])


def test_a_checklist_is_made_from_nothing_and_published(client, admin):
    made = client.post(
        reverse("checks:standard_new"),
        {"code": "S", "title_en": "Fire", "title_zh": "消防", "slots": "opening"},
    )
    assert made["Location"] == at("draft")
    added = client.post(at("draft_add"), {"code": "F1", **ITEM})
    assert added["Location"] == at("draft")
    row = DraftItem.objects.get()
    assert (row.weight, row.posts, row.slots, row.evidence, row.area) == (
        *(150, "clerk", "opening", "either"),
        "hygiene",
    )
    today = f"{timezone.localdate():%F}"
    done = client.post(at("draft_publish"), {"valid_from": today})
    assert done["Location"] == at("standard")
    page = client.get(at("standard")).content.decode()
    assert "Shoes" in page
    assert "a note or a photo" in page


def test_an_item_is_changed_moved_and_taken_out(client, admin):
    standard = make_standard("S", ("A", "B"))
    draft = begin_draft(standard=standard, by=admin)
    row = draft.items.get(code="A")
    form = client.get(at("draft_item", row.uuid))
    assert form.context["form"]["title_en"].value() == "Item A"
    client.post(at("draft_item", row.uuid), {**ITEM, "revision": 1})
    row.refresh_from_db()
    assert (row.title_en, row.revision) == ("Shoes", 2)
    client.post(at("draft_move", row.uuid), {"up": "0"})
    assert [one.code for one in draft.items.order_by("position")] == ["B", "A"]
    client.post(at("draft_remove", row.uuid))
    page = client.get(at("draft")).content.decode()
    assert "Taken out: A." in " ".join(page.split())


def test_what_somebody_else_changed_meanwhile_is_said_and_kept(client, admin):
    draft = begin_draft(standard=make_standard("S", ("A",)), by=admin)
    row = draft.items.get()
    client.post(at("draft_item", row.uuid), {**ITEM, "revision": 1})
    second = {**ITEM, "title_en": "Boots", "revision": 1}
    page = client.post(at("draft_item", row.uuid), second, follow=True)
    assert "Somebody else changed A" in page.content.decode()
    row.refresh_from_db()
    assert row.title_en == "Shoes"


def test_a_refused_publication_says_why_and_keeps_the_draft(client, admin):
    begin_draft(standard=make_standard("S", ("A",)), by=admin)
    day = {"valid_from": f"{timezone.localdate():%F}"}
    page = client.post(at("draft_publish"), day, follow=True)
    assert "the same as the version in force" in page.content.decode()
    assert Standard.objects.get(code="S").draft


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"gender": "F", "post": "clerk", "slot": "opening"}, ["A", "W"]),
        ({"gender": "M", "post": "clerk", "slot": "opening"}, ["A"]),
        ({"gender": "M", "post": "supervisor", "slot": "opening"}, ["A", "P"]),
    ],
)
def test_the_preview_asks_what_the_card_will_ask(client, admin, asked, codes):
    items = {"A": {}, "W": {"who": "F"}, "P": {"posts": "supervisor"}}
    begin_draft(standard=make_standard("S", items), by=admin)
    page = client.get(at("draft_preview"), asked)
    lines = [line for section in page.context["person"] for line in section.lines]
    assert [line.item.code for line in lines] == codes


def test_throwing_a_draft_away_leaves_the_checklist(client, admin):
    begin_draft(standard=make_standard("S", ("A",)), by=admin)
    assert client.post(at("draft_discard"))["Location"] == at("standard")
    assert "Change the checklist" in client.get(at("standard")).content.decode()


def test_a_region_is_asked_for_where_somebody_leads_one_only(client):
    leader = granted_user("regional_supervisor", region=RegionFactory())
    client.force_login(leader)
    names = {"code": "S", "title_en": "S", "title_zh": "S", "slots": "opening"}
    page = client.post(reverse("checks:standard_new"), names)
    assert page.context["form"].errors == {"region": ["This field is required."]}


@pytest.mark.parametrize("items", [3, 30])
def test_the_editor_reads_as_much_for_any_number_of_items(
    client, admin, items, django_assert_num_queries
):
    codes = [f"I{n}" for n in range(items)]
    begin_draft(standard=make_standard("S", codes), by=admin)
    client.get(at("draft"))
    with django_assert_num_queries(7):
        client.get(at("draft"))
