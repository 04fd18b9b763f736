"""The truth behind the simulated chain in this database, for tests of fairness."""

from typing import Any

from simulation.models import Simulation


class NoSimulation(LookupError):
    """This database holds no simulated chain."""


def truth() -> dict[str, Any]:
    """Return the hidden parameters of the chain: see `simulation.chain.truth`.

    Raises:
        NoSimulation: nothing was simulated into this database.
    """
    simulation = Simulation.objects.last()
    if simulation is None:
        raise NoSimulation("run manage.py simulate first")
    return simulation.truth
