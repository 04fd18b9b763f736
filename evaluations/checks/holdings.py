"""What checks hold about a person: those of her, and those she made."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import Away, Check, CheckQuerySet, Correction
from evaluations.checks.rules import rater_of_staff
from staffing.people.models import Employee
from staffing.people.personal.changes import Put, Strike, clear, words_for
from staffing.people.personal.keeping import RetentionKind
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

WORDS = "check_words"
_MADE = ("on", "outlet__code", "slot", "standard__code", "observed_at", "received_at")
_CORRECTION = ("at", "check_record__on", "action", "reason")
CHUNK = 500


def _checks(employee: Employee) -> CheckQuerySet:
    return Check.objects.filter(employee=employee)


def _made(employee: Employee) -> QuerySet[Check]:
    """Return the checks she made of others, tapped here or loaded from a file."""
    hers = Q(by__employee=employee) | Q(rater=rater_of_staff(employee.uuid))
    return Check.objects.filter(hers | Q(by_name=employee.number))


def _made_by_name(employee: Employee) -> QuerySet[Check]:
    """Return the checks that carry her as their author, under whatever spelling."""
    near = Q(by_name=employee.name, outlet__in=outlets_of(employee))
    return Check.objects.filter(Q(pk__in=_made(employee).values("pk")) | near).exclude(
        by_name=""
    )


def _check_rows(employee: Employee) -> Iterator[Mapping[str, Any]]:
    rows = _checks(employee).select_related("outlet", "standard", "version")
    for check in (
        rows.in_order().prefetch_related("marks__item").iterator(chunk_size=CHUNK)
    ):
        yield {
            "uuid": check.uuid,
            "on": check.on,
            "outlet": check.outlet.code,
            "slot": check.slot,
            "standard": check.standard.code,
            "version": check.version.number,
            "marks": {mark.item.code: mark.mark for mark in check.marks.all()},
            "score": check.score,
            "note": check.note,
            "observed_at": check.observed_at,
            "received_at": check.received_at,
            "state": check.state,
        }


def _corrections(employee: Employee) -> QuerySet[Correction]:
    return Correction.objects.filter(check_record__employee=employee)


def _near(employee: Employee) -> QuerySet[Check]:
    return Check.objects.filter(outlet__in=outlets_of(employee)).exclude(
        employee=employee
    )


def _corrections_near(employee: Employee) -> QuerySet[Correction]:
    return Correction.objects.filter(
        check_record__outlet__in=outlets_of(employee)
    ).exclude(check_record__employee=employee)


def _away(employee: Employee) -> QuerySet[Away]:
    return Away.objects.filter(employee=employee)


_AWAY = ("on", "outlet__code", "reason", "at", "withdrawn_at")


class _ClearEarlierNotes:
    """Clear the notes that corrections keep of before, of her and quoting her."""

    def _rows(self, employee: Employee) -> QuerySet[Correction]:
        said = Correction.objects.exclude(previous__note="")
        return said.filter(check_record__employee=employee)

    def count(self, employee: Employee) -> int:
        return self._rows(employee).count()

    def apply(self, employee: Employee, pseudonym: str) -> int:
        return clear_earlier_notes(self._rows(employee))


def clear_earlier_notes(rows: QuerySet[Correction]) -> int:
    found = list(rows.only("pk", "previous"))
    for row in found:
        row.previous = {**row.previous, "note": ""}
    Correction.objects.bulk_update(found, ["previous"], batch_size=CHUNK)
    return len(found)


class _StrikeEarlierNotes:
    """Clear earlier notes about others where they quote her."""

    def count(self, employee: Employee) -> int:
        return self._rows(employee).count()

    def apply(self, employee: Employee, pseudonym: str) -> int:
        return clear_earlier_notes(self._rows(employee))

    def _rows(self, employee: Employee) -> QuerySet[Correction]:
        quoting = Q()
        for word in words_for(employee):
            quoting |= Q(previous__note__icontains=word)
        return _corrections_near(employee).filter(quoting)


class _RenewUuids:
    """A check from a file without uuids has one made from her number: draw another."""

    def count(self, employee: Employee) -> int:
        return sum(1 for _pk in self._derived(employee))

    def apply(self, employee: Employee, pseudonym: str) -> int:
        derived = list(self._derived(employee))
        for pk in derived:
            Check.objects.filter(pk=pk).update(uuid=uuid4())
        return len(derived)

    def _derived(self, employee: Employee) -> Iterator[int]:
        for pk, uuid in _checks(employee).values_list("pk", "uuid").iterator():
            if uuid.version == 5:
                yield pk


HOLDINGS = (
    Holding(
        code="checks",
        label=_("Checks received"),
        about=_(
            "Every daily check of you: marks by item (what is not marked has passed), "
            "or a score in hundredths of a percentage point. Who checked is left out."
        ),
        columns=(
            "uuid",
            "on",
            "outlet",
            "slot",
            "standard",
            "version",
            "marks",
            "score",
            "note",
            "observed_at",
            "received_at",
            "state",
        ),
        rows_of=_check_rows,
        words=frozenset({"note"}),
        changes=(
            clear(_checks, "note"),
            Strike(_near, "note"),
            _RenewUuids(),
        ),
        erased=_("The marks stay under the pseudonym; notes are cleared."),
        covers=frozenset(
            {"checks.Check.employee", "checks.Check.note", "checks.CheckMark"}
        ),
        retention=WORDS,
    ),
    Holding(
        code="check_corrections",
        label=_("Corrections of checks received"),
        about=_("When a check of you was changed later, and why."),
        columns=_CORRECTION,
        rows_of=columns_of(_corrections, *_CORRECTION),
        words=frozenset({"reason"}),
        changes=(
            clear(_corrections, "reason"),
            Strike(_corrections_near, "reason"),
            _ClearEarlierNotes(),
            _StrikeEarlierNotes(),
        ),
        erased=_("Reasons and earlier notes are cleared."),
        covers=frozenset(
            {
                "checks.Correction",
                "checks.Correction.reason",
                "checks.Correction.previous",
                "checks.Correction.by",
            }
        ),
        retention=WORDS,
    ),
    Holding(
        code="check_away",
        label=_("Days off the card"),
        about=_("When somebody said that you were not at work, and for which reason."),
        columns=_AWAY,
        rows_of=columns_of(_away, *_AWAY),
        erased=_("The days stay under the pseudonym."),
        covers=frozenset({"checks.Away.employee"}),
    ),
    Holding(
        code="checks_made",
        label=_("Checks made"),
        about=_("When and where you checked others; whom and how is left out."),
        columns=_MADE,
        rows_of=columns_of(_made, *_MADE),
        changes=(Put(_made_by_name, lambda pseudonym: {"by_name": pseudonym}),),
        erased=_("The pseudonym stands for her as the author."),
        covers=frozenset(
            {"checks.Check.by", "checks.Check.by_name", "checks.Check.rater"}
        ),
    ),
)


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    """Clear notes, authors' names and reasons of checks before `cut_off`."""
    old = Check.objects.filter(on__lt=cut_off, pending=False)
    checks = old.exclude(note="", by_name="").order_by("pk")
    keys = list(checks.values_list("pk", flat=True)[:limit])
    Check.objects.filter(pk__in=keys).update(note="", by_name="")
    if len(keys) == limit:
        return limit
    reasons = Correction.objects.filter(check_record__on__lt=cut_off).exclude(
        reason="", previous__note=""
    )
    pks = list(reasons.order_by("pk").values_list("pk", flat=True)[: limit - len(keys)])
    chosen = Correction.objects.filter(pk__in=pks)
    clear_earlier_notes(chosen)
    chosen.update(reason="")
    return len(keys) + len(pks)


KIND = RetentionKind(
    code=WORDS,
    label=_("Notes and names on checks"),
    why=_(
        "The marks stay, so that every entry leads to what was marked; who wrote what "
        "about whom is needed as long as an award can be disputed."
    ),
    months=36,
    actions=(Action.PSEUDONYMISE, Action.KEEP),
    apply=_expire_words,
    judged=True,
)
