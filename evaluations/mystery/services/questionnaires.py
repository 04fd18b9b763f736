"""Writing the next version of a questionnaire, question by question.

Whoever changes a draft names the revision that she read, so that two people who have it
open do not overwrite each other unseen.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import (
    QUESTION_FIELDS,
    Questionnaire,
    QuestionnaireDraft,
    QuestionnaireVersion,
    VisitQuestion,
    plans_visits,
)
from evaluations.mystery.rules.questionnaire import problems
from evaluations.mystery.wording import in_words
from outlets.exchange.acting import acting
from outlets.exchange.errors import DomainError
from staffing.people.models import User

Question = Mapping[str, Any]


class CodeInUse(DomainError):
    code = "code_in_use"
    message = _("The code %(code)s is in use here. Choose another one.")


class DraftMoved(DomainError):
    code = "draft_moved"
    message = _(
        "Somebody else changed this draft while you had it open. Nothing was saved: "
        "read what it says now, then change it again."
    )


class DraftGone(DomainError):
    code = "draft_gone"
    message = _("There is no draft any more: it was published or dropped.")


class QuestionGone(DomainError):
    code = "question_gone"
    message = _("The draft has no question %(code)s any more.")


class NotWhole(DomainError):
    code = "not_whole"
    message = _("It cannot be published yet. %(problem)s")


class SaysTheSame(DomainError):
    code = "says_the_same"
    message = _("The draft asks the same as version %(number)s.")


def require_planner(by: User) -> None:
    """Raise PermissionDenied unless `by` plans visits for the chain."""
    if not plans_visits(by.sight):
        raise PermissionDenied


@transaction.atomic
def create_questionnaire(
    *, code: str, title_en: str, title_zh: str, by: User
) -> QuestionnaireDraft:
    """Make a questionnaire that asks nothing yet, with its first draft.

    Raises:
        CodeInUse: another questionnaire has that code.
    """
    require_planner(by)
    with acting(by=by):
        made, created = Questionnaire.objects.get_or_create(
            code=code, defaults={"title_en": title_en, "title_zh": title_zh}
        )
    if not created:
        raise CodeInUse(code=code)
    return begin_draft(questionnaire=made, by=by)


@transaction.atomic
def rename_questionnaire(
    *, questionnaire: Questionnaire, title_en: str, title_zh: str, by: User
) -> None:
    """Call a questionnaire something else, in all its versions."""
    require_planner(by)
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    row.title_en, row.title_zh = title_en, title_zh
    with acting(by=by):
        row.save(update_fields=["title_en", "title_zh"])


def told(question: VisitQuestion) -> dict[str, Any]:
    """Return a question of a version as a line of a draft."""
    return {name: getattr(question, name) for name in QUESTION_FIELDS}


@transaction.atomic
def begin_draft(*, questionnaire: Questionnaire, by: User) -> QuestionnaireDraft:
    """Return the draft of a questionnaire; a new one begins as its newest version."""
    require_planner(by)
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    known = QuestionnaireDraft.objects.filter(questionnaire=row).first()
    if known is not None:
        return known
    newest = row.versions.order_by("-number").first()
    asked = newest.questions.order_by("position") if newest is not None else ()
    return QuestionnaireDraft.objects.create(
        questionnaire=row, questions=[told(one) for one in asked], by=by
    )


@transaction.atomic
def add_question(
    *, questionnaire: Questionnaire, revision: int, question: Question, by: User
) -> QuestionnaireDraft:
    """Add a question: as the last one of its section, or at the end.

    Raises:
        CodeInUse: the draft has a question of that code.
    """
    draft = _locked(questionnaire, revision, by)
    lines: list[Question] = list(draft.questions)
    if any(one["code"] == question["code"] for one in lines):
        raise CodeInUse(code=question["code"])
    same = [n for n, one in enumerate(lines) if one["section"] == question["section"]]
    lines.insert(same[-1] + 1 if same else len(lines), _line(question))
    return _kept(draft, lines)


@transaction.atomic
def change_question(
    *, questionnaire: Questionnaire, revision: int, question: Question, by: User
) -> QuestionnaireDraft:
    """Let the question of this code say something else; its code and place stay."""
    draft = _locked(questionnaire, revision, by)
    lines: list[Question] = list(draft.questions)
    lines[_place(draft, question["code"])] = _line(question)
    return _kept(draft, lines)


@transaction.atomic
def move_question(
    *, questionnaire: Questionnaire, revision: int, code: str, up: bool, by: User
) -> QuestionnaireDraft:
    """Exchange a question with its neighbour; at the end of the list it stays."""
    draft = _locked(questionnaire, revision, by)
    lines: list[Question] = list(draft.questions)
    at = _place(draft, code)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(lines):
        return draft
    lines[at], lines[to] = lines[to], lines[at]
    return _kept(draft, lines)


@transaction.atomic
def remove_question(
    *, questionnaire: Questionnaire, revision: int, code: str, by: User
) -> QuestionnaireDraft:
    """Leave a question out of the next version; earlier ones keep it."""
    draft = _locked(questionnaire, revision, by)
    lines: list[Question] = list(draft.questions)
    del lines[_place(draft, code)]
    return _kept(draft, lines)


@transaction.atomic
def drop_draft(*, questionnaire: Questionnaire, revision: int, by: User) -> None:
    """Throw the draft away; a questionnaire that never had a version goes with it."""
    draft = _locked(questionnaire, revision, by)
    draft.delete()
    row = draft.questionnaire
    if not row.versions.exists() and not row.waves.exists():
        with acting(by=by):
            row.delete()


@transaction.atomic
def publish_draft(
    *, questionnaire: Questionnaire, revision: int, by: User
) -> QuestionnaireVersion:
    """Make the draft the next version, asked of visits begun from now on.

    Raises:
        NotWhole: there is something to mend first.
        SaysTheSame: it asks what the newest version asks, in the same order.
    """
    draft = _locked(questionnaire, revision, by)
    lines: list[Question] = list(draft.questions)
    to_mend = [one for one in problems(lines) if not one.warning]
    if to_mend:
        raise NotWhole(problem=in_words(to_mend[0]))
    row = draft.questionnaire
    newest = row.versions.order_by("-number").first()
    if newest is not None and lines == [
        told(one) for one in newest.questions.order_by("position")
    ]:
        raise SaysTheSame(number=newest.number)
    number = 1 if newest is None else newest.number + 1
    with acting(by=by):
        version = QuestionnaireVersion.objects.create(
            questionnaire=row, number=number, by=by
        )
    VisitQuestion.objects.bulk_create(
        VisitQuestion(version=version, position=position, **line)
        for position, line in enumerate(lines, start=1)
    )
    draft.delete()
    return version


def _locked(
    questionnaire: Questionnaire, revision: int, by: User
) -> QuestionnaireDraft:
    """Return the draft, its row locked, as somebody read it.

    Raises:
        PermissionDenied: `by` does not plan visits.
        DraftGone: there is none.
        DraftMoved: it is not at `revision` any more.
    """
    require_planner(by)
    rows = QuestionnaireDraft.objects.select_for_update(of=("self",))
    draft = (
        rows.select_related("questionnaire").filter(questionnaire=questionnaire).first()
    )
    if draft is None:
        raise DraftGone
    if draft.revision != revision:
        raise DraftMoved
    return draft


def _line(question: Question) -> dict[str, Any]:
    return {name: question[name] for name in QUESTION_FIELDS}


def _place(draft: QuestionnaireDraft, code: str) -> int:
    for place, line in enumerate(draft.questions):
        if line["code"] == code:
            return place
    raise QuestionGone(code=code)


def _kept(draft: QuestionnaireDraft, lines: list[Question]) -> QuestionnaireDraft:
    draft.questions, draft.revision = lines, draft.revision + 1
    draft.save(update_fields=["questions", "revision"])
    return draft
