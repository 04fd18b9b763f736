"""The tabs of a card: one for each checklist, and how far it is."""

from dataclasses import dataclass
from datetime import date

from django.utils.http import urlencode

from evaluations.standards.models import Standard
from outlets.places.models import Outlet


def query_of(outlet: Outlet, on: date, standard: str) -> str:
    """Return what an address of a card carries behind the question mark."""
    return urlencode({"outlet": outlet.code, "on": f"{on:%F}", "standard": standard})


@dataclass(frozen=True, slots=True)
class Tab:
    """One checklist of the card; `waits` while its random round is not done."""

    standard: Standard
    checked: int
    total: int
    current: bool
    query: str
    judges_outlet: bool
    waits: bool = False

    @property
    def done(self) -> bool:
        return self.checked >= self.total
