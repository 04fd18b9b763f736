from staffing.accounts.models.access import AccessKind, AccessRecord
from staffing.accounts.models.history import Deed, HistoryRecord

__all__ = ["AccessKind", "AccessRecord", "Deed", "HistoryRecord"]
