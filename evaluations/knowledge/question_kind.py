"""Questions from spreadsheets."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from evaluations.knowledge.models import (
    MOST_WEIGHT,
    Article,
    Question,
    QuestionKind,
    QuestionVersion,
    Topic,
)
from evaluations.knowledge.models.bank import TEXT_LENGTH
from evaluations.knowledge.services.bank import FAULTS, QuestionDraft, write_version
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import REGISTRY_POWERS, Column, Kind, Outcome


class Questions(Kind):
    """One row is one question; what changed makes one new version a load.

    Questions that the file does not name stay as they are, and so does what it has no
    column for.
    """

    name = "questions"
    powers = REGISTRY_POWERS
    person_column = ""
    key_columns = ("question",)
    columns = (
        Column("question", required=True),
        Column("topic", required=True),
        Column("kind", required=True),
        Column("text_en", required=True),
        Column("text_zh"),
        Column("options_en"),
        Column("options_zh"),
        Column("answer"),
        Column("weight"),
        Column("explanation_en"),
        Column("explanation_zh"),
        Column("article"),
    )

    def open(self) -> None:
        self._topics = dict(Topic.objects.values_list("code", "pk"))
        self._articles = dict(Article.objects.values_list("code", "pk"))
        self._drafts: dict[str, QuestionDraft] = {}
        self._changed: set[str] = set()

    def take(self, batch: Sequence[Cells]) -> list[Outcome]:
        fresh = {cells.text("question") for cells in batch} - self._drafts.keys()
        newest = QuestionVersion.objects.current().filter(question__code__in=fresh)
        for version in newest.select_related("question"):
            self._drafts[version.question.code] = QuestionDraft.of(version)
        return [self._take_one(cells) for cells in batch]

    def _take_one(self, cells: Cells) -> Outcome:
        code = cells.code("question")
        given = self._given(cells)
        if cells.bad:
            return Outcome.REJECTED
        before = self._drafts.get(code)
        after = replace(before, **given) if before else QuestionDraft(**given)
        for fault in sorted(after.faults):
            column = "answer" if fault.startswith("answer") else "options_en"
            cells.fail(column, str(FAULTS[fault]))
        if cells.bad:
            return Outcome.REJECTED
        if before == after:
            return Outcome.UNCHANGED
        self._drafts[code] = after
        self._changed.add(code)
        return Outcome.UPDATED if before else Outcome.CREATED

    def _given(self, cells: Cells) -> dict[str, Any]:
        """Return what the file says of the question: only of columns that it has."""
        weight = cells.integer("weight", least=1, most=MOST_WEIGHT)
        told: dict[str, Any] = {
            "topic_id": self._id(cells, "topic", self._topics),
            "kind": cells.choice("kind", QuestionKind.values),
            "text_en": cells.text("text_en", TEXT_LENGTH),
            "text_zh": cells.text("text_zh", TEXT_LENGTH),
            "options_en": cells.codes("options_en"),
            "options_zh": cells.codes("options_zh"),
            "answer": cells.codes("answer"),
            "weight": 1 if weight is None else weight,
            "explanation_en": cells.text("explanation_en", TEXT_LENGTH),
            "explanation_zh": cells.text("explanation_zh", TEXT_LENGTH),
            "article_id": self._id(cells, "article", self._articles),
        }
        columns = {name: name.removesuffix("_id") for name in told}
        return {k: v for k, v in told.items() if columns[k] in self.present}

    @staticmethod
    def _id(cells: Cells, column: str, known: dict[str, int]) -> int | None:
        code = cells.text(column)
        if code and code not in known:
            cells.fail(column, _("is unknown: add it on its page first"))
        return known.get(code)

    def close(self) -> None:
        for code in sorted(self._changed):
            question, _created = Question.objects.get_or_create(code=code)
            write_version(
                question=question, draft=self._drafts[code], by=self.loaded_by
            )
