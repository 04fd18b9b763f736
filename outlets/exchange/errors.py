"""The refusal that every room speaks: a stable code and a message safe to show."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Something that the rules of the trade do not allow right now.

    Subclasses set `code` (stable, for machines) and `message` (translated, with named
    placeholders filled from the keyword arguments).
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[Any] = _("This is not possible.")

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params
