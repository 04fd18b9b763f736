"""Taking checks, correcting them, and settling what two tablets said."""

from evaluations.checks.services.correcting import (
    choose_check,
    correct_check,
    undo_check,
)
from evaluations.checks.services.recording import record_check

__all__ = ["choose_check", "correct_check", "record_check", "undo_check"]
