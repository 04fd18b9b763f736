from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from evaluations.awards.models import (
    Award,
    AwardList,
    Ballot,
    Level,
    Nomination,
    Objection,
    Round,
    Title,
)
from evaluations.awards.pages import rounds_shown
from evaluations.awards.services import committee, objections
from evaluations.awards.services.refusals import (
    CaseOpen,
    CommitteeSaysNo,
    ExceptionMissing,
    InConflict,
    ListDrawnAlready,
    NoQuorum,
    NotEligible,
    NothingToAppeal,
    NothingToObjectTo,
    NotYourself,
    ObjectionsOpen,
    OutsideTheWindow,
    PlacesTaken,
    ReasonMissing,
    RoundNotOpen,
    RunNotPublished,
    RunSuperseded,
    StarsMissing,
    StarsNotAsked,
    StillOnDisplay,
    StillUndecided,
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
from staffing.people.models import Assignment, User
from tests.evaluations.awards.factories import published_run
from tests.evaluations.awards.rounds import OutletScene, Scene, open_case, plan
from tests.staffing.people.factories import (
    AssignmentFactory,
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
        _displayed(scene)
        open_case(scene.people[1], scene.outlet, kind="bar")
        with pytest.raises(NotEligible):
            finish_round(round_id=scene.round.pk, by=scene.operations)
        assert not Award.objects.exists()

    def test_a_case_opened_during_the_display_holds_the_winner(self, scene):
        scene.approved()
        _displayed(scene)
        open_case(scene.people[1], scene.outlet)
        listed = finish_round(round_id=scene.round.pk, by=scene.operations)
        assert [one.state for one in listed.awards.all()] == ["held"]

    def test_who_is_held_is_not_told_that_she_has_won(self, scene):
        scene.approved("NS-1")
        scene.approved("NS-2")
        _displayed(scene)
        open_case(scene.people[1], scene.outlet)
        finish_round(round_id=scene.round.pk, by=scene.operations)
        told = Notice.objects.filter(key__endswith=":finished")
        assert [one.employee for one in told] == [scene.people[2]]

    def test_who_is_held_is_not_public_until_she_is_awarded(self, scene):
        rows = [scene.approved("NS-1"), scene.approved("NS-2")]
        clerk = staff_user("clerk")
        _displayed(scene)
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


class TestCommittee:
    @pytest.fixture
    def scene(self):
        return Scene(quorum=2)

    def test_without_quorum_nobody_is_approved(self, scene):
        members = [scene.member() for _ in range(3)]
        row = scene.on_the_table()
        scene.do(row, "vote", members[0], choice="yes")
        with pytest.raises(NoQuorum):
            scene.do(row, "approve", scene.operations)
        scene.do(row, "recuse", members[1])
        with pytest.raises(NoQuorum):
            scene.do(row, "approve", scene.operations)
        scene.do(row, "vote", members[2], choice="yes")
        assert scene.do(row, "approve", scene.operations).state == "approved"

    def test_a_committee_that_is_against_binds_operations(self, scene):
        members = [scene.member() for _ in range(2)]
        row = scene.on_the_table()
        scene.do(row, "vote", members[0], choice="yes")
        scene.do(row, "vote", members[1], choice="no")
        with pytest.raises(CommitteeSaysNo):
            scene.do(row, "approve", scene.operations)

    def test_self_line_and_same_outlet_have_no_vote(self, scene):
        nominee = UserFactory(employee=scene.people[1])
        colleague = UserFactory(employee=scene.people[3])
        line = granted_user("store_manager", outlet=scene.outlet)
        for user in (nominee, colleague, line, scene.manager):
            scene.member(user)
        row = scene.on_the_table()
        for user in (nominee, colleague, line, scene.manager):
            with pytest.raises((PermissionDenied, InConflict)):
                scene.do(row, "vote", user, choice="yes")
        assert not Ballot.objects.exists()
        scene.do(row, "recuse", colleague)
        assert Ballot.objects.get().conflict == "same_outlet"

    def test_who_moved_to_the_outlet_since_she_voted_is_not_counted(self, scene):
        late = staff_user("clerk")
        members = [scene.member(late), scene.member()]
        row = scene.on_the_table()
        for member in members:
            scene.do(row, "vote", member, choice="yes")
        AssignmentFactory(employee=late.employee, outlet=scene.outlet)
        with pytest.raises(NoQuorum):
            scene.do(row, "approve", scene.operations)
        assert Assignment.objects.filter(employee=late.employee).count() == 2
        assert _state(row) == "county_approved"

    def test_who_stepped_back_does_not_come_back(self, scene):
        member = scene.member()
        row = scene.on_the_table()
        scene.do(row, "vote", member, choice="yes")
        scene.do(row, "recuse", member)
        with pytest.raises(PermissionDenied):
            scene.do(row, "vote", member, choice="yes")
        assert [one.choice for one in Ballot.objects.all()] == ["recused"]

    @pytest.mark.parametrize("seated", [True, False])
    def test_who_stepped_back_does_not_decide_either(self, scene, seated):
        row = scene.on_the_table()
        for member in (scene.member(), scene.member()):
            scene.do(row, "vote", member, choice="yes")
        scene.member(scene.operations)
        scene.do(row, "recuse", scene.operations, note="she is my sister")
        other = granted_user("operations")
        if not seated:
            seat = scene.round.members.get(user=scene.operations)
            committee.unseat(member_id=seat.pk, reason="for good", by=other)
        for action in ("approve", "reject"):
            with pytest.raises(PermissionDenied):
                scene.do(row, action, scene.operations)
        assert _state(row) == "county_approved"
        assert scene.do(row, "approve", other).state == "approved"

    def test_who_stepped_back_answers_no_appeal(self, scene):
        scene.member(scene.operations)
        row = scene.on_the_table("NS-2")
        scene.do(row, "recuse", scene.operations, note="she is my sister")
        other = granted_user("operations")
        scene.do(row, "reject", other, note="no")
        nominee = UserFactory(employee=scene.people[2])
        said = objections.appeal(nomination_id=row.pk, text="look again", by=nominee)
        with pytest.raises(PermissionDenied):
            objections.answer(
                objection_id=said.pk, upheld=True, text="right", by=scene.operations
            )
        assert _state(row) == "rejected"
        objections.answer(objection_id=said.pk, upheld=True, text="right", by=other)
        assert _state(row) == "county_approved"

    def test_who_has_left_the_company_has_no_vote(self, scene):
        members = [scene.member(staff_user("clerk")), scene.member()]
        row = scene.on_the_table()
        for member in members:
            scene.do(row, "vote", member, choice="yes")
        leaver = members[0].employee
        leaver.left_on = timezone.localdate() - timedelta(days=1)
        leaver.save(update_fields=["left_on"])
        with pytest.raises(NoQuorum):
            scene.do(row, "approve", scene.operations)
        with pytest.raises(PermissionDenied):
            scene.do(row, "vote", User.objects.get(pk=members[0].pk), choice="no")
        assert _state(row) == "county_approved"

    def test_the_database_keeps_a_conflict_from_voting(self, scene):
        scene.member(member := granted_user("hr"))
        row = scene.on_the_table()
        scene.do(row, "vote", member, choice="yes")
        with pytest.raises(IntegrityError), transaction.atomic():
            Ballot.objects.update(conflict="line")
        ballot = Ballot.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Ballot.objects.create(
                nomination=row,
                member=ballot.member,
                choice="yes",
                at=timezone.now(),
            )

    def test_recused_is_no_choice_of_a_vote(self, scene):
        member = scene.member()
        row = scene.on_the_table()
        with pytest.raises(PermissionDenied):
            scene.do(row, "vote", member, choice="recused")


def _displayed(scene, days_ago=8):
    """Show the winners so that the last day is over; the ranking is published."""
    publish_run(run_id=scene.run.pk, by=scene.operations)
    day = timezone.localdate() - timedelta(days=days_ago)
    return scene.show(on=day)


class TestDisplay:
    def test_finishing_publishes_the_approved(self, scene):
        row = scene.approved("NS-2")
        _displayed(scene)
        listed = finish_round(round_id=scene.round.pk, by=scene.operations)
        award = listed.awards.get()
        row.refresh_from_db()
        assert (listed.status, listed.title) == ("published", "quality_service_model")
        assert (award.employee, award.state, award.rank) == (
            scene.people[2],
            "awarded",
            2,
        )
        assert row.award == award

    def test_not_before_the_last_day_is_over(self, scene):
        scene.approved()
        _displayed(scene, days_ago=6)
        with pytest.raises(StillOnDisplay):
            finish_round(round_id=scene.round.pk, by=scene.operations)

    def test_not_on_figures_that_may_still_change(self, scene):
        scene.approved()
        day = timezone.localdate() - timedelta(days=9)
        scene.show(on=day)
        with pytest.raises(RunNotPublished):
            finish_round(round_id=scene.round.pk, by=scene.operations)

    def test_not_while_somebody_waits(self, scene):
        scene.approved("NS-1")
        scene.on_the_table("NS-2")
        with pytest.raises(StillUndecided):
            scene.show()

    def test_winners_and_others_are_told_alike(self, scene):
        scene.approved("NS-1")
        lost = scene.on_the_table("NS-2")
        scene.do(lost, "reject", scene.operations, note="the other was ahead")
        scene.show()
        told = Notice.objects.filter(kind="nomination_decided", key__endswith=":shown")
        assert {(one.employee.number, one.arguments["state"]) for one in told} == {
            ("NS-1", "approved"),
            ("NS-2", "rejected"),
        }

    def test_an_objection_must_be_answered_before_the_end(self, scene):
        row = scene.approved()
        _displayed(scene, days_ago=0)
        clerk = UserFactory(employee=scene.people[4])
        said = objections.object_to(
            nomination_id=row.pk, text="she was on leave", by=clerk
        )
        Round.objects.update(displayed_until=timezone.localdate() - timedelta(days=1))
        with pytest.raises(ObjectionsOpen):
            finish_round(round_id=scene.round.pk, by=scene.operations)
        with pytest.raises(PermissionDenied):
            objections.answer(
                objection_id=said.pk, upheld=True, text="so", by=scene.county
            )
        objections.answer(
            objection_id=said.pk, upheld=True, text="it is true", by=scene.operations
        )
        assert _state(row) == "disqualified"
        told = Notice.objects.get(kind="award_objection_answered")
        assert told.employee == scene.people[4]

    def test_objections_are_for_the_days_of_the_display_only(self, scene):
        row = scene.approved()
        clerk = UserFactory(employee=scene.people[4])
        with pytest.raises(NothingToObjectTo):
            objections.object_to(nomination_id=row.pk, text="no", by=clerk)
        _displayed(scene)
        with pytest.raises(NothingToObjectTo):
            objections.object_to(nomination_id=row.pk, text="no", by=clerk)
        assert not Objection.objects.exists()


class TestAppeal:
    def test_upheld_it_is_decided_once_more_and_joins_the_list(self, scene):
        scene.approved("NS-1")
        lost = scene.on_the_table("NS-2")
        scene.do(lost, "reject", scene.operations, note="no")
        _displayed(scene)
        listed = finish_round(round_id=scene.round.pk, by=scene.operations)
        nominee = UserFactory(employee=scene.people[2])
        said = objections.appeal(nomination_id=lost.pk, text="look again", by=nominee)
        objections.answer(
            objection_id=said.pk, upheld=True, text="right", by=scene.operations
        )
        assert _state(lost) == "county_approved"
        scene.do(lost, "approve", scene.operations)
        assert sorted(one.employee.number for one in listed.awards.all()) == [
            "NS-1",
            "NS-2",
        ]

    @pytest.mark.parametrize("finished", [False, True])
    def test_who_wins_after_the_others_were_shown_is_told_at_once_with_her_line(
        self, scene, finished
    ):
        scene.approved("NS-1")
        lost = scene.on_the_table("NS-2")
        scene.do(lost, "reject", scene.operations, note="no")
        _displayed(scene)
        if finished:
            finish_round(round_id=scene.round.pk, by=scene.operations)
        leads = staff_user("store_manager", outlet=scene.outlet).employee
        nominee = UserFactory(employee=scene.people[2])
        said = objections.appeal(nomination_id=lost.pk, text="look again", by=nominee)
        objections.answer(
            objection_id=said.pk, upheld=True, text="right", by=scene.operations
        )
        before = set(Notice.objects.values_list("pk", flat=True))
        scene.do(lost, "approve", scene.operations)
        told = Notice.objects.exclude(pk__in=before)
        assert {(one.employee, one.arguments["state"]) for one in told} == {
            (person, "approved")
            for person in (scene.people[2], scene.manager.employee, leads)
        }

    def test_who_is_rejected_once_more_is_told_too_and_her_line_is_not(self, scene):
        scene.approved("NS-1")
        lost = scene.on_the_table("NS-2")
        scene.do(lost, "reject", scene.operations, note="no")
        _displayed(scene)
        staff_user("store_manager", outlet=scene.outlet)
        scene.do(lost, "reopen", scene.operations)
        before = set(Notice.objects.values_list("pk", flat=True))
        scene.do(lost, "reject", scene.operations, note="it stays")
        told = Notice.objects.exclude(pk__in=before)
        assert {(one.employee, one.arguments["state"]) for one in told} == {
            (scene.people[2], "rejected"),
            (scene.manager.employee, "rejected"),
        }

    def test_until_winners_are_shown_an_approval_is_told_to_who_nominated(self, scene):
        scene.approved("NS-1")
        told = Notice.objects.filter(arguments__state="approved")
        assert {one.employee for one in told} == {scene.manager.employee}

    def test_it_is_nobody_elses_and_not_for_ever(self, scene):
        lost = self._rejected(scene)
        with pytest.raises(NothingToAppeal):
            objections.appeal(
                nomination_id=lost.pk,
                text="me too",
                by=UserFactory(employee=scene.people[3]),
            )
        _displayed(scene, days_ago=15)
        Nomination.objects.update(decided_at=timezone.now() - timedelta(days=15))
        with pytest.raises(NothingToAppeal):
            self._appeal(lost, UserFactory(employee=scene.people[2]))
        assert not Objection.objects.exists()

    def _rejected(self, scene):
        scene.approved("NS-1")
        lost = scene.on_the_table("NS-2")
        return scene.do(lost, "reject", scene.operations, note="no")

    def _appeal(self, row, by):
        return objections.appeal(nomination_id=row.pk, text="look again", by=by)

    @pytest.mark.parametrize("approved", [False, True])
    def test_a_second_one_is_upheld_with_the_first(self, scene, approved):
        lost = self._rejected(scene)
        nominee = UserFactory(employee=scene.people[2])
        said = [self._appeal(lost, one) for one in (nominee, scene.manager)]

        def uphold(one):
            return objections.answer(
                objection_id=one.pk, upheld=True, text="right", by=scene.operations
            )

        uphold(said[0])
        if approved:
            scene.do(lost, "approve", scene.operations)
        before = _state(lost)
        assert uphold(said[1]).state == "upheld"
        assert _state(lost) == before

    def test_while_the_round_is_open_nothing_runs_out(self, scene):
        lost = self._rejected(scene)
        Nomination.objects.update(decided_at=timezone.now() - timedelta(days=30))
        said = self._appeal(lost, scene.manager)
        assert said.state == "open"

    @pytest.mark.parametrize(("days", "late"), [(14, False), (15, True)])
    def test_the_days_count_from_the_display_that_tells_her(
        self, scene, client, days, late
    ):
        lost = self._rejected(scene)
        Nomination.objects.update(decided_at=timezone.now() - timedelta(days=30))
        _displayed(scene, days_ago=days)
        nominee = UserFactory(employee=scene.people[2])
        client.force_login(nominee)
        page = client.get(reverse("awards:nomination", args=[lost.uuid]))
        address = reverse("awards:speak", args=[lost.uuid, "appeal"])
        assert (address in page.content.decode()) is not late
        if late:
            with pytest.raises(NothingToAppeal):
                self._appeal(lost, nominee)
        else:
            assert self._appeal(lost, nominee).state == "open"

    def test_after_the_display_they_count_from_the_decision(self, scene):
        row = scene.approved("NS-2")
        _displayed(scene, days_ago=30)
        finish_round(round_id=scene.round.pk, by=scene.operations)
        scene.do(row, "disqualify", scene.operations, note="it came out")
        nominee = UserFactory(employee=scene.people[2])
        assert self._appeal(row, nominee).state == "open"


def test_a_later_disqualification_is_marked_and_kept(scene):
    row = scene.approved()
    _displayed(scene)
    listed = finish_round(round_id=scene.round.pk, by=scene.operations)
    scene.do(row, "disqualify", scene.operations, note="it came out")
    award = listed.awards.get()
    assert (award.state, award.reason) == ("disqualified", "it came out")
    assert _state(row) == "disqualified"
    with pytest.raises(RoundNotOpen):
        scene.nominate("NS-3")
