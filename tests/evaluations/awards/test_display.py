"""Winners in public: the display, objections, the end of it, and appeals."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from evaluations.awards.models import (
    Nomination,
    Objection,
    Round,
)
from evaluations.awards.services import objections
from evaluations.awards.services.refusals import (
    NothingToAppeal,
    NothingToObjectTo,
    ObjectionsOpen,
    RunNotPublished,
    StillOnDisplay,
    StillUndecided,
)
from evaluations.awards.services.rounds import (
    finish_round,
)
from staffing.notices.models import Notice
from tests.evaluations.awards.rounds import Scene
from tests.staffing.people.factories import (
    UserFactory,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene()


def _state(row):
    return Nomination.objects.get(pk=row.pk).state


class TestDisplay:
    def test_finishing_publishes_the_approved(self, scene):
        row = scene.approved("NS-2")
        scene.displayed()
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
        scene.displayed(days_ago=6)
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
        scene.displayed(days_ago=0)
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
        scene.displayed()
        with pytest.raises(NothingToObjectTo):
            objections.object_to(nomination_id=row.pk, text="no", by=clerk)
        assert not Objection.objects.exists()


class TestAppeal:
    def test_upheld_it_is_decided_once_more_and_joins_the_list(self, scene):
        scene.approved("NS-1")
        lost = scene.on_the_table("NS-2")
        scene.do(lost, "reject", scene.operations, note="no")
        scene.displayed()
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
        scene.displayed()
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
        scene.displayed()
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
        scene.displayed(days_ago=15)
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
        scene.displayed(days_ago=days)
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
        scene.displayed(days_ago=30)
        finish_round(round_id=scene.round.pk, by=scene.operations)
        scene.do(row, "disqualify", scene.operations, note="it came out")
        nominee = UserFactory(employee=scene.people[2])
        assert self._appeal(row, nominee).state == "open"
