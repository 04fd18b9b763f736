from evaluations.complaints.models.calendars import ClockCalendar
from evaluations.complaints.models.cases import (
    Case,
    CaseChange,
    CaseKind,
    CaseQuerySet,
    Verdict,
)
from evaluations.complaints.models.events import CaseEvent, Escalation, EventKind, Level
from evaluations.complaints.models.handling import (
    Contact,
    Handling,
    HandlingState,
    IntakeChannel,
    Reason,
    Subject,
)

__all__ = [
    "Case",
    "CaseChange",
    "CaseEvent",
    "CaseKind",
    "CaseQuerySet",
    "ClockCalendar",
    "Contact",
    "Escalation",
    "EventKind",
    "Handling",
    "HandlingState",
    "IntakeChannel",
    "Level",
    "Reason",
    "Subject",
    "Verdict",
]
