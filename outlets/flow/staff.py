"""What this room does not know about people: whose a number is, how many work where.

Who works here is known above. The app that knows sets `known_employee_numbers`,
`number_of_viewer` and `headcounts` when it is ready; without them no number is doubted,
nobody has one, and nobody is counted.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from django.db.models import QuerySet

from outlets.places.models import Outlet
from outlets.places.sight import Viewer

known_employee_numbers: Callable[[Collection[str]], set[str]] | None = None
number_of_viewer: Callable[[Viewer], str] | None = None
# How many people are assigned to each outlet on a day, by the id of the outlet.
headcounts: Callable[[date, QuerySet[Outlet]], Mapping[int, int]] | None = None


def unknown_numbers(numbers: Collection[str]) -> set[str]:
    """Return those of the numbers, none of them empty, that belong to nobody."""
    if known_employee_numbers is None or not numbers:
        return set()
    return set(numbers) - known_employee_numbers(numbers)


def own_number(viewer: Viewer) -> str:
    """Return the number on the viewer's own badge; "": she is not on the staff."""
    return "" if number_of_viewer is None else number_of_viewer(viewer)


def heads_on(day: date, outlets: QuerySet[Outlet]) -> Mapping[int, int]:
    """Return the people of each outlet on a day; outlets without anybody are absent."""
    return {} if headcounts is None else headcounts(day, outlets)
