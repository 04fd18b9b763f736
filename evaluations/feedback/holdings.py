"""What customer feedback holds about a person, and about customers."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models import Channel, Delivery, Invitation, Rating
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.keeping import RetentionKind, delete_oldest, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

WORDS = "rating_words"
_RATING = ("uuid", "on", "outlet__code", "channel", "rated_at", "score", "comment")
_INVITATION = ("uuid", "on", "outlet__code", "channel", "sent_at", "replied")


def _ratings(employee: Employee) -> QuerySet[Rating]:
    return Rating.objects.filter(employee=employee)


def _of_counter(employee: Employee) -> QuerySet[Rating]:
    return _ratings(employee).exclude(channel=Channel.CALLBACK)


def _callbacks(employee: Employee) -> QuerySet[Rating]:
    return _ratings(employee).filter(channel=Channel.CALLBACK)


def _near(employee: Employee) -> QuerySet[Rating]:
    return Rating.objects.filter(outlet__in=outlets_of(employee)).exclude(
        employee=employee
    )


def _invitations(employee: Employee) -> QuerySet[Invitation]:
    return Invitation.objects.filter(employee=employee)


_STAYS = _("The mark stays under the pseudonym; comment and ticket are cleared.")

HOLDINGS = (
    Holding(
        code="ratings",
        label=_("Ratings"),
        about=_("What customers gave you, from 1 to 5. Who rated is left out."),
        columns=_RATING,
        rows_of=columns_of(_of_counter, *_RATING),
        words=frozenset({"comment"}),
        changes=(
            clear(_of_counter, "comment", "ticket_no"),
            Strike(_near, "comment"),
        ),
        erased=_STAYS,
        covers=frozenset(
            {
                "feedback.Rating.employee",
                "feedback.Rating.recorded_by",
                "feedback.Rating.comment",
                "feedback.Rating.ticket_no",
                "feedback.Rating.rater",
            }
        ),
        retention=WORDS,
    ),
    Holding(
        code="callbacks",
        label=_("Call-backs"),
        about=_("What customers said of you when called back, from 1 to 5."),
        columns=_RATING,
        rows_of=columns_of(_callbacks, *_RATING),
        words=frozenset({"comment"}),
        changes=(clear(_callbacks, "comment", "ticket_no"),),
        erased=_STAYS,
        covers=frozenset({"feedback.Rating.employee"}),
        retention=WORDS,
    ),
    Holding(
        code="invitations",
        label=_("SMS invitations"),
        about=_("SMS that asked your customers for a rating, without the customers."),
        columns=_INVITATION,
        rows_of=columns_of(_invitations, *_INVITATION),
        erased=_("They stay under the pseudonym: the reply rate counts them."),
        covers=frozenset({"feedback.Invitation.employee"}),
    ),
)


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    old = Rating.objects.filter(on__lt=cut_off, pending=False)
    return put_oldest(
        old.exclude(comment="", ticket_no=""), limit, comment="", ticket_no=""
    )


def _expire_deliveries(cut_off: date, action: Action, limit: int) -> int:
    return delete_oldest(Delivery.objects.filter(received_at__date__lt=cut_off), limit)


KINDS = (
    RetentionKind(
        code=WORDS,
        label=_("Comments and tickets of ratings"),
        why=_(
            "What customers wrote is read for two years of comparison; the marks stay. "
            "The ticket number is what could lead to the customer."
        ),
        months=24,
        actions=(Action.PSEUDONYMISE, Action.KEEP),
        apply=_expire_words,
        judged=True,
    ),
    RetentionKind(
        code="feedback_deliveries",
        label=_("Marks of delivered ratings"),
        why=_("A machine sends again within days; three months are ample."),
        months=3,
        actions=(Action.DELETE,),
        apply=_expire_deliveries,
    ),
)
