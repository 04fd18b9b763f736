"""Writing the bank: an edited question is a new version, a retired one stays."""

from dataclasses import dataclass, fields
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import (
    Question,
    QuestionKind,
    QuestionVersion,
    Topic,
    keeps_bank,
)
from evaluations.knowledge.rules import marking
from outlets.exchange.errors import DomainError
from staffing.people.models import User


class CodeTaken(DomainError):
    code = "code_taken"
    message = _("There is already something under the code %(taken)s.")


FAULTS = {
    "few_options": _("A choice needs two options or more."),
    "same_options": _("Two options are the same."),
    "uneven_options": _("Each option stands in both languages, or in English only."),
    "no_options": _("This kind of question has no options."),
    "answer_single": _("The answer is the number of one option."),
    "answer_multiple": _("The answer is the numbers of the right options."),
    "answer_true_false": _("The answer is 1 for true or 0 for false."),
    "answer_fill": _("The answer is one or more accepted texts."),
    "answer_order": _(
        "The answer stays empty: the options are written in the right order."
    ),
}


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """What a version shall say; fields as in `QuestionVersion`."""

    topic_id: int
    kind: str
    text_en: str
    text_zh: str = ""
    options_en: tuple[str, ...] = ()
    options_zh: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    weight: int = 1
    explanation_en: str = ""
    explanation_zh: str = ""
    article_id: int | None = None

    @classmethod
    def of(cls, version: QuestionVersion) -> "QuestionDraft":
        said: dict[str, Any] = {}
        for field in fields(cls):
            value = getattr(version, field.name)
            said[field.name] = tuple(value) if isinstance(value, list) else value
        return cls(**said)

    @property
    def faults(self) -> set[str]:
        """Return the codes, keys of `FAULTS`, of what is wrong with it."""
        if self.kind not in QuestionKind.values:
            return set()
        return marking.faults(self.kind, self.answer, self.options_en, self.options_zh)

    def attributes(self) -> dict[str, Any]:
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in said.items()}


def require_keeper(by: User) -> None:
    if not keeps_bank(by.sight):
        raise PermissionDenied


@transaction.atomic
def add_question(*, code: str, draft: QuestionDraft, by: User) -> QuestionVersion:
    """Put a new question into the bank.

    Raises:
        CodeTaken: there is one of this code, in use or retired.
    """
    require_keeper(by)
    question, created = Question.objects.get_or_create(code=code)
    if not created:
        raise CodeTaken(taken=code)
    return write_version(question=question, draft=draft, by=by)


@transaction.atomic
def edit_question(*, code: str, draft: QuestionDraft, by: User) -> QuestionVersion:
    """Let a question say something else from now on; sittings keep what they met."""
    require_keeper(by)
    return write_version(question=Question.objects.get(code=code), draft=draft, by=by)


def write_version(
    *, question: Question, draft: QuestionDraft, by: User | None
) -> QuestionVersion:
    """Write the next version unless the newest says the same; return the newest."""
    Question.objects.select_for_update().get(pk=question.pk)
    newest = question.versions.order_by("-number").first()
    if newest is not None and QuestionDraft.of(newest) == draft:
        return newest
    return QuestionVersion.objects.create(
        question=question,
        number=1 if newest is None else newest.number + 1,
        by=by,
        **draft.attributes(),
    )


@transaction.atomic
def retire_question(*, code: str, retired: bool, by: User) -> Question:
    """Take a question out of future draws, or let it be drawn again."""
    require_keeper(by)
    question = Question.objects.select_for_update().get(code=code)
    if retired != (question.retired_on is not None):
        question.retired_on = timezone.localdate() if retired else None
        question.save(update_fields=["retired_on"])
    return question


def add_topic(*, code: str, title_en: str, title_zh: str, by: User) -> Topic:
    """Add a topic behind the others."""
    require_keeper(by)
    topic, created = Topic.objects.get_or_create(
        code=code,
        defaults={
            "title_en": title_en,
            "title_zh": title_zh,
            "position": Topic.objects.count() + 1,
        },
    )
    if not created:
        raise CodeTaken(taken=code)
    return topic
