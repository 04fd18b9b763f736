"""What customers said, where and how they were asked."""

from evaluations.feedback.models.calls import (
    CallAttempt,
    CallBack,
    CallBackQuerySet,
    CallDraw,
    CallState,
    Outcome,
)
from evaluations.feedback.models.counters import (
    Counter,
    CounterStint,
    NamedBy,
    Origin,
    SetAside,
    WhySetAside,
)
from evaluations.feedback.models.messages import (
    CustomerNumber,
    Message,
    MessageState,
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
    "CallAttempt",
    "CallBack",
    "CallBackQuerySet",
    "CallDraw",
    "CallState",
    "CustomerNumber",
    "Message",
    "MessageState",
    "Outcome",
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
