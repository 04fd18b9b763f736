"""Who belongs to an employee number, which this room does not know.

Who works here is known above. The app that knows sets `known_employee_numbers` and
`number_of_viewer` when it is ready; without it no number is doubted, and nobody has
one.
"""

from collections.abc import Callable, Collection

from outlets.places.sight import Viewer

known_employee_numbers: Callable[[Collection[str]], set[str]] | None = None
number_of_viewer: Callable[[Viewer], str] | None = None


def unknown_numbers(numbers: Collection[str]) -> set[str]:
    """Return those of the numbers, none of them empty, that belong to nobody."""
    if known_employee_numbers is None or not numbers:
        return set()
    return set(numbers) - known_employee_numbers(numbers)


def own_number(viewer: Viewer) -> str:
    """Return the number on the viewer's own badge; "": she is not on the staff."""
    return "" if number_of_viewer is None else number_of_viewer(viewer)
