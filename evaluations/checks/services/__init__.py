"""Taking checks, correcting them, settling conflicts, and putting findings right."""

from evaluations.checks.services.actions import (
    change_action,
    drop_action,
    open_action,
    report_done,
    send_back,
    verify_action,
)
from evaluations.checks.services.correcting import (
    choose_check,
    correct_check,
    undo_check,
)
from evaluations.checks.services.recording import record_check

__all__ = [
    "change_action",
    "choose_check",
    "correct_check",
    "drop_action",
    "open_action",
    "record_check",
    "report_done",
    "send_back",
    "undo_check",
    "verify_action",
]
