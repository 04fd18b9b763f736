"""Titles of outlets in the feed: named, corrected, taken away, and out of sight."""

import pytest

from evaluations.awards.models import AwardList, ListStatus, OutletAward
from evaluations.awards.services import objections
from evaluations.feed.cursors import Cursor
from evaluations.feed.reading import everything, read
from outlets.places.models import Outlet
from outlets.places.sight import EVERYWHERE, Reach
from staffing.accounts.authentication import Service
from tests.evaluations.awards.rounds import OutletScene
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db


def hr(reach=EVERYWHERE, scopes=("awards:read",)):
    return Service(name="hr", scopes=frozenset(scopes), reach=reach)


class Follower:
    """Reads the feed from where it stopped; keeps what it says of titles."""

    def __init__(self):
        self.cursor = None

    def read(self, viewer=None):
        """Return (id, row) of what is new of outlets' titles; row None: dropped."""
        page = read(viewer or hr(), self.cursor, 1000)
        self.cursor = Cursor.parse(str(page.cursor))
        assert not page.more
        return [(one.id, one.row) for one in page.items if one.kind == "outlet_titles"]


@pytest.fixture
def scene():
    return OutletScene()


def test_a_title_is_told_once_it_is_published_and_never_before(scene):
    follower = Follower()
    row = scene.nominate(stars=5)
    scene.do(row, "submit", scene.manager)
    scene.do(row, "endorse", scene.county)
    scene.do(row, "approve", scene.operations)
    assert follower.read() == []
    listed = scene.finished()
    ((_ident, told),) = follower.read()
    assert told == {
        "period": "2026-10",
        "level": "county",
        "title": "star_outlet",
        "place_code": "NS",
        "outlet_code": "NS-1",
        "outlet_name": scene.outlet.name,
        "stars": 5,
        "state": "awarded",
        "appeal": "none",
        "list": str(listed.uuid),
        "run": scene.run.pk,
        "revision": 1,
        "scheme": "service_star",
        "scheme_version": 1,
        "input_hash": listed.run.input_hash,
        "hash": listed.run.hash,
    }


def test_its_loss_the_appeal_and_the_new_name_are_changes_of_the_same_row(scene):
    row, follower = scene.approved("NS-1"), Follower()
    scene.finished()
    ((ident, _told),) = follower.read()

    scene.do(row, "disqualify", scene.operations, note="it came out")
    assert [(one, told["state"]) for one, told in follower.read()] == [
        (ident, "disqualified")
    ]
    said = objections.appeal(nomination_id=row.pk, text="look again", by=scene.manager)
    assert [(one, told["appeal"]) for one, told in follower.read()] == [(ident, "open")]
    objections.answer(
        objection_id=said.pk, upheld=True, text="you are right", by=scene.operations
    )
    assert [(one, told["appeal"]) for one, told in follower.read()] == [
        (ident, "upheld")
    ]
    scene.do(row, "approve", scene.operations)
    assert [(one, told["state"]) for one, told in follower.read()] == [
        (ident, "awarded")
    ]
    Outlet.objects.filter(pk=scene.outlet.pk).update(name="Coastal City")
    assert [(one, told["outlet_name"]) for one, told in follower.read()] == [
        (ident, "Coastal City")
    ]
    OutletAward.objects.update(reason="words are nothing that the feed tells")
    assert follower.read() == []


def test_a_correction_keeps_the_row_and_drops_who_is_not_named_any_more(scene):
    scene.approved("NS-1")
    other = OutletFactory(code="NS-2", region=scene.outlet.region)
    first = scene.finished()
    award = first.outlet_awards.get()
    lost = _again(award, outlet=other)
    follower = Follower()
    idents = {told["outlet_code"]: one for one, told in follower.read()}

    second = _list_like(first, revision=2)
    kept = _again(award, award_list=second)
    assert follower.read() == []  # nobody has decided on the draft
    AwardList.objects.filter(pk=first.pk).update(status=ListStatus.SUPERSEDED)
    AwardList.objects.filter(pk=second.pk).update(
        status=ListStatus.PUBLISHED, published_at=first.published_at
    )
    told = dict(follower.read())
    assert told[idents["NS-2"]] is None
    assert told[idents["NS-1"]]["list"] == str(second.uuid)
    assert (kept.outlet_id, lost.outlet_id) == (scene.outlet.pk, other.pk)
    assert _held() == [("NS-1", str(second.uuid))]

    kept.delete()
    assert follower.read() == [(idents["NS-1"], None)]


def test_who_may_not_see_it_any_more_is_told_to_drop_it(scene):
    scene.approved("NS-1")
    scene.finished()
    follower = Follower()
    ((ident, _told),) = follower.read()
    elsewhere = Reach(outlet_ids=frozenset({OutletFactory().pk}))
    assert follower.read(hr(elsewhere)) == [(ident, None)]
    there = Reach(region_paths=frozenset({scene.outlet.region.path}))
    assert [one for one, told in follower.read(hr(there)) if told] == [ident]
    assert follower.read(hr(scopes=("registry:read",))) == [(ident, None)]


def _held():
    """Return what the full export says of titles."""
    return [
        (row["outlet_code"], row["list"])
        for kind, _ident, row in everything(hr())
        if kind == "outlet_titles"
    ]


def _again(award, **changes):
    """Return a copy of an outlet's award that stands beside it."""
    copied = OutletAward.objects.get(pk=award.pk)
    copied.pk, copied._state.adding = None, True
    for name, value in changes.items():
        setattr(copied, name, value)
    copied.save()
    return copied


def _list_like(listed, revision):
    """Return the draft of the same list by a later revision of the run."""
    run = type(listed.run).objects.get(pk=listed.run_id)
    run.pk, run._state.adding, run.revision = None, True, revision
    run.state, run.published_at = "reviewed", None
    run.save()
    return AwardList.objects.create(
        run=run, period=listed.period, level=listed.level, title=listed.title
    )
