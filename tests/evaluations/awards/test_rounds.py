from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluations.awards.models import (
    Award,
    AwardList,
    Level,
    Nomination,
    Round,
    Title,
)
from evaluations.awards.pages import rounds_shown
from evaluations.awards.services.refusals import (
    CaseOpen,
    ExceptionMissing,
    ListDrawnAlready,
    NotEligible,
    NotYourself,
    OutsideTheWindow,
    PlacesTaken,
    ReasonMissing,
    RoundNotOpen,
    RunSuperseded,
    StarsMissing,
    StarsNotAsked,
)
from evaluations.awards.services.rounds import (
    cancel_round,
    finish_round,
    open_round,
    start_display,
)
from evaluations.rankings.models import Standing
from evaluations.rankings.services.runs import publish_run
from staffing.notices.models import Notice
from tests.evaluations.awards.factories import published_run
from tests.evaluations.awards.rounds import OutletScene, Scene, open_case, plan
from tests.staffing.people.factories import (
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene()


def _state(row):
    return Nomination.objects.get(pk=row.pk).state


def test_the_list_holds_the_best_eligible_and_no_more(scene):
    assert [
        (one.place_code, one.order, one.employee.number)
        for one in scene.round.candidates.all()
    ] == [("NS", 1, "NS-1"), ("NS", 2, "NS-2"), ("NS", 3, "NS-3")]


def test_a_corrected_ranking_ends_the_rounds_of_the_earlier_one(scene):
    scene.approved()
    publish_run(run_id=scene.run.pk, by=scene.operations)
    unshown = open_round(
        run_id=scene.run.pk,
        plan=plan(title=Title.EXCELLENT_STAFF),
        by=scene.operations,
    )
    day = timezone.localdate() - timedelta(days=8)
    scene.show(on=day)
    with pytest.raises(RoundNotOpen):
        cancel_round(round_id=scene.round.pk, by=scene.operations)
    published_run(by=scene.operations)
    with pytest.raises(RunSuperseded):
        finish_round(round_id=scene.round.pk, by=scene.operations)
    with pytest.raises(RunSuperseded):
        start_display(round_id=unshown.pk, by=scene.operations)
    assert not AwardList.objects.exists()
    stopped = cancel_round(round_id=scene.round.pk, by=scene.operations)
    assert stopped.state == "cancelled"


def test_the_list_changes_with_an_outlet_title_that_is_lost():
    scene = OutletScene()
    row = scene.nominate("NS-1", stars=5)
    scene.do(row, "submit", scene.manager)
    scene.do(row, "endorse", scene.county)
    scene.do(row, "approve", scene.operations)
    listed = scene.finished()
    scene.do(row, "disqualify", scene.operations)
    assert listed.outlet_awards.get().state == "disqualified"
    assert AwardList.objects.get(pk=listed.pk).changed_at > listed.changed_at


def test_a_round_is_opened_once_and_by_operations_only(scene):
    with pytest.raises(ListDrawnAlready):
        open_round(run_id=scene.run.pk, plan=plan(), by=scene.operations)
    other = plan(title=Title.EXCELLENT_STAFF)
    for user in (granted_user("hr"), scene.county, scene.manager):
        with pytest.raises(PermissionDenied):
            open_round(run_id=scene.run.pk, plan=other, by=user)
    assert Round.objects.count() == 1
    cancel_round(round_id=scene.round.pk, by=scene.operations)
    open_round(run_id=scene.run.pk, plan=plan(), by=scene.operations)


class TestNominating:
    def test_beyond_the_list_only_with_a_written_exception(self, scene):
        with pytest.raises(ExceptionMissing):
            scene.nominate("NS-4")
        assert not Nomination.objects.exists()
        row = scene.nominate("NS-4", exception="saved a life in the hall")
        assert (row.listed, row.exception) == (False, "saved a life in the hall")
        assert scene.nominate("NS-1", exception="is not kept").exception == ""

    def test_not_without_a_reason_nor_for_a_stranger_nor_herself(self, scene):
        with pytest.raises(ReasonMissing):
            scene.nominate(reason=" ")
        stranger = staff_user("store_manager")
        with pytest.raises(PermissionDenied):
            scene.nominate(by=stranger)
        for user in (scene.county, scene.operations, granted_user("hr")):
            with pytest.raises(PermissionDenied):
                scene.nominate(by=user)
        nominee = UserFactory(employee=scene.people[1])
        nominee.employee.post = "supervisor"
        nominee.employee.save()
        with pytest.raises(NotYourself):
            scene.nominate("NS-1", by=nominee)
        assert not Nomination.objects.exists()

    def test_not_after_the_last_day(self, scene):
        day = timezone.localdate() - timedelta(days=1)
        Round.objects.update(nominate_from=day, nominate_until=day)
        with pytest.raises(OutsideTheWindow):
            scene.nominate()

    def test_whoever_the_ranking_barred_cannot_be_nominated_at_all(self):
        outlet, people = None, None
        scene = Scene()
        outlet, people = scene.outlet, scene.people
        open_case(people[1], outlet, kind="bar", component="red_line")
        with pytest.raises(NotEligible, match="red-line case"):
            scene.nominate("NS-1", exception="however")


class TestStars:
    def test_they_are_for_a_star_outlet_only(self, scene):
        with pytest.raises(StarsNotAsked):
            scene.nominate(stars=5)
        assert not Nomination.objects.exists()
        assert scene.nominate().stars is None

    def test_no_other_title_of_an_outlet_has_them(self):
        scene = OutletScene(title=Title.EXCELLENT_TEAM)
        with pytest.raises(StarsNotAsked):
            scene.nominate(stars=5)
        assert scene.nominate(stars=None).stars is None

    def test_a_star_outlet_has_one_to_five(self):
        scene = OutletScene()
        for stars in (None, 0, 6):
            with pytest.raises(StarsMissing):
                scene.nominate(stars=stars)
        assert not Nomination.objects.exists()
        assert scene.nominate(stars=3).stars == 3


class TestAnIneligiblePersonCannotWin:
    """Each way on asks again: the case may have come in between."""

    @pytest.mark.parametrize("component", ["attitude_complaint", "red_line"])
    def test_an_open_case_stops_each_step_and_says_which(self, scene, component):
        row = scene.nominate()
        open_case(scene.people[1], scene.outlet, component=component)
        with pytest.raises(CaseOpen, match="NS 1"):
            scene.do(row, "submit", scene.manager)
        Nomination.objects.update(state="submitted")
        with pytest.raises(CaseOpen):
            scene.do(row, "endorse", scene.county)
        Nomination.objects.update(state="county_approved")
        with pytest.raises(CaseOpen):
            scene.do(row, "approve", scene.operations)
        assert _state(row) == "county_approved"

    def test_a_bar_posted_since_the_ranking_stops_approval(self, scene):
        row = scene.on_the_table()
        open_case(
            scene.people[1],
            scene.outlet,
            kind="bar",
            component="attitude_complaint",
            scope="2026-10",
        )
        with pytest.raises(NotEligible, match="attitude"):
            scene.do(row, "approve", scene.operations)
        assert _state(row) == "county_approved"

    def test_a_bar_of_another_month_does_not(self, scene):
        row = scene.on_the_table()
        open_case(
            scene.people[1],
            scene.outlet,
            kind="bar",
            component="attitude_complaint",
            scope="2026-09",
        )
        assert scene.do(row, "approve", scene.operations).state == "approved"

    def test_the_display_does_not_start_with_somebody_barred(self, scene):
        scene.approved()
        open_case(scene.people[1], scene.outlet, kind="bar")
        with pytest.raises(NotEligible):
            scene.show()

    def test_who_is_barred_during_the_display_is_not_published(self, scene):
        scene.approved()
        scene.displayed()
        open_case(scene.people[1], scene.outlet, kind="bar")
        with pytest.raises(NotEligible):
            finish_round(round_id=scene.round.pk, by=scene.operations)
        assert not Award.objects.exists()

    def test_a_case_opened_during_the_display_holds_the_winner(self, scene):
        scene.approved()
        scene.displayed()
        open_case(scene.people[1], scene.outlet)
        listed = finish_round(round_id=scene.round.pk, by=scene.operations)
        assert [one.state for one in listed.awards.all()] == ["held"]

    def test_who_is_held_is_not_told_that_she_has_won(self, scene):
        scene.approved("NS-1")
        scene.approved("NS-2")
        scene.displayed()
        open_case(scene.people[1], scene.outlet)
        finish_round(round_id=scene.round.pk, by=scene.operations)
        told = Notice.objects.filter(key__endswith=":finished")
        assert [one.employee for one in told] == [scene.people[2]]

    def test_who_is_held_is_not_public_until_she_is_awarded(self, scene):
        rows = [scene.approved("NS-1"), scene.approved("NS-2")]
        clerk = staff_user("clerk")
        scene.displayed()
        open_case(scene.people[1], scene.outlet)
        assert set(Nomination.objects.visible_to(clerk)) == set(rows)
        listed = finish_round(round_id=scene.round.pk, by=scene.operations)
        assert set(Nomination.objects.visible_to(clerk)) == {rows[1]}
        assert set(Nomination.objects.visible_to(scene.county)) == set(rows)
        assert [one.winners for one in rounds_shown(clerk)] == [1]
        listed.awards.update(state="awarded")
        assert set(Nomination.objects.visible_to(clerk)) == set(rows)

    def test_the_database_refuses_an_ineligible_winner(self, scene):
        row = scene.on_the_table()
        now = timezone.now()
        with pytest.raises(IntegrityError), transaction.atomic():
            Nomination.objects.filter(pk=row.pk).update(
                state="approved", eligible=False, decided_at=now, decision="so"
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Nomination.objects.filter(pk=row.pk).update(
                state="approved",
                decided_by=scene.manager,
                decided_at=now,
                decision="so",
            )


def test_no_more_win_than_there_are_places(scene):
    rows = [scene.on_the_table(number) for number in ("NS-1", "NS-2", "NS-3")]
    for row in rows[:2]:
        scene.do(row, "approve", scene.operations)
    with pytest.raises(PlacesTaken):
        scene.do(rows[2], "approve", scene.operations)
    assert _state(rows[2]) == "county_approved"


def test_a_county_renamed_meanwhile_has_no_more_places():
    scene = Scene(places=1)
    first = scene.on_the_table("NS-1")
    scene.outlet.region.name = "another name"
    scene.outlet.region.save()
    second = scene.on_the_table("NS-2")
    assert first.place_name != second.place_name
    scene.do(first, "approve", scene.operations)
    with pytest.raises(PlacesTaken):
        scene.do(second, "approve", scene.operations)
    assert _state(second) == "county_approved"


def test_each_class_of_a_province_has_its_own_places():
    scene = Scene(places=1)
    first, second, third = (scene.on_the_table(f"NS-{n}") for n in (1, 2, 3))
    # As in a round of classes: the code is the province's, whatever the class.
    Round.objects.update(level=Level.CLASS)
    Standing.objects.update(outlet_class="B")
    Standing.objects.filter(pk=third.standing_id).update(outlet_class="A")
    scene.do(first, "approve", scene.operations)
    with pytest.raises(PlacesTaken):
        scene.do(second, "approve", scene.operations)
    assert scene.do(third, "approve", scene.operations).state == "approved"


def test_nobody_may_do_what_the_table_does_not_give_her(scene):
    row = scene.nominate()
    clerk = UserFactory(employee=scene.people[2])
    hr = granted_user("hr")
    for action in ("submit", "withdraw", "endorse", "approve", "disqualify"):
        for user in (clerk, hr, granted_user("auditor")):
            with pytest.raises(PermissionDenied):
                scene.do(row, action, user)
    with pytest.raises(PermissionDenied):
        scene.do(row, "endorse", scene.manager)
    assert _state(row) == "draft"


def test_a_later_disqualification_is_marked_and_kept(scene):
    row = scene.approved()
    scene.displayed()
    listed = finish_round(round_id=scene.round.pk, by=scene.operations)
    scene.do(row, "disqualify", scene.operations, note="it came out")
    award = listed.awards.get()
    assert (award.state, award.reason) == ("disqualified", "it came out")
    assert _state(row) == "disqualified"
    with pytest.raises(RoundNotOpen):
        scene.nominate("NS-3")
