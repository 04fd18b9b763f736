"""What the pages of checks send."""

from evaluations.checks.forms.card import (
    AwayForm,
    DaysForm,
    MarksForm,
    OutletDaysForm,
    QueueFileForm,
    RecordForm,
)

__all__ = [
    "AwayForm",
    "DaysForm",
    "MarksForm",
    "OutletDaysForm",
    "QueueFileForm",
    "RecordForm",
]
