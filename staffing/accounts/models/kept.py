"""Rows that are written once: nobody changes or deletes what has happened.

PostgreSQL refuses as well, by a trigger. `services.keeping` holds the one door: the
purge after the time of keeping, and the erasure of a name.
"""

from collections.abc import Iterable
from typing import Any, NoReturn, Self

from django.db import models

REFUSAL = "what has happened is never changed or deleted"


class KeptQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    def delete(self) -> NoReturn:
        raise TypeError(REFUSAL)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    def newest_first(self) -> Self:
        raise NotImplementedError


class Kept(models.Model):
    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(REFUSAL)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)
