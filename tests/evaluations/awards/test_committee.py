"""Who votes in a round, whose ballot counts, and what the committee binds."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluations.awards.models import (
    Ballot,
    Nomination,
)
from evaluations.awards.services import committee, objections
from evaluations.awards.services.refusals import (
    CommitteeSaysNo,
    InConflict,
    NoQuorum,
)
from staffing.people.models import Assignment, User
from tests.evaluations.awards.rounds import Scene
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
