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
