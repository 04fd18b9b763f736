"""The days of a round and of its display, seats that are lost, winners held back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from evaluations.awards.models import Extension, Nomination, Objection, Round
from evaluations.awards.services import objections
from evaluations.awards.services.committee import unseat
from evaluations.awards.services.refusals import (
    ExtendsNothing,
    NominationsOpen,
    NoQuorum,
    NothingToObjectTo,
    OutsideTheWindow,
    ReasonMissing,
    RoundNotOpen,
    SeatTakenAlready,
    StillOnDisplay,
)
from evaluations.awards.services.rounds import finish_round, start_display
from evaluations.awards.services.windows import extend
from evaluations.rankings.services.runs import publish_run
from tests.evaluations.awards.rounds import Scene
from tests.staffing.people.factories import UserFactory, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene()


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def past(scene):
    """Let the last day for decisions be yesterday."""
    Round.objects.update(
        nominate_from=today(-9),
        nominate_until=today(-5),
        review_until=today(-3),
        decide_until=today(-1),
    )


class TestDecisions:
    def test_after_the_last_day_nobody_decides_until_it_is_extended(self, scene):
        rows = [scene.on_the_table(f"NS-{n}") for n in (1, 2)]
        past(scene)
        for action, row in zip(("approve", "reject"), rows, strict=True):
            with pytest.raises(OutsideTheWindow):
                scene.do(row, action, scene.operations)
        assert set(Nomination.objects.values_list("state", flat=True)) == {
            "county_approved"
        }
        given = extend(
            round_id=scene.round.pk,
            until=today(),
            reason=" the committee was ill ",
            by=scene.operations,
        )
        assert (given.was, given.until, given.reason, given.by) == (
            today(-1),
            today(),
            "the committee was ill",
            scene.operations,
        )
        assert scene.do(rows[0], "approve", scene.operations).state == "approved"

    def test_nobody_votes_after_it(self):
        scene = Scene(quorum=1)
        member, row = scene.member(), scene.on_the_table()
        past(scene)
        with pytest.raises(OutsideTheWindow):
            scene.do(row, "vote", member, choice="yes")
        assert not row.ballots.exists()

    def test_an_extension_gives_days_that_are_to_come_and_says_why(self, scene):
        def ask(until, reason="so", by=scene.operations):
            extend(round_id=scene.round.pk, until=until, reason=reason, by=by)

        with pytest.raises(ExtendsNothing):
            ask(scene.round.decide_until)
        with pytest.raises(ReasonMissing):
            ask(today(30), reason=" ")
        with pytest.raises(PermissionDenied):
            ask(today(30), by=scene.county)
        past(scene)
        Round.objects.update(decide_until=today(-2))
        with pytest.raises(ExtendsNothing):
            ask(today(-1))
        Round.objects.update(state="cancelled")
        with pytest.raises(RoundNotOpen):
            ask(today(30))
        assert not Extension.objects.exists()

    def test_the_page_offers_no_decision_then_and_shows_the_extension(
        self, scene, client
    ):
        row = scene.on_the_table()
        past(scene)
        client.force_login(scene.operations)
        page = reverse("awards:nomination", args=[row.uuid])
        assert "do-approve" not in client.get(page).content.decode()
        address = reverse("awards:extend", args=[scene.round.uuid])
        client.post(address, {"until": today(3), "reason": "the flood"})
        assert "do-approve" in client.get(page).content.decode()
        shown = client.get(reverse("awards:round", args=[scene.round.uuid]))
        assert "the flood" in shown.content.decode()


class TestReturned:
    """Nominations were taken until yesterday, reviews are until tomorrow."""

    @pytest.fixture
    def row(self, scene):
        row = scene.nominate()
        scene.do(row, "submit", scene.manager)
        Round.objects.update(
            nominate_from=today(-4), nominate_until=today(-1), review_until=today(1)
        )
        return scene.do(row, "return", scene.county, note="say more")

    def test_it_is_mended_and_submitted_while_the_county_reviews(
        self, scene, row, client
    ):
        client.force_login(scene.manager)
        page = client.get(reverse("awards:nomination", args=[row.uuid]))
        assert "do-submit" in page.content.decode()
        scene.do(row, "edit", scene.manager, note="three months of praise")
        found = scene.do(row, "submit", scene.manager)
        assert (found.state, found.reason) == ("submitted", "three months of praise")

    def test_not_after_the_last_day_of_the_review(self, scene, row):
        Round.objects.update(review_until=today(-1))
        for action in ("edit", "submit"):
            with pytest.raises(OutsideTheWindow):
                scene.do(row, action, scene.manager)
        row.refresh_from_db()
        assert (row.state, row.reason) == ("draft", "always there for customers")

    def test_a_draft_that_was_never_submitted_gets_no_more_days(self, scene, row):
        Round.objects.update(nominate_until=today())
        other = scene.nominate("NS-2")
        Round.objects.update(nominate_until=today(-1))
        with pytest.raises(OutsideTheWindow):
            scene.do(other, "submit", scene.manager)
        other.refresh_from_db()
        assert other.state == "draft"


class TestDisplay:
    def test_it_does_not_start_while_nominations_are_taken(self, scene):
        scene.approved("NS-1")
        draft = scene.nominate("NS-2")
        with pytest.raises(NominationsOpen, match=f"from {today(4)} on"):
            start_display(round_id=scene.round.pk, by=scene.operations)
        draft.refresh_from_db()
        assert (draft.state, Round.objects.get().state) == ("draft", "open")
        scene.show()
        draft.refresh_from_db()
        assert (draft.state, Round.objects.get().state) == ("withdrawn", "display")

    def test_nor_while_a_returned_draft_has_its_days(self, scene):
        scene.approved("NS-1")
        row = scene.nominate("NS-2")
        scene.do(row, "submit", scene.manager)
        scene.do(row, "return", scene.county, note="say more")
        with pytest.raises(NominationsOpen, match=f"from {today(6)} on"):
            scene.show()
        row.refresh_from_db()
        assert row.state == "draft"
        scene.do(row, "withdraw", scene.manager)
        assert scene.show().state == "display"

    def test_who_joins_it_on_appeal_is_shown_all_its_days(self, scene):
        scene.approved("NS-1")
        lost = scene.on_the_table("NS-2")
        scene.do(lost, "reject", scene.operations, note="no")
        publish_run(run_id=scene.run.pk, by=scene.operations)
        scene.show(on=today(-6))
        nominee = UserFactory(employee=scene.people[2])
        said = objections.appeal(nomination_id=lost.pk, text="look again", by=nominee)
        objections.answer(
            objection_id=said.pk, upheld=True, text="right", by=scene.operations
        )
        scene.do(lost, "approve", scene.operations)
        assert Round.objects.get().displayed_until == today(6)
        Round.objects.update(displayed_until=today())  # its last day
        with pytest.raises(StillOnDisplay):
            finish_round(round_id=scene.round.pk, by=scene.operations)

    def test_the_last_day_takes_objections_and_the_next_day_none(self, scene):
        row = scene.approved()
        clerk = UserFactory(employee=scene.people[4])
        other = UserFactory(employee=scene.people[3])
        scene.show(on=today(-6))
        objections.object_to(nomination_id=row.pk, text="no", by=clerk)
        Round.objects.update(displayed_from=today(-7), displayed_until=today(-1))
        with pytest.raises(NothingToObjectTo):
            objections.object_to(nomination_id=row.pk, text="no", by=other)
        assert Objection.objects.get().by == clerk


class TestSeats:
    @pytest.fixture
    def scene(self):
        return Scene(quorum=2)

    def test_what_a_lost_seat_voted_counts_no_more(self, scene):
        users = [scene.member() for _ in range(3)]
        row = scene.on_the_table()
        for user in users[:2]:
            scene.do(row, "vote", user, choice="yes")
        seat = scene.round.members.get(user=users[0])
        gone = unseat(member_id=seat.pk, reason="she left", by=scene.operations)
        assert (gone.removed_by, gone.removed_because) == (scene.operations, "she left")
        with pytest.raises(NoQuorum):
            scene.do(row, "approve", scene.operations)
        with pytest.raises(PermissionDenied):
            scene.do(row, "vote", users[0], choice="no")
        with pytest.raises(SeatTakenAlready):
            unseat(member_id=seat.pk, reason="again", by=scene.operations)
        # A new seat begins without the vote of the old one.
        scene.member(users[0])
        with pytest.raises(NoQuorum):
            scene.do(row, "approve", scene.operations)
        scene.do(row, "vote", users[0], choice="yes")
        assert scene.do(row, "approve", scene.operations).state == "approved"

    def test_without_her_seat_she_does_not_see_the_table(self, scene):
        user = scene.member(staff_user("clerk"))
        row = scene.on_the_table()
        assert row in Nomination.objects.visible_to(user)
        seat = scene.round.members.get()
        unseat(member_id=seat.pk, reason="she left", by=scene.operations)
        assert row not in Nomination.objects.visible_to(user)
        assert scene.round not in Round.objects.visible_to(user)

    def test_operations_take_it_with_a_reason_while_the_round_is_open(self, scene):
        scene.member()
        seat = scene.round.members.get()
        with pytest.raises(PermissionDenied):
            unseat(member_id=seat.pk, reason="so", by=scene.county)
        with pytest.raises(ReasonMissing):
            unseat(member_id=seat.pk, reason=" ", by=scene.operations)
        Round.objects.update(state="cancelled")
        with pytest.raises(RoundNotOpen):
            unseat(member_id=seat.pk, reason="so", by=scene.operations)
        seat.refresh_from_db()
        assert seat.removed_at is None
