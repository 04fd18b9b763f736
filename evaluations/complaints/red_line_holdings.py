"""What red-line files hold about people."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models import (
    RedLineEvent,
    RedLineEvidence,
    RedLineFile,
    RedLineParty,
)
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.keeping import RetentionKind, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Guard, Holding, columns_of
from staffing.people.personal.selectors import outlets_of

LINES = "red_line_words"
_PARTY = (
    "file__file_no",
    "file__outlet__code",
    "file__prohibition",
    "part",
    "named_on",
    "state",
    "finding",
    "consequence",
    "decided_on",
)
_EVENT = ("file__file_no", "at", "kind", "note")


def _parties(employee: Employee) -> QuerySet[RedLineParty]:
    return RedLineParty.objects.filter(employee=employee)


def _lines(employee: Employee) -> QuerySet[RedLineEvent]:
    return RedLineEvent.objects.filter(by__employee=employee)


def _lines_near(employee: Employee) -> QuerySet[RedLineEvent]:
    near = RedLineEvent.objects.filter(
        Q(file__outlet__in=outlets_of(employee)) | Q(party__employee=employee)
    )
    return near.exclude(pk__in=_lines(employee).values("pk"))


def _files_near(employee: Employee) -> QuerySet[RedLineFile]:
    return RedLineFile.objects.filter(
        Q(outlet__in=outlets_of(employee)) | Q(parties__employee=employee)
    ).distinct()


def _evidence_near(employee: Employee) -> QuerySet[RedLineEvidence]:
    return RedLineEvidence.objects.filter(file__in=_files_near(employee).values("pk"))


def _blocks(employee: Employee) -> Iterator[str]:
    for party in _parties(employee).filter(finding="").select_related("file"):
        yield gettext("Red-line file %(file_no)s is not decided.") % {
            "file_no": party.file.file_no
        }


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    """Clear the words of files of which nobody is undecided."""
    undecided = RedLineParty.objects.filter(finding="").values("file")
    old = RedLineEvent.objects.filter(file__on__lt=cut_off).exclude(note="")
    return put_oldest(old.exclude(file__in=undecided), limit, note="")


HOLDINGS = (
    Holding(
        code="red_lines",
        label=_("Red-line files that name you"),
        about=_("In which part a file names you, and what was decided."),
        columns=_PARTY,
        rows_of=columns_of(_parties, *_PARTY),
        changes=(
            Strike(_files_near, "allegation"),
            Strike(_evidence_near, "what"),
        ),
        erased=_(
            "Finding and consequence stay under the pseudonym: a bar is for good."
        ),
        covers=frozenset(
            {
                "complaints.RedLineParty.employee",
                "complaints.RedLineFile.allegation",
                "complaints.RedLineEvidence.what",
                # Named by a uuid; it goes with the file's words.
                "complaints.RedLineEvidence.content",
            }
        ),
        retention=LINES,
    ),
    Holding(
        code="red_line_lines",
        label=_("What you wrote in red-line files"),
        about=_("What you reported, answered, proposed or decided, and when."),
        columns=_EVENT,
        rows_of=columns_of(_lines, *_EVENT),
        words=frozenset({"note"}),
        changes=(clear(_lines, "note"), Strike(_lines_near, "note")),
        erased=_("Her words are cleared; what she did and when stays."),
        covers=frozenset(
            {
                "complaints.RedLineEvent.by",
                "complaints.RedLineEvent.note",
                "complaints.RedLineFile.opened_by",
                "complaints.RedLineParty.proposed_by",
                "complaints.RedLineEvidence.by",
            }
        ),
        retention=LINES,
    ),
)
KINDS = (
    RetentionKind(
        code=LINES,
        label=_("Words of red-line files"),
        why=_(
            "They show why it was decided so while it can be overturned; who, when and "
            "what was found stays."
        ),
        months=60,
        actions=(Action.PSEUDONYMISE, Action.KEEP),
        apply=_expire_words,
        judged=True,
    ),
)
GUARD = Guard(code="red_lines", needs_from=lambda: None, blocks=_blocks)
