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
from evaluations.complaints.models.orders import (
    ComplaintMeeting,
    OrderEvent,
    OrderStep,
    SupervisionOrder,
)
from evaluations.complaints.models.red_lines import (
    RedLineEvent,
    RedLineEvidence,
    RedLineFile,
    RedLineParty,
)

__all__ = [
    "Case",
    "CaseChange",
    "CaseEvent",
    "CaseKind",
    "CaseQuerySet",
    "ClockCalendar",
    "ComplaintMeeting",
    "Contact",
    "Escalation",
    "EventKind",
    "Handling",
    "HandlingState",
    "IntakeChannel",
    "Level",
    "OrderEvent",
    "OrderStep",
    "Reason",
    "RedLineEvent",
    "RedLineEvidence",
    "RedLineFile",
    "RedLineParty",
    "Subject",
    "SupervisionOrder",
    "Verdict",
]
