"""Why something about customers' marks cannot be done right now."""

from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError


class PadNotBound(DomainError):
    code = "pad_not_bound"
    message = _(
        "This tablet asks at no counter. Whoever leads the outlet binds it under "
        "Customer feedback, Counters."
    )


class CounterEnded(DomainError):
    code = "counter_ended"
    message = _("This counter is not in use any more.")


class CounterTaken(DomainError):
    code = "counter_taken"
    message = _("This outlet has a counter of that name already.")


class TabletElsewhere(DomainError):
    code = "tablet_elsewhere"
    message = _("This tablet is bound to counter %(name)s. Release it there first.")


class NotForHerself(DomainError):
    code = "counter_stint_own"
    message = _("Nobody says herself that she is at a counter: ask somebody else to.")


class NotHereToday(DomainError):
    code = "counter_stint_stranger"
    message = _("%(name)s is not assigned to this outlet today.")


class CallIsOver(DomainError):
    code = "call_is_over"
    message = _("This call is over: its customer was reached, or is not called again.")


class MarkMissing(DomainError):
    code = "call_without_mark"
    message = _("The customer was reached: choose the mark that she gave.")


class CaseNeedsWords(DomainError):
    code = "call_case_needs_words"
    message = _(
        "So low a mark opens a complaint: write what she said, and choose reason and "
        "scope."
    )
