"""Which chain this database holds, and the truth behind it."""

from datetime import date

from django.db import models
from django.db.models.functions import Now

from simulation.chain.plan import Plan


class Simulation(models.Model):
    """A chain that was simulated into this database.

    `truth` is what `simulation.chain.truth.truth_of` returns. `complete` once every
    kind is loaded, `results_complete` once the past has its rankings and awards: what
    was interrupted is resumed, not repeated.
    """

    seed = models.PositiveBigIntegerField()
    outlets = models.PositiveIntegerField()
    months = models.PositiveIntegerField()
    until = models.DateField()
    ticket_days = models.PositiveIntegerField()
    truth = models.JSONField(default=dict)
    complete = models.BooleanField(default=False)
    results_complete = models.BooleanField(default=False)
    begun_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.outlets} outlets to {self.until:%F}"

    @property
    def plan(self) -> Plan:
        return Plan(
            outlets=self.outlets,
            months=self.months,
            seed=self.seed,
            until=self.until,
            ticket_days=self.ticket_days,
        )

    @property
    def first(self) -> date:
        """The first day with records."""
        return self.plan.first
