"""What counters, messages and call-backs hold about staff, and about customers."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models import (
    CallAttempt,
    CallBack,
    CallState,
    CounterStint,
    Message,
)
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.keeping import RetentionKind, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

WORDS = "call_words"
_CALL = ("uuid", "on", "outlet__code", "state", "mark", "matter", "follow_up")
_ATTEMPT = ("call__uuid", "at", "outcome", "in_window")
_STINT = ("counter__outlet__code", "counter__name", "begins_at", "ends_at")
_MESSAGE = ("uuid", "on", "outlet__code", "state")


def _calls(employee: Employee) -> QuerySet[CallBack]:
    return CallBack.objects.filter(employee=employee)


def _over(employee: Employee) -> QuerySet[CallBack]:
    # What she may not know beforehand, a file does not tell her either.
    return _calls(employee).exclude(state=CallState.WAITING)


def _near(employee: Employee) -> QuerySet[CallBack]:
    return CallBack.objects.filter(outlet__in=outlets_of(employee)).exclude(
        employee=employee
    )


def _attempts(employee: Employee) -> QuerySet[CallAttempt]:
    return CallAttempt.objects.filter(by__employee=employee)


def _stints(employee: Employee) -> QuerySet[CounterStint]:
    return CounterStint.objects.filter(employee=employee)


def _messages(employee: Employee) -> QuerySet[Message]:
    return Message.objects.filter(employee=employee, invitation__isnull=False)


HOLDINGS = (
    Holding(
        code="calls_about",
        label=_("Calls to your customers"),
        about=_("Customers of yours who were called back, without who they are."),
        columns=_CALL,
        rows_of=columns_of(_over, *_CALL),
        words=frozenset({"matter", "follow_up"}),
        changes=(
            clear(_calls, "matter", "follow_up"),
            Strike(_near, "matter"),
            Strike(_near, "follow_up"),
        ),
        erased=_("The mark stays under the pseudonym; the words are cleared."),
        covers=frozenset(
            {
                "feedback.CallBack.employee",
                "feedback.CallBack.matter",
                "feedback.CallBack.follow_up",
                # The customer's, never in anybody's export.
                "feedback.CallBack.number",
                "feedback.CallBack.ticket_no",
            }
        ),
        retention=WORDS,
    ),
    Holding(
        code="calls_made",
        label=_("Calls that you made"),
        about=_("Tries to reach customers: when, and how it went."),
        columns=_ATTEMPT,
        rows_of=columns_of(_attempts, *_ATTEMPT),
        erased=_("That she called stays under the pseudonym."),
        covers=frozenset({"feedback.CallAttempt.by"}),
    ),
    Holding(
        code="counter_stints",
        label=_("Where you sat"),
        about=_("At which counter you were, from when to when."),
        columns=_STINT,
        rows_of=columns_of(_stints, *_STINT),
        erased=_("They stay under the pseudonym: they say whom marks are about."),
        covers=frozenset({"feedback.CounterStint.employee"}),
    ),
    Holding(
        code="rating_messages",
        label=_("Rating messages"),
        about=_("SMS drawn for your customers, without the customers."),
        columns=_MESSAGE,
        rows_of=columns_of(_messages, *_MESSAGE),
        erased=_("They stay under the pseudonym: the reply rate counts them."),
        covers=frozenset(
            {
                "feedback.Message.employee",
                "feedback.Message.number",
                "feedback.Message.phone_hash",
                "feedback.Message.ticket_no",
                "feedback.CustomerNumber.number",
                "feedback.CustomerNumber.ticket_no",
                "feedback.Origin.phone_hash",
            }
        ),
    ),
)


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    old = CallBack.objects.filter(on__lt=cut_off).exclude(state=CallState.WAITING)
    return put_oldest(
        old.exclude(matter="", follow_up=""), limit, matter="", follow_up=""
    )


KINDS = (
    RetentionKind(
        code=WORDS,
        label=_("Words of call-backs"),
        why=_("What customers said is read for two years of comparison; marks stay."),
        months=24,
        actions=(Action.PSEUDONYMISE, Action.KEEP),
        apply=_expire_words,
    ),
)
