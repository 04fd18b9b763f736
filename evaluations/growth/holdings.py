"""What projects and contests hold about a person."""

from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.growth.models import (
    Contestant,
    Mark,
    Project,
    ProjectEvidence,
    ProjectScore,
    ProjectStep,
)
from staffing.people.models import Employee
from staffing.people.personal.changes import Put, Strike, clear
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

ERASED = "–"
_PROJECT = ("on", "outlet__code", "title", "problem", "idea", "evidence", "state")
_SCORE = ("project__on", "month", "version", "score", "comment", "reason")
_SAID = ("project__on", "kind", "at", "note")
_CONTESTANT = ("contest__on", "contest__title_zh", "contest__title_en") + (
    "outlet__code",
    "total",
    "place",
)
_MARK = ("judge__contest__on", "discipline__title_zh", "marks", "at")


def _projects(employee: Employee) -> QuerySet[Project]:
    return Project.objects.filter(author=employee)


def _projects_near(employee: Employee) -> QuerySet[Project]:
    near = Project.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(author=employee)


def _files(employee: Employee) -> QuerySet[ProjectEvidence]:
    return ProjectEvidence.objects.filter(project__author=employee)


def _files_near(employee: Employee) -> QuerySet[ProjectEvidence]:
    return ProjectEvidence.objects.filter(
        project__in=_projects_near(employee).values("pk")
    )


def _scores(employee: Employee) -> QuerySet[ProjectScore]:
    return ProjectScore.objects.filter(project__author=employee)


def _scores_near(employee: Employee) -> QuerySet[ProjectScore]:
    return ProjectScore.objects.filter(
        project__in=_projects_near(employee).values("pk")
    )


def _corrected(employee: Employee) -> QuerySet[ProjectScore]:
    return _scores(employee).exclude(reason="")


def _steps(employee: Employee) -> QuerySet[ProjectStep]:
    return ProjectStep.objects.filter(project__author=employee)


def _steps_near(employee: Employee) -> QuerySet[ProjectStep]:
    return ProjectStep.objects.filter(project__in=_projects_near(employee).values("pk"))


def _said(employee: Employee) -> QuerySet[ProjectStep]:
    return ProjectStep.objects.filter(by__employee=employee)


def _contestants(employee: Employee) -> QuerySet[Contestant]:
    return Contestant.objects.filter(employee=employee)


def _marks(employee: Employee) -> QuerySet[Mark]:
    return Mark.objects.filter(judge__user__employee=employee)


def _words_gone(pseudonym: str) -> dict[str, str]:
    return {"title": ERASED, "problem": ERASED, "idea": ERASED, "evidence": ""}


class _DeleteFiles:
    """Delete the files beside her ideas, and what is stored of them."""

    def count(self, employee: Employee) -> int:
        return _files(employee).count()

    def apply(self, employee: Employee, pseudonym: str) -> int:
        rows = list(_files(employee))
        for row in rows:
            name, storage = str(row.content), row.content.storage
            row.delete()
            transaction.on_commit(partial(storage.delete, name))
        return len(rows)


HOLDINGS = (
    Holding(
        code="growth_projects",
        label=_("Your suggestions"),
        about=_("What you suggested, and how far it came."),
        columns=_PROJECT,
        rows_of=columns_of(_projects, *_PROJECT),
        words=frozenset({"title", "problem", "idea", "evidence"}),
        changes=(
            Put(_projects, _words_gone),
            _DeleteFiles(),
            Strike(_projects_near, "title"),
            Strike(_projects_near, "problem"),
            Strike(_projects_near, "idea"),
            Strike(_projects_near, "evidence"),
            Strike(_files_near, "what"),
        ),
        erased=_("That there was one stays under the pseudonym; words and files go."),
        covers=frozenset(
            {
                "growth.Project.author",
                "growth.Project.title",
                "growth.Project.problem",
                "growth.Project.idea",
                "growth.Project.evidence",
                "growth.ProjectEvidence.what",
                "growth.ProjectEvidence.content",
                "growth.ProjectEvidence",
            }
        ),
    ),
    Holding(
        code="growth_scores",
        label=_("Scores of your suggestions"),
        about=_("What a month's score was, with the comment, and corrections."),
        columns=_SCORE,
        rows_of=columns_of(_scores, *_SCORE),
        words=frozenset({"comment", "reason"}),
        changes=(
            clear(_scores, "comment"),
            Put(_corrected, lambda pseudonym: {"reason": ERASED}),
            Strike(_scores_near, "comment"),
            Strike(_scores_near, "reason"),
        ),
        erased=_("Scores stay under the pseudonym, without words."),
        covers=frozenset(
            {
                "growth.ProjectScore",
                "growth.ProjectScore.by",
                "growth.ProjectScore.comment",
                "growth.ProjectScore.reason",
            }
        ),
    ),
    Holding(
        code="growth_steps",
        label=_("What you did to suggestions"),
        about=_("What you handed in, scored or decided, and when."),
        columns=_SAID,
        rows_of=columns_of(_said, *_SAID),
        words=frozenset({"note"}),
        changes=(clear(_steps, "note"), Strike(_steps_near, "note")),
        erased=_("What was done and when stays; words about her own ideas go."),
        covers=frozenset(
            {
                "growth.ProjectStep",
                "growth.ProjectStep.by",
                "growth.ProjectStep.note",
            }
        ),
    ),
    Holding(
        code="growth_contests",
        label=_("Skills contests you entered"),
        about=_("Which contests you entered, your total and place."),
        columns=_CONTESTANT,
        rows_of=columns_of(_contestants, *_CONTESTANT),
        erased=_("The result stays under the pseudonym."),
        covers=frozenset(
            {
                "growth.Contestant",
                "growth.Contestant.employee",
                "growth.Contestant.entered_by",
                "growth.CustomerMarks",
            }
        ),
    ),
    Holding(
        code="growth_marks",
        label=_("Marks you gave as a judge"),
        about=_("Your marks in contests, without the names of whom you judged."),
        columns=_MARK,
        rows_of=columns_of(_marks, *_MARK),
        erased=_("Marks stay under the pseudonym: results rest on them."),
        covers=frozenset({"growth.Judge", "growth.Judge.user", "growth.Mark"}),
    ),
)
