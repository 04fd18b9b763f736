"""Who signed in, who tried to, and who took personal data out."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet
from outlets.places.sight import Power, Sight, Viewer
from staffing.accounts.models.kept import Kept, KeptQuerySet
from staffing.people.models import Employee


class AccessKind(models.TextChoices):
    SIGN_IN = "sign_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    LOCKED_OUT = "locked_out", _("locked out")
    SIGN_OUT = "sign_out", _("signed out")
    PIN_SIGN_IN = "pin_sign_in", _("signed in with a PIN")
    SECOND_FACTOR_CHANGED = "second_factor_changed", _("second factor changed")
    PASSWORD_CHANGED = "password_changed", _("password changed")  # noqa: S105 - a name
    DIRECTORY_CHANGED = "directory_changed", _("directory connection changed")
    TOKEN_ISSUED = "token_issued", _("access token issued")  # noqa: S105 - a name
    EXPORT = "export", _("personal data exported")
    PERSONAL_DATA_VIEWED = "personal_data_viewed", _("personal data viewed")
    IMPORT = "import", _("file loaded")
    HISTORY_PURGED = "history_purged", _("old history removed")
    NAME_ERASED = "name_erased", _("name erased from the history")


# What somebody who keeps the system running must see; no personal data moved.
OF_SIGN_IN = (
    AccessKind.SIGN_IN,
    AccessKind.SIGN_IN_FAILED,
    AccessKind.LOCKED_OUT,
    AccessKind.SIGN_OUT,
    AccessKind.PIN_SIGN_IN,
    AccessKind.SECOND_FACTOR_CHANGED,
    AccessKind.PASSWORD_CHANGED,
    AccessKind.DIRECTORY_CHANGED,
    AccessKind.TOKEN_ISSUED,
)


def sees_all_access(sight: Sight) -> bool:
    return sight.reach(Power.SEE_HISTORY).everywhere


class AccessQuerySet(KeptQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """Everything for who reads the history; sign-ins for who configures."""
        sight = viewer.sight
        if sees_all_access(sight):
            return self
        if sight.reach(Power.CONFIGURE).everywhere:
            return self.filter(kind__in=OF_SIGN_IN)
        return self.none()

    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")


class AccessRecord(Kept):
    """One sign-in, failure, export or the like.

    `user` is the person, or `name` the service or job; both empty: a name that nobody
    here has (what was typed is not kept: it may be a password). `employee` and `outlet`
    are whom and what it concerned, `rows` how many rows left or came. `address` may be
    cut to its network; `agent` is a browser family on a device family.
    """

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=24, choices=AccessKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    name = models.CharField(max_length=150, blank=True)
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", db_index=False
    )
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(null=True)
    address = models.CharField(max_length=50, blank=True)
    agent = models.CharField(max_length=60, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="access_newest"),
            models.Index(fields=["kind", "-at"], name="access_of_kind"),
            models.Index(fields=["user", "-at"], name="access_of_user"),
            models.Index(fields=["employee", "-at"], name="access_about_person"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind}"
