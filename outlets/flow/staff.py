"""Whether somebody belongs to an employee number, which this room does not know.

Who works here is known above. The app that knows sets `known_employee_numbers` when
it is ready; without it no number is doubted.
"""

from collections.abc import Callable, Collection

known_employee_numbers: Callable[[Collection[str]], set[str]] | None = None


def unknown_numbers(numbers: Collection[str]) -> set[str]:
    """Return those of the numbers, none of them empty, that belong to nobody."""
    if known_employee_numbers is None or not numbers:
        return set()
    return set(numbers) - known_employee_numbers(numbers)
