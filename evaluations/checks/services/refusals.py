"""What the rules of checking do not allow, said so that a manager can act on it."""

from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError


class OwnCheck(DomainError):
    code = "own_check"
    message = _("Nobody checks herself: somebody else has to do this check.")


class DayIsOver(DomainError):
    code = "day_is_over"
    message = _("This day is over. Only a correction with a reason can change it.")


class NotOnShift(DomainError):
    code = "not_on_shift"
    message = _("%(name)s does not work at this outlet on that day.")


class UnknownItem(DomainError):
    code = "unknown_item"
    message = _("%(codes)s: not on this checklist.")


class NothingToCheck(DomainError):
    code = "nothing_to_check"
    message = _("This checklist has no items for what is being checked.")


class MarksAndScore(DomainError):
    code = "marks_and_score"
    message = _("A check has marks or a score, not both.")


class UnknownRound(DomainError):
    code = "unknown_round"
    message = _("This checklist has no round “%(slot)s”.")


class NotDue(DomainError):
    code = "not_due"
    message = _(
        "The round at a random hour is not due yet. The card shows it when it is."
    )


class UuidTaken(DomainError):
    code = "uuid_taken"
    message = _("This check was already sent for somebody else. Reload the card.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("A correction after the day needs a reason.")


class NotStanding(DomainError):
    code = "not_standing"
    message = _("This check does not count. Settle or repeat it on the card.")
