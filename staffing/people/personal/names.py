"""The name of somebody who may have been erased."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

# What the database holds for the name of somebody erased; nobody else is nameless.
ERASED = ""


class FormerName(str):
    """What is read in place of an erased name; written back, it stays erased."""

    __slots__ = ()


class PersonName(models.CharField):
    """A name that, once erased, reads "former staff member" in the reader's language.

    The words are put in where a row is read, so that every page, file and answer of
    the API shows them without knowing that somebody was erased.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return FormerName(_("former staff member")) if value == ERASED else value

    def get_prep_value(self, value: Any) -> Any:
        return (
            ERASED if isinstance(value, FormerName) else super().get_prep_value(value)
        )
