from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from evaluations.awards.models import PointLine
from evaluations.awards.services.refusals import TooManyPoints
from evaluations.growth.holdings import HOLDINGS
from evaluations.growth.models import (
    Project,
    ProjectEvidence,
    ProjectScore,
    ProjectStep,
)
from evaluations.growth.rules.projects import Action
from evaluations.growth.services import projects, refusals
from staffing.notices.models import Notice
from tests.evaluations.growth.scenes import WORDS, Ideas
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
def scene():
    return Ideas()


def decide(scene, action, by=None, note="it was so"):
    return projects.decide(
        project_id=scene.project.pk,
        action=Action(action),
        note=note,
        by=by or scene.operations,
    )


def reward(scene, by=None, points=20):
    return projects.reward(
        project_id=scene.project.pk,
        points=points,
        note="a good map",
        by=by or scene.hr,
    )


def state_of(scene):
    return Project.objects.get(pk=scene.project.pk).state


def test_an_idea_sent_twice_is_one(scene):
    key = uuid4()
    given = {"key": key, "outlet_code": scene.outlet.code, "words": WORDS}
    first = projects.suggest(by=scene.clerk, **given)
    assert projects.suggest(by=scene.clerk, **given) == first
    assert Project.objects.filter(uuid=key).count() == 1
    assert (first.author, first.state) == (scene.clerk.employee, "submitted")
    assert list(first.steps.values_list("kind", flat=True)) == ["submitted"]


def test_an_idea_belongs_to_an_outlet_where_one_works_today(scene):
    other = OutletFactory()
    for by, code in (
        (scene.clerk, other.code),
        (scene.operations, scene.outlet.code),
        (UserFactory(), scene.outlet.code),
    ):
        with pytest.raises(refusals.WorksNowhere):
            projects.suggest(key=uuid4(), outlet_code=code, words=WORDS, by=by)
    assert Project.objects.count() == 1


def test_the_author_changes_and_withdraws_her_words_until_they_are_scored(scene):
    changed = WORDS | {"idea": "Two maps"}
    projects.edit(project_id=scene.project.pk, words=changed, by=scene.clerk)
    assert Project.objects.get().idea == "Two maps"
    with pytest.raises(Project.DoesNotExist):  # not in a stranger's sight
        projects.edit(project_id=scene.project.pk, words=WORDS, by=staff_user())
    with pytest.raises(PermissionDenied):
        projects.edit(project_id=scene.project.pk, words=WORDS, by=scene.manager)
    scene.score()
    for action in (
        lambda: projects.edit(project_id=scene.project.pk, words=WORDS, by=scene.clerk),
        lambda: decide(scene, "withdraw", by=scene.clerk),
    ):
        with pytest.raises(refusals.ProjectMoved):
            action()
    assert Project.objects.get().idea == "Two maps"
    assert state_of(scene) == "scored"


def test_from_handed_in_to_promoted(scene):
    scene.score()
    reward(scene)
    assert state_of(scene) == "rewarded"
    line = PointLine.objects.get()
    assert (line.employee, line.account, line.amount, line.outlet) == (
        scene.clerk.employee,
        "intelligence",
        20,
        scene.outlet,
    )
    assert line.reason == "A map for the hotline: a good map"
    decide(scene, "promote")
    assert state_of(scene) == "promoted"
    with pytest.raises(refusals.ProjectMoved):
        reward(scene)
    assert PointLine.objects.count() == 1
    kinds = scene.project.steps.values_list("kind", flat=True)
    assert list(kinds) == ["submitted", "score", "reward", "promote"]
    told = Notice.objects.filter(employee=scene.clerk.employee).order_by("id")
    assert [one.arguments["did"] for one in told] == ["score", "reward", "promote"]


def test_steps_are_not_left_out(scene):
    with pytest.raises(refusals.ProjectMoved):
        reward(scene)
    with pytest.raises(refusals.ProjectMoved):
        decide(scene, "promote")
    scene.score()
    with pytest.raises(refusals.ProjectMoved):
        decide(scene, "promote")
    assert (state_of(scene), PointLine.objects.count()) == ("scored", 0)


def test_a_reward_keeps_to_the_limit_and_says_why(scene, settings):
    scene.score()
    with pytest.raises(TooManyPoints):
        reward(scene, points=settings.AWARDS_POINTS_LIMIT + 1)
    with pytest.raises(refusals.ReasonNeeded):
        projects.reward(project_id=scene.project.pk, points=5, note=" ", by=scene.hr)
    assert (state_of(scene), PointLine.objects.count()) == ("scored", 0)


def test_who_declines_says_why(scene):
    with pytest.raises(refusals.ReasonNeeded):
        decide(scene, "decline", note=" ")
    decide(scene, "decline", by=scene.region, note="the map exists")
    assert state_of(scene) == "declined"
    with pytest.raises(refusals.ProjectMoved):
        scene.score()


