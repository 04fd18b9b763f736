"""What a customer is offered once she was served; a room above says where that is."""

from collections.abc import Callable
from uuid import UUID

# Returns the address of the page for the ticket of this arrival.
page_of_ticket: Callable[[UUID | str], str] | None = None


def page_after(arrival: UUID | str) -> str:
    """Return the address that the page of a ticket leads to at its end; "": none."""
    return "" if page_of_ticket is None else page_of_ticket(arrival)
