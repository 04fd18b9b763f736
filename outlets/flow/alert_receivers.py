"""Who is to know of alerts, which this room does not know.

Who holds which power where is known above. The app that knows registers a receiver
when it is ready; without one alerts stand on the pages of this room only.
"""

from collections.abc import Sequence
from typing import Protocol

from outlets.flow.models import FlowAlert


class Receiver(Protocol):
    """Both are called within the transaction in which it happened."""

    def raised(self, alerts: Sequence[FlowAlert]) -> None:
        """Tell who has to know that these have begun; outlets are fetched along."""

    def settled(self, alerts: Sequence[FlowAlert]) -> None:
        """These have ended, or somebody has acknowledged them: nobody need look."""


_receivers: dict[str, Receiver] = {}


def register(name: str, receiver: Receiver) -> None:
    """Make a receiver known; one of the same name takes its place."""
    _receivers[name] = receiver


def raised(alerts: Sequence[FlowAlert]) -> None:
    if alerts:
        for receiver in _receivers.values():
            receiver.raised(alerts)


def settled(alerts: Sequence[FlowAlert]) -> None:
    if alerts:
        for receiver in _receivers.values():
            receiver.settled(alerts)
