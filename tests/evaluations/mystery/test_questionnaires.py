"""Writing the next version of a questionnaire, and publishing it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from evaluations.mystery.models import (
    Questionnaire,
    QuestionnaireDraft,
    QuestionnaireVersion,
    Scenario,
)
from evaluations.mystery.rules.questionnaire import problems
from evaluations.mystery.rules.scoring import score
from evaluations.mystery.selectors.questionnaires import mending_of
from evaluations.mystery.services import questionnaires as services
from evaluations.mystery.services.scenarios import (
    add_scenario,
    change_scenario,
    use_scenario,
)
from evaluations.mystery.shipped import shipped
from tests.evaluations.mystery.factories import (
    ScenarioFactory,
    VersionFactory,
    VisitQuestionFactory,
)
from tests.evaluations.mystery.test_rules_questionnaire import line
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner():
    return granted_user("operations")


@pytest.fixture
def row():
    """A questionnaire whose version 1 asks P1 and P2, in this order."""
    version = VersionFactory(questionnaire__code="CARE")
    for position, code in enumerate(["P1", "P2"], start=1):
        VisitQuestionFactory(version=version, code=code, position=position)
    return version.questionnaire


def codes(row):
    return [
        one["code"]
        for one in QuestionnaireDraft.objects.get(questionnaire=row).questions
    ]


def test_a_draft_begins_as_the_newest_version_and_once(row, planner):
    draft = services.begin_draft(questionnaire=row, by=planner)
    assert codes(row) == ["P1", "P2"]
    assert services.begin_draft(questionnaire=row, by=planner) == draft
    assert QuestionnaireDraft.objects.count() == 1


def test_questions_are_added_changed_moved_and_removed_one_by_one(row, planner):
    services.begin_draft(questionnaire=row, by=planner)
    at = {"questionnaire": row, "by": planner}
    services.add_question(revision=1, question=line("L1", section="place"), **at)
    services.add_question(revision=2, question=line("P3"), **at)
    assert codes(row) == ["P1", "P2", "P3", "L1"]
    services.move_question(revision=3, code="P3", up=True, **at)
    assert codes(row) == ["P1", "P3", "P2", "L1"]
    services.change_question(revision=4, question=line("P1", weight=9), **at)
    services.remove_question(revision=5, code="P2", **at)
    draft = QuestionnaireDraft.objects.get(questionnaire=row)
    assert [(one["code"], one["weight"]) for one in draft.questions] == [
        ("P1", 9),
        ("P3", 5),
        ("L1", 5),
    ]
    assert draft.revision == 6
    assert row.versions.get().questions.get(code="P1").weight == 1


def test_the_first_question_stays_first_when_moved_up(row, planner):
    services.begin_draft(questionnaire=row, by=planner)
    draft = services.move_question(
        questionnaire=row, revision=1, code="P1", up=True, by=planner
    )
    assert (codes(row), draft.revision) == (["P1", "P2"], 1)


@pytest.mark.parametrize(
    "act",
    [
        lambda at: services.add_question(question=line("P3"), **at),
        lambda at: services.change_question(question=line("P1"), **at),
        lambda at: services.move_question(code="P2", up=True, **at),
        lambda at: services.remove_question(code="P1", **at),
        lambda at: services.publish_draft(**at),
        lambda at: services.drop_draft(**at),
    ],
)
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(row, planner, act):
    services.begin_draft(questionnaire=row, by=planner)
    at = {"questionnaire": row, "by": planner, "revision": 1}
    services.add_question(question=line("L1"), **at)
    with pytest.raises(services.DraftMoved):
        act(at)
    assert codes(row) == ["P1", "P2", "L1"]
    assert row.versions.count() == 1


def test_a_code_stands_once_in_a_draft(row, planner):
    services.begin_draft(questionnaire=row, by=planner)
    with pytest.raises(services.CodeInUse):
        services.add_question(
            questionnaire=row, revision=1, question=line("P1"), by=planner
        )
    with pytest.raises(services.QuestionGone):
        services.remove_question(questionnaire=row, revision=1, code="P9", by=planner)
    assert codes(row) == ["P1", "P2"]


def test_publishing_makes_the_next_version_and_leaves_the_earlier_one(row, planner):
    services.begin_draft(questionnaire=row, by=planner)
    at = {"questionnaire": row, "by": planner}
    services.add_question(revision=1, question=line("P3", critical=True), **at)
    version = services.publish_draft(revision=2, **at)
    assert (version.number, version.by) == (2, planner)
    assert list(version.questions.values_list("position", "code", "critical")) == [
        (1, "P1", False),
        (2, "P2", False),
        (3, "P3", True),
    ]
    assert row.versions.get(number=1).questions.count() == 2
    assert not QuestionnaireDraft.objects.exists()
    with pytest.raises(services.DraftGone):
        services.publish_draft(revision=2, **at)


def test_what_has_to_be_mended_is_not_published(row, planner):
    services.begin_draft(questionnaire=row, by=planner)
    at = {"questionnaire": row, "by": planner}
    services.add_question(revision=1, question=line("P3", kind="text"), **at)
    with pytest.raises(services.NotWhole) as refused, translation.override("en"):
        services.publish_draft(revision=2, **at)
    with translation.override("en"):
        assert str(refused.value) == (
            "It cannot be published yet. P3: words and evidence are not scored. "
            "Set the weight to 0."
        )
    assert row.versions.count() == 1


def test_a_draft_that_asks_the_same_is_not_published(row, planner):
    services.begin_draft(questionnaire=row, by=planner)
    with pytest.raises(services.SaysTheSame):
        services.publish_draft(questionnaire=row, revision=1, by=planner)
    assert row.versions.count() == 1


def test_a_questionnaire_without_a_version_goes_with_its_draft(planner):
    draft = services.create_questionnaire(
        code="NEW", title_en="New", title_zh="", by=planner
    )
    with pytest.raises(services.CodeInUse):
        services.create_questionnaire(code="NEW", title_en="X", title_zh="", by=planner)
    services.drop_draft(questionnaire=draft.questionnaire, revision=1, by=planner)
    assert not Questionnaire.objects.filter(code="NEW").exists()


def test_a_questionnaire_with_a_version_outlives_its_draft(row, planner):
    services.begin_draft(questionnaire=row, by=planner)
    services.drop_draft(questionnaire=row, revision=1, by=planner)
    assert row.versions.count() == 1


@pytest.mark.parametrize(
    "role", ["auditor", "administrator", "hr", "regional_supervisor"]
)
def test_only_who_plans_visits_writes(row, role):
    of_region = role == "regional_supervisor"
    by = granted_user(role, **({"region": OutletFactory().region} if of_region else {}))
    with pytest.raises(PermissionDenied):
        services.begin_draft(questionnaire=row, by=by)
    with pytest.raises(PermissionDenied):
        services.publish_draft(questionnaire=row, revision=1, by=by)
    with pytest.raises(PermissionDenied):
        use_scenario(scenario=ScenarioFactory(), active=False, by=by)
    assert not QuestionnaireDraft.objects.exists()


def test_scenarios_are_added_changed_stopped_and_offered_again(planner):
    words = {"title_en": "A", "title_zh": "", "brief_en": "Ask.", "brief_zh": ""}
    made = add_scenario(code="ASK", **words, by=planner)
    with pytest.raises(services.CodeInUse):
        add_scenario(code="ASK", **words, by=planner)
    change_scenario(scenario=made, **(words | {"title_en": "B"}), by=planner)
    use_scenario(scenario=made, active=False, by=planner)
    made.refresh_from_db()
    assert (made.title_en, made.active) == ("B", False)
    use_scenario(scenario=made, active=True, by=planner)
    made.refresh_from_db()
    assert made.active


def test_what_is_shipped_can_be_published_and_is_written_in_both_languages():
    asked = shipped("customer")["questions"]
    assert problems(asked) == []
    assert mending_of(asked) == []
    scored = [one for one in asked if one["weight"]]
    assert (len(asked), len(scored)) == (30, 24)
    assert {one["section"] for one in asked} == {
        *("process", "answers", "resolution", "speed", "mood", "place")
    }
    assert {one["kind"] for one in asked} == {
        *("yes_no", "scale", "number", "choice", "text", "evidence")
    }
    for scenario in shipped("scenarios"):
        assert all(scenario.values())


def test_what_is_shipped_stands_in_the_database():
    version = QuestionnaireVersion.objects.get(questionnaire__code="CUSTOMER")
    assert (version.number, version.questions.count()) == (1, 30)
    assert Scenario.objects.filter(active=True).count() == 6


def test_activating_without_confirmation_takes_the_answers_section():
    version = QuestionnaireVersion.objects.get(questionnaire__code="CUSTOMER")
    answers = {"P2": "5", "A1": "5", "A2": "true", "A5": "yes", "S1": "11"}
    kept = score(version.rules, answers)
    assert (kept.total.points, kept.total.out_of) == (2800 + 600 + 400, 4400)
    lost = score(version.rules, answers | {"A5": "no"})
    assert (lost.total.points, lost.total.out_of) == (600 + 400, 4400)
    assert lost.failed == {"answers"}


def test_the_history_of_scenarios_is_told_to_who_reads_plans_only():
    row = ScenarioFactory()
    for role, told in (
        ("operations", True),
        ("auditor", True),
        ("administrator", False),
    ):
        concealed = Scenario.objects.concealed_from(granted_user(role))
        assert concealed.filter(pk=row.pk).exists() is not told
    assert Scenario.objects.concealed_from(None).filter(pk=row.pk).exists()
