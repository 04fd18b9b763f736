"""Every write of the room: intake, handling, verdicts, the path up, the ledger."""

from evaluations.complaints.services.calendars import drop_calendar, set_calendar
from evaluations.complaints.services.escalating import escalate_cases
from evaluations.complaints.services.handling import act
from evaluations.complaints.services.intake import log_case
from evaluations.complaints.services.posting import (
    SOURCE,
    case_lines,
    concerns_ledger,
    post_case,
    settle,
)

__all__ = [
    "SOURCE",
    "act",
    "case_lines",
    "concerns_ledger",
    "drop_calendar",
    "escalate_cases",
    "log_case",
    "post_case",
    "set_calendar",
    "settle",
]