@pytest.mark.parametrize("action", ["score", "decline", "reward"])
@pytest.mark.parametrize("who", ["author", "colleague", "worked there", "lead"])
def test_nobody_judges_her_own_idea_nor_one_of_her_outlet(scene, who, action):
    """However far her powers reach otherwise."""
    if action == "reward":
        scene.score()
    by = {
        "author": lambda: scene.clerk,
        "colleague": lambda: staff_user(outlet=scene.outlet),
        "worked there": staff_user,
        "lead": UserFactory,
    }[who]()
    if who == "worked there":
        AssignmentFactory(
            employee=by.employee, outlet=scene.outlet, ends_on=scene.project.on
        )
    if who == "lead":
        RoleGrantFactory(user=by, role="store_manager", outlet=scene.outlet)
    RoleGrantFactory(user=by, role="operations")
    by = type(by).objects.get(pk=by.pk)  # with her new powers
    before = state_of(scene)
    doing = {
        "score": lambda: scene.score(by=by),
        "decline": lambda: decide(scene, "decline", by=by),
        "reward": lambda: reward(scene, by=by),
    }[action]
    with pytest.raises(PermissionDenied):
        doing()
    assert state_of(scene) == before
    assert ProjectScore.objects.count() == (action == "reward")
    assert PointLine.objects.count() == 0


def test_who_scores_and_who_does_not(scene):
    away = granted_user("regional_supervisor", region=OutletFactory().region)
    with pytest.raises(Project.DoesNotExist):
        scene.score(by=away)
    for by in (scene.manager, scene.hr, granted_user("auditor")):
        with pytest.raises(PermissionDenied):
            scene.score(by=by)
    assert ProjectScore.objects.count() == 0
    scene.score(by=scene.region)
    assert ProjectScore.objects.get().by == scene.region


def test_who_sees_an_idea(scene):
    away = OutletFactory()
    yes = {
        "clerk": scene.clerk,
        "lead": scene.manager,
        "region": scene.region,
        "operations": scene.operations,
        "hr": scene.hr,
        "auditor": granted_user("auditor"),
    }
    no = {
        "colleague": staff_user(outlet=scene.outlet),
        "foreign lead": staff_user("store_manager", outlet=away),
        "foreign region": granted_user("regional_supervisor", region=away.region),
        "administrator": granted_user("administrator"),
    }
    outside = {"agency": granted_user("agency"), "nobody": UserFactory()}

    def seeing(users, model=Project):
        return {name for name, user in users.items() if model.objects.visible_to(user)}

    everybody = yes | no | outside
    assert seeing(everybody) == set(yes)
    scene.score()
    reward(scene)
    decide(scene, "promote")
    # Good ones spread to all, and what was said about them does not.
    assert seeing(everybody) == set(yes) | set(no)
    assert seeing(everybody, ProjectScore) == set(yes)
    assert seeing(everybody, ProjectStep) == set(yes)


def attach(scene, content, by=None):
    return projects.attach(
        project_id=scene.project.pk,
        content=content,
        what="the map",
        by=by or scene.clerk,
    )


@pytest.fixture
def stored(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


def test_an_erasure_takes_words_and_files_and_leaves_that_there_was_an_idea(
    scene, stored, django_capture_on_commit_callbacks
):
    row = attach(scene, PNG)
    name, storage = row.content.name, row.content.storage
    scene.score()
    scene.correct("5.0")
    with django_capture_on_commit_callbacks(execute=True):
        for holding in HOLDINGS:
            assert holding.foresee(scene.clerk.employee) == holding.erase(
                scene.clerk.employee, "P-1"
            )
    project = Project.objects.get()
    assert (project.title, project.idea, project.evidence) == ("–", "–", "")
    assert not storage.exists(name)
    scores = ProjectScore.objects.order_by("version")
    assert [(str(one.score), one.comment, one.reason) for one in scores] == [
        ("8.5", "", ""),
        ("5.0", "", "–"),
    ]
    assert set(ProjectStep.objects.values_list("note", flat=True)) == {""}


def test_files_are_what_they_are_by_content_and_few(scene, stored):
    row = attach(scene, PNG)
    assert (row.kind, row.content.read()) == ("png", PNG)
    assert attach(scene, PNG) == row
    with pytest.raises(refusals.FileUnknown):
        attach(scene, b"<script>")
    with pytest.raises(refusals.FileTooLarge):
        attach(scene, PNG + bytes(10 * 1024**2))
    with pytest.raises(PermissionDenied):
        attach(scene, PNG + b"2", by=scene.manager)
    for n in range(4):
        attach(scene, PNG + bytes([n]))
    with pytest.raises(refusals.TooManyFiles):
        attach(scene, PNG + b"one too many")
    assert ProjectEvidence.objects.count() == 5
