"""What a scheme shows to those who are ranked by it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluations.rankings.models.schemes import Scheme


class Shown(models.TextChoices):
    """What people without records to look after see of a published ranking."""

    OWN_ONLY = "own_only", _("her own score, gap and band")
    OUTLET_LIST = "outlet_list", _("also the places of her own outlet's people")


class Display(models.Model):
    """What a scheme shows to those who are ranked by it; no row: `own_only`."""

    scheme = models.OneToOneField(Scheme, models.PROTECT, related_name="display")
    shown = models.CharField(
        max_length=11, choices=Shown.choices, default=Shown.OWN_ONLY
    )

    class Meta:
        ordering = ["scheme"]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.get_shown_display()}"
