from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from evaluations.knowledge.models import ArticleVersion, Question, QuestionVersion
from evaluations.knowledge.question_kind import Questions
from evaluations.knowledge.services.bank import (
    CodeTaken,
    QuestionDraft,
    add_question,
    edit_question,
    retire_question,
)
from evaluations.knowledge.shipped import TOPICS, install, shipped
from outlets.exchange.importer import load
from tests.evaluations.knowledge.test_kinds import Heard
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
ROW = {
    "question": "GRM-01",
    "topic": "grooming",
    "kind": "single",
    "text_en": "How many accessories?",
    "options_en": "One|Two",
    "answer": "2",
}


def ingest(*rows):
    heading, heard = list(rows[0]), Heard()
    lines = [heading, *([row[name] for name in heading] for row in rows)]
    report = load(Questions(), lines, audience=heard)
    return {o.value: n for o, n in report.counts.items() if n}, heard.columns


def current(code):
    return QuestionVersion.objects.current().get(question__code=code)


def test_the_shipped_bank_is_sound_and_in_both_languages():
    versions = list(QuestionVersion.objects.current().select_related("topic"))
    assert len(versions) == sum(len(shipped(t)["questions"]) for t in TOPICS) == 70
    assert {version.topic.code for version in versions} == set(TOPICS)
    for version in versions:
        assert QuestionDraft.of(version).faults == set(), version.question
        assert len(version.options_zh) == len(version.options_en), version.question
        words = (version.text_zh, version.explanation_en, version.explanation_zh)
        assert all((*words, version.right_answer, version.article_id))
    kinds = {version.kind for version in versions}
    assert kinds == {"single", "multiple", "true_false", "fill", "order"}


def test_shipping_twice_writes_nothing():
    before = QuestionVersion.objects.count(), ArticleVersion.objects.count()
    from evaluations.knowledge import models

    install(vars(models))
    after = QuestionVersion.objects.count(), ArticleVersion.objects.count()
    assert after == before


def test_an_edited_question_is_a_new_version_and_the_old_one_stays():
    keeper, old = granted_user("operations"), current("GRM-01")
    draft = replace(QuestionDraft.of(old), answer=("3",))
    new = edit_question(code="GRM-01", draft=draft, by=keeper)
    assert (new.number, new.answer, new.by) == (2, ["3"], keeper)
    old.refresh_from_db()
    assert (old.number, old.answer[0]) == (1, "2")
    assert edit_question(code="GRM-01", draft=draft, by=keeper) == new
    assert current("GRM-01") == new


def test_only_who_keeps_the_bank_writes_it():
    draft = QuestionDraft.of(current("GRM-01"))
    for user in (staff_user("store_manager"), granted_user("hr")):
        for write in (
            lambda by: add_question(code="X", draft=draft, by=by),
            lambda by: edit_question(code="GRM-01", draft=draft, by=by),
            lambda by: retire_question(code="GRM-01", retired=True, by=by),
        ):
            with pytest.raises(PermissionDenied):
                write(user)
    assert not Question.objects.filter(code="X").exists()
    with pytest.raises(CodeTaken, match="GRM-01"):
        add_question(code="GRM-01", draft=draft, by=granted_user("administrator"))


def test_a_file_adds_and_changes_questions_by_their_code():
    new = ROW | {"question": "TRF-01"}
    assert ingest(ROW, new) == ({"created": 1, "updated": 1}, [])
    changed = current("GRM-01")
    assert (changed.number, changed.kind, changed.answer) == (2, "single", ["2"])
    # Of columns that the file lacks, the question keeps what it said.
    assert changed.explanation_en.startswith("At most two")
    assert current("TRF-01").options_en == ["One", "Two"]
    assert ingest(ROW, new) == ({"unchanged": 2}, [])


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("topic", "tariffs", "topic"),
        ("kind", "essay", "kind"),
        ("answer", "5", "answer"),
        ("options_en", "One", "options_en"),
        ("question", "a/b", "question"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_changes(column, value, named):
    counts, columns = ingest(ROW | {column: value})
    assert counts == {"rejected": 1}
    assert named in columns
    assert current("GRM-01").number == 1


def test_the_page_finds_by_words_of_both_languages_and_hides_what_is_retired(client):
    client.force_login(granted_user("operations"))
    url = reverse("knowledge:questions")

    def found(**query):
        rows = client.get(url, query).context["page"].rows
        return [version.question.code for version in rows]

    assert found(words="几颗牙") == found(words="how many TEETH") == ["CND-01"]
    client.post(reverse("knowledge:question_retire", args=["CND-01"]), {"retired": "1"})
    assert found(words="几颗牙") == []
    assert found(words="几颗牙", retired="on") == ["CND-01"]


def test_a_form_that_cannot_be_marked_is_explained(client):
    client.force_login(granted_user("administrator"))
    data = {
        "code": "NEW-1",
        "topic": current("GRM-01").topic_id,
        "kind": "single",
        "text_en": "Which?",
        "options_en": "This\r\nThat",
        "answer": "3",
        "weight": "1",
    }
    url = reverse("knowledge:question_add")
    page = client.post(url, data)
    assert page.context["form"].errors["answer"] == [
        "The answer is the number of one option."
    ]
    assert client.post(url, data | {"answer": "2"}).status_code == 302
    assert current("NEW-1").options_en == ["This", "That"]


def test_articles_are_searched_and_an_old_version_stays_readable(client):
    client.force_login(granted_user("operations"))
    article = {
        "title_en": "Looks",
        "body_en": "Quite new.",
        "title_zh": "",
        "body_zh": "",
    }
    topic = current("GRM-01").topic_id
    edit = reverse("knowledge:article_edit", args=["grooming"])
    assert client.post(edit, article | {"topic": topic}).status_code == 302
    client.force_login(staff_user("clerk"))
    rows = client.get(reverse("knowledge:articles"), {"words": "quite"})
    assert [row.article.code for row in rows.context["page"].rows] == ["grooming"]
    url = reverse("knowledge:article", args=["grooming"])
    assert "Quite new." in client.get(url).content.decode()
    assert "number badge" in client.get(url, {"version": "1"}).content.decode()
