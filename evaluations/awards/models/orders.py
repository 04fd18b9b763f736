"""What was nominated under an idempotency key."""

from outlets.exchange.keys import OrderBase


class NominationOrder(OrderBase):
    """A nomination that a call of the API made: the same call makes no second one."""
