"""What customers said, where and how they were asked."""

from evaluations.feedback.models.counters import (
    Counter,
    CounterStint,
    NamedBy,
    Origin,
    SetAside,
    WhySetAside,
)
from evaluations.feedback.models.ratings import (
    ONSITE,
    Channel,
    Delivery,
    FeedbackQuerySet,
    Invitation,
    Rating,
)

__all__ = [
    "ONSITE",
    "Channel",
    "Counter",
    "CounterStint",
    "Delivery",
    "FeedbackQuerySet",
    "Invitation",
    "NamedBy",
    "Origin",
    "Rating",
    "SetAside",
    "WhySetAside",
]
