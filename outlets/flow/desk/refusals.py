"""What the desk refuses, each with what is wrong and what to do."""

from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError


class NobodyWaits(DomainError):
    code = "nobody_waits"
    message = _("Nobody is waiting.")


class NobodyWaitsForIt(DomainError):
    code = "nobody_waits_for_service"
    message = _("Nobody is waiting for “%(service)s”.")


class NoServer(DomainError):
    code = "no_server"
    message = _("Say first who serves: the number on the badge.")


class StillServing(DomainError):
    code = "still_serving"
    message = _(
        "%(employee_number)s still has ticket %(number)s. Finish it, or say that "
        "nobody came, then call the next."
    )


class UnknownService(DomainError):
    code = "unknown_service"
    message = _("“%(service)s” is no service of this outlet. Choose one from the list.")


class SameService(DomainError):
    code = "same_service"
    message = _("Ticket %(number)s is for “%(service)s” already. Choose another one.")


class UnknownTicket(DomainError):
    code = "unknown_ticket"
    message = _(
        "There is no ticket %(number)s in today's line. Look at the line again."
    )


class NotNow(DomainError):
    code = "not_now"
    message = _(
        "Nothing was changed: ticket %(number)s %(state)s. Look at the line again."
    )


class DayIsOver(DomainError):
    code = "day_is_over"
    message = _(
        "Nothing was changed: the page is of %(day)s, and a new trading day has begun. "
        "Load it again."
    )


class KeyUsed(DomainError):
    code = "key_used"
    message = _(
        "Nothing was changed: this form was sent before, for something else. Load the "
        "page again."
    )
