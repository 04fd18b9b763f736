"""Who has guessed wrong how often, and must wait until when."""

from django.db import models


class Lock(models.Model):
    """Failures in a row behind one key, such as a person at a device.

    `until` None: no wait. The key names rows by their ids, an address by its hash.
    """

    key = models.CharField(max_length=120, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key
