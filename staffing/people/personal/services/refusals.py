"""What the services of personal data refuse, and how they say it."""

from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why: the reason stays on record.")


class ExportUnderWay(DomainError):
    code = "export_under_way"
    message = _("Such a file is being made already.")


class AlreadyErased(DomainError):
    code = "already_erased"
    message = _("This person's data was erased already.")


class ExportGone(DomainError):
    code = "export_gone"
    message = _("This file has expired. Ask for a new one.")


class StillEmployed(DomainError):
    code = "still_employed"
    message = _("Only people who have left can be erased.")


class LeftTooLately(DomainError):
    code = "left_too_lately"
    message = _(
        "She left on %(left_on)s; people can be erased %(months)s months after they "
        "left."
    )


class StillNeeded(DomainError):
    code = "still_needed"
    message = _("She cannot be erased now: %(why)s")


class ErasureOpen(DomainError):
    code = "erasure_open"
    message = _("Her erasure has been asked for already.")


class ErasureClosed(DomainError):
    code = "erasure_closed"
    message = _("This erasure has been decided already.")


class SamePerson(DomainError):
    code = "same_person"
    message = _("A second person has to confirm what you asked for.")


class OwnErasure(DomainError):
    code = "own_erasure"
    message = _("Nobody erases herself: leave it to your colleagues.")


class NumberNotErased(DomainError):
    code = "number_not_erased"
    message = _("Nobody with the number %(number)s was erased.")


class RuleImpossible(DomainError):
    code = "rule_impossible"
    message = _("This kind of record cannot be kept that way.")
