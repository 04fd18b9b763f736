"""Pages of questionnaires and scenarios: a draft from first press to last."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.mystery.forms.questionnaires import QuestionForm
from evaluations.mystery.models import Questionnaire, QuestionnaireDraft, Scenario
from tests.evaluations.mystery.factories import WaveFactory
from tests.evaluations.mystery.test_rules_questionnaire import choice, line
from tests.staffing.people.factories import AgencyFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
CODE = "CUSTOMER"


def url(name, *args):
    return reverse(f"mystery:{name}", args=args)


@pytest.fixture
def desk(client):
    """A client signed in as who plans visits, with a draft of what is shipped."""
    client.force_login(granted_user("operations"))
    client.post(url("draft_begin", CODE))
    return client


def draft():
    return QuestionnaireDraft.objects.get(questionnaire__code=CODE)


def said(code):
    return next(one for one in draft().questions if one["code"] == code)


QUESTION = {
    "code": "N1",
    "section": "speed",
    "title_en": "How many counters were open?",
    "title_zh": "开了几个台席？",
    "weight": "4",
    "required": "on",
    "revision": "1",
}


def rows(prefix, *values):
    """Return the fields of a formset, `values` as mappings."""
    found = {f"{prefix}-TOTAL_FORMS": len(values), f"{prefix}-INITIAL_FORMS": 0}
    for number, one in enumerate(values):
        found |= {f"{prefix}-{number}-{name}": value for name, value in one.items()}
    return found


def test_each_kind_asks_only_for_what_it_needs(desk):
    fields = {}
    for kind in ("yes_no", "number", "choice", "text", "evidence"):
        form = desk.get(url("draft_add", CODE), {"kind": kind}).context["form"]
        fields[kind] = ("weight" in form.fields, form.rows and form.rows.prefix)
    assert fields == {
        "yes_no": (True, None),
        "number": (True, "band"),
        "choice": (True, "choice"),
        "text": (False, None),
        "evidence": (False, None),
    }
    assert "kinds" in desk.get(url("draft_add", CODE), {"kind": "stars"}).context


def test_a_number_is_added_with_its_bands_and_empty_rows_are_none(desk):
    bands = rows(
        "band",
        {"up_to": "2", "percent": "0"},
        {"up_to": "3.50", "percent": "60"},
        {"up_to": "", "percent": "100"},
        {"up_to": "", "percent": ""},
    )
    answer = desk.post(f"{url('draft_add', CODE)}?kind=number", QUESTION | bands)
    assert answer["Location"] == f"{url('draft', CODE)}#question-N1"
    assert said("N1")["bands"] == [
        {"up_to": "2", "percent": 0},
        {"up_to": "3.5", "percent": 60},
        {"up_to": None, "percent": 100},
    ]
    assert [one["code"] for one in draft().questions if one["section"] == "speed"] == [
        *("S1", "S2", "S3", "S4", "N1"),
    ]


def test_a_choice_keeps_its_options_and_says_what_a_row_lacks(desk):
    lacking = rows("choice", {"code": "a", "en": "", "zh": "", "percent": "50"})
    page = desk.post(f"{url('draft_add', CODE)}?kind=choice", QUESTION | lacking)
    assert page.context["form"].rows.errors == [
        {"en": ["Fill this in, or empty the row."]}
    ]
    whole = rows(
        "choice",
        {"code": "a", "en": "one", "zh": "一", "percent": "100"},
        {"code": "b", "en": "none", "zh": "无", "percent": "0"},
    )
    desk.post(f"{url('draft_add', CODE)}?kind=choice", QUESTION | whole)
    assert said("N1")["options"] == [
        {"code": "a", "en": "one", "zh": "一", "percent": 100},
        {"code": "b", "en": "none", "zh": "无", "percent": 0},
    ]


def test_a_condition_asks_for_the_answers_of_the_question_it_names(desk):
    path = f"{url('draft_add', CODE)}?kind=yes_no"
    page = desk.post(path, QUESTION | {"condition": "R1"})
    form = page.context["form"]
    assert form.errors == {
        "answers": ["Say which of its answers this question is asked after."]
    }
    assert [code for code, _words in form.fields["answers"].choices] == [
        *("solved", "part", "reason", "no", "na"),
    ]
    desk.post(path, QUESTION | {"condition": "R1", "answers": ["no", "reason"]})
    assert said("N1")["condition"] == {"question": "R1", "answers": ["no", "reason"]}


def test_a_condition_offers_only_what_is_asked_before():
    lines = [line("P1"), choice(100, 0, code="A1"), line("T1", kind="text", weight=0)]
    form = QuestionForm(
        kind="yes_no", lines=[*lines, line("P9")], revision=1, line=lines[1]
    )
    assert [code for code, _words in form.fields["condition"].choices] == ["", "P1"]
    last = QuestionForm(kind="yes_no", lines=lines, revision=1)
    assert [code for code, _words in last.fields["condition"].choices] == [
        "",
        "P1",
        "A1",
    ]


def test_what_is_changed_keeps_code_kind_and_place(desk):
    told = QUESTION | {
        "code": "ZZ",
        "section": "process",
        "title_en": "Did they look up?",
    }
    del told["code"]
    desk.post(url("draft_question", CODE, "P2"), told)
    assert [one["code"] for one in draft().questions][:3] == ["P1", "P2", "P3"]
    assert (said("P2")["kind"], said("P2")["weight"]) == ("scale", 4)
    assert said("P2")["title_en"] == "Did they look up?"
    assert desk.get(url("draft_question", CODE, "ZZ")).status_code == 404


def test_a_stale_page_is_refused_with_words(desk):
    desk.post(url("draft_move", CODE, "P2"), {"revision": "1", "up": "1"})
    page = desk.post(
        url("draft_question", CODE, "P3"), QUESTION | {"section": "process"}
    )
    assert "Somebody else changed this draft" in page.content.decode()
    assert said("P3")["weight"] == 6
    page = desk.post(url("draft_remove", CODE, "P3"), {"revision": "1"}, follow=True)
    assert "Somebody else changed this draft" in page.content.decode()
    assert len(draft().questions) == 30


def test_a_trial_scores_what_is_chosen(desk):
    page = desk.get(
        url("draft_preview", CODE), {"a-A5": "no", "a-A1": "5", "a-S1": "7"}
    )
    trial = page.context["trial"]
    assert (trial.points, trial.out_of) == (8, 28)
    assert [(one.label, one.points, one.failed) for one in trial.sections] == [
        ("the answers", 0, True),
        ("speed", 8, False),
    ]
    assert "M2" not in trial.asked
    asked = desk.get(url("draft_preview", CODE), {"a-M1": "yes"}).context["trial"].asked
    assert "M2" in asked


def test_a_draft_that_cannot_be_scored_says_why_instead(desk):
    row = draft()
    row.questions[1]["weight"] = 0
    row.questions[1]["critical"] = True
    row.save()
    page = desk.get(url("draft_preview", CODE))
    assert page.context["trial"] is None
    assert "a critical question needs a weight above 0" in page.content.decode()


def test_publishing_shows_the_version_and_what_it_changed(desk):
    desk.post(url("draft_remove", CODE, "L5"), {"revision": "1"})
    desk.post(url("draft_move", CODE, "P2"), {"revision": "2", "up": "1"})
    answer = desk.post(url("draft_publish", CODE), {"revision": "3"})
    assert answer["Location"] == url("questionnaire", CODE)
    page = desk.get(url("questionnaire", CODE))
    assert (page.context["shown"].number, len(page.context["lines"])) == (2, 29)
    earlier = desk.get(url("questionnaire_version", CODE, 1))
    assert len(earlier.context["lines"]) == 30
    assert desk.get(url("questionnaire_version", CODE, 3)).status_code == 404
    found = desk.get(url("questionnaire_compare", CODE)).context["differences"]
    assert [(one.code, one.words, one.after is None) for one in found] == [
        ("P1", "place in the order", False),
        ("L5", "", True),
    ]


def test_dropping_leaves_what_is_published(desk):
    desk.post(url("draft_drop", CODE), {"revision": "1"})
    assert not QuestionnaireDraft.objects.exists()
    assert desk.get(url("questionnaire", CODE)).context["shown"].number == 1


def test_a_new_questionnaire_begins_with_an_empty_draft(desk):
    made = {"code": "SHORT", "title_en": "Short", "title_zh": ""}
    answer = desk.post(url("questionnaire_new"), made)
    assert answer["Location"] == url("draft", "SHORT")
    page = desk.get(url("draft", "SHORT"))
    assert "No questions yet" in page.content.decode()
    assert (
        "Nothing is published yet"
        in desk.get(url("questionnaire", "SHORT")).content.decode()
    )
    again = desk.post(url("questionnaire_new"), made)
    assert "SHORT is in use" in again.content.decode()
    desk.post(url("questionnaire_rename", "SHORT"), {"title_en": "Brief one"})
    assert Questionnaire.objects.get(code="SHORT").title_en == "Brief one"


def test_scenarios_are_written_and_stopped_on_their_pages(desk):
    said = {"code": "ASK", "title_en": "Ask", "brief_en": "Ask for a plan."}
    desk.post(url("scenario_new"), said)
    desk.post(url("scenario", "ASK"), said | {"title_en": "Ask twice"})
    desk.post(url("scenario_use", "ASK"), {"active": "0"})
    row = Scenario.objects.get(code="ASK")
    assert (row.title_en, row.active) == ("Ask twice", False)
    assert "stopped" in desk.get(url("scenarios")).content.decode()


@pytest.mark.parametrize(
    ("name", "model"), [("questionnaire", Questionnaire), ("scenario", Scenario)]
)
def test_a_code_that_is_the_address_of_another_page_is_refused(desk, name, model):
    said = {"code": "new", "title_en": "New", "brief_en": "Ask for a plan."}
    page = desk.post(url(f"{name}_new"), said)
    assert "is the address of another page" in page.content.decode()
    assert not model.objects.filter(code="new").exists()


@pytest.mark.parametrize("role", ["auditor", "agency"])
def test_who_reads_plans_reads_without_a_button_to_write(client, role):
    if role == "agency":
        wave = WaveFactory(questionnaire=Questionnaire.objects.get(code=CODE))
        wave.scenarios.add(Scenario.objects.get(code="PLAN"))
        reader = granted_user(role, agency=AgencyFactory())
        client.force_login(reader)
        # What no wave of hers asks is none of her business.
        assert client.get(url("questionnaire", CODE)).status_code == 404
        assert client.get(url("scenario", "PLAN")).status_code == 404
        wave.agencies.add(reader.grants.get().agency)
    else:
        client.force_login(granted_user(role))
    for name, args in (("questionnaire", [CODE]), ("scenario", ["PLAN"])):
        page = client.get(url(name, *args))
        assert page.status_code == 200
        assert not page.context["may_write"]
        assert (
            b'type="submit"' not in page.content.split(b"<main")[-1].split(b"</main")[0]
        )
    assert client.get(url("draft", CODE)).status_code == 403


def test_nobody_near_an_outlet_reads_what_will_be_asked(client):
    for user in (staff_user("store_manager"), staff_user("clerk"), granted_user("hr")):
        client.force_login(user)
        for name, args in (
            *(("questionnaires", []), ("questionnaire", [CODE])),
            *(("scenarios", []), ("scenario", ["PLAN"])),
        ):
            assert client.get(url(name, *args)).status_code == 403


def test_the_list_costs_the_same_however_many_there_are(
    desk, django_assert_num_queries
):
    desk.get(url("questionnaires"))
    with CaptureQueriesContext(connection) as one:
        desk.get(url("questionnaires"))
    for number in range(5):
        Questionnaire.objects.create(code=f"Q{number}", title_en="More")
    with django_assert_num_queries(len(one)):
        desk.get(url("questionnaires"))
