"""Which roles have to hold a second factor, as an administrator decided."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.people.roles import Role


class SecondFactorRule(models.Model):
    """The decision for one role; without a row the deployment's default holds.

    `grace_days` count from the day of the decision, or from when somebody got the role
    if that was later; 0 demands the factor at the next page.
    """

    role = models.CharField(max_length=19, choices=Role.choices, unique=True)
    required = models.BooleanField()
    grace_days = models.PositiveSmallIntegerField(default=0)
    since = models.DateField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("second-factor rule")

    def __str__(self) -> str:
        return f"{self.role}: {'required' if self.required else 'free'}"
