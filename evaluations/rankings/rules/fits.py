"""What was estimated for the adjusted scores of a run, as it is stored with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluations.rankings.rules.crossed import VarianceComponents
from evaluations.rankings.rules.load import Slope
from evaluations.rankings.rules.shrinkage import Peers


@dataclass(frozen=True, slots=True)
class Fit:
    """What was estimated for a component of a month, kept so that it can be verified.

    `within` is the variance of one judgement, None where unknown; `peers` goes by the
    name of the group, "" being all people together.
    """

    within: float | None = None
    peers: Mapping[str, Peers] = field(default_factory=dict)
    severity: VarianceComponents | None = None
    conversion: float = 1.0
    load: Slope | None = None

    def stored(self) -> dict[str, Any]:
        """Return the fit as JSON."""
        return {
            "within": self.within,
            "peers": {
                name: [of.mean, of.between, of.mean_error, of.between_error]
                for name, of in self.peers.items()
            },
            "severity": self.severity
            and [
                self.severity.person,
                self.severity.rater,
                self.severity.residual,
                self.severity.intercept,
                self.severity.deviance,
            ],
            "conversion": self.conversion,
            "load": self.load
            and [self.load.slope, self.load.error, self.load.pressure],
        }

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Fit":
        """Read a stored fit.

        Raises:
            KeyError, TypeError: it is not one of ours.
        """
        return cls(
            within=data["within"],
            peers={name: Peers(*of) for name, of in data["peers"].items()},
            severity=data["severity"] and VarianceComponents(*data["severity"]),
            conversion=data["conversion"],
            load=data["load"] and Slope(*data["load"]),
        )


def fits_stored(fits: Mapping[str, Mapping[str, Fit]]) -> dict[str, Any]:
    """Return the fits of all months as JSON, by month and component."""
    return {
        month: {code: fit.stored() for code, fit in of.items()}
        for month, of in fits.items()
    }


def fits_parsed(data: Mapping[str, Any]) -> dict[str, dict[str, Fit]]:
    """Read stored fits.

    Raises:
        KeyError, TypeError: they are not ours.
    """
    return {
        month: {code: Fit.parse(fit) for code, fit in of.items()}
        for month, of in data.items()
    }
