"""The one door from here to complaints: a low mark on the telephone opens a case."""

from evaluations.complaints.models import Contact, IntakeChannel, Reason, Subject
from evaluations.complaints.services import log_case
from evaluations.feedback.models import CallBack
from staffing.people.models import User

REASONS = Reason.choices
SUBJECTS = Subject.choices


def open_case(
    call: CallBack, *, reason: str, subject: str, number: str, by: User
) -> str:
    """Log what the customer told as a complaint about who served her.

    The same call again opens no second case. Returns the number of the case.
    """
    case = log_case(
        by=by,
        key=call.uuid,
        outlet=call.outlet,
        channel=IntakeChannel.PHONE,
        contact=Contact.COMPLAINT,
        reason=reason,
        subject=subject,
        summary=call.matter,
        phone_tail=tail(number),
        person=call.employee,
    )
    return case.case_no


def tail(number: str) -> str:
    """Return the last four digits, as a case keeps them; "": it has fewer."""
    digits = "".join(filter(str.isdigit, number))
    return digits[-4:] if len(digits) >= 4 else ""
