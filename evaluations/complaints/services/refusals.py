"""Why something about a case cannot be done right now."""

from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError


class NotInThatState(DomainError):
    code = "case_not_in_that_state"
    message = _("This has changed meanwhile: the case is “%(state)s”. Reload the page.")


class NoReplyYet(DomainError):
    code = "case_without_reply"
    message = _(
        "The customer has no reply on record since the case was opened. Record what "
        "was replied, then close it."
    )


class WordsMissing(DomainError):
    code = "case_words_missing"
    message = _("Say in a few words what was done, or why.")


class NobodyToAsk(DomainError):
    code = "case_task_for_nobody"
    message = _("Name one person or one unit that shall take it over.")


class CannotAccept(DomainError):
    code = "case_task_cannot_be_accepted"
    message = _(
        "Whoever has the staff number %(number)s cannot sign in, and so cannot accept "
        "it. Choose somebody else."
    )


class AboutThem(DomainError):
    code = "case_task_about_them"
    message = _("The case is about %(name)s: somebody else has to take it over.")


class NotUpThePath(DomainError):
    code = "case_unit_elsewhere"
    message = _("%(name)s does not stand above this outlet. Choose a unit that does.")


class NotFromHere(DomainError):
    code = "case_about_a_stranger"
    message = _(
        "Nobody with the staff number %(number)s worked at this outlet around the day "
        "of receipt. Check the badge, or leave it empty: she can be named later."
    )


class NobodyNamed(DomainError):
    code = "case_about_nobody"
    message = _("Nobody is named yet: name the person concerned, then judge.")


class OnlyComplaints(DomainError):
    code = "case_not_a_complaint"
    message = _("Only a complaint is upheld or not; this came in as “%(contact)s”.")


class NotHeard(DomainError):
    code = "case_person_not_heard"
    message = _(
        "The person concerned is heard first: write what she says to it, or that she "
        "would not say anything."
    )


class JudgedAlready(DomainError):
    code = "case_judged_already"
    message = _("There is a verdict: whom it is about cannot change under it.")


class ReceivedLater(DomainError):
    code = "case_received_later"
    message = _("The moment of receipt has not come yet. Write when it was received.")


class ReceivedLongAgo(DomainError):
    code = "case_received_long_ago"
    message = _(
        "A case is logged within %(days)s days of its receipt. Older ones come in as "
        "past cases, from a spreadsheet."
    )


class NotThere(DomainError):
    code = "case_outlet_elsewhere"
    message = _("You cannot log a case at this outlet.")
