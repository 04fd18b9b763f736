"""Where somebody or something is listed by a run, and its places in the lists."""

from django.db import models

from evaluations.rankings.rules.scheme import Level
from outlets.places.models import Region


class Listed(models.Model):
    """Regions above, the outlet class, and the ranks that follow from them.

    Places are those of the last day of the period; None where there is no such
    ancestor. A rank is None without a score or a list. `rank_low` and `rank_high`
    bound the rank among all at 90 % confidence.
    """

    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    county = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    city = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    province = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    outlet_class = models.CharField(max_length=1, blank=True)

    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rank_county = models.PositiveIntegerField(null=True)
    rank_city = models.PositiveIntegerField(null=True)
    rank_province = models.PositiveIntegerField(null=True)
    rank_class = models.PositiveIntegerField(null=True)
    rank_all = models.PositiveIntegerField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    position = models.PositiveIntegerField()
    input = models.TextField()

    class Meta:
        abstract = True

    @property
    def ranks(self) -> dict[str, int | None]:
        """The ranks by level, of the levels that there are."""
        return {
            level: getattr(self, f"rank_{level}")
            for level in Level
            if hasattr(self, f"rank_{level}")
        }
