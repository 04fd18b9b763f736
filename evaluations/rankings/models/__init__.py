"""Schemes, runs, standings; what is shown and reviewed; outlets and regions."""

from evaluations.rankings.models.display import (
    Display,
    Shown,
)
from evaluations.rankings.models.places import (
    PLACE_SCHEME_NAMES,
    PlaceRun,
    PlaceRunQuerySet,
    PlaceScheme,
    PlaceSchemeQuerySet,
    PlaceStanding,
    PlaceStandingQuerySet,
    RegionStanding,
    RegionStandingQuerySet,
)
from evaluations.rankings.models.review import (
    SeenList,
    SeenListQuerySet,
)
from evaluations.rankings.models.runs import (
    Run,
    RunFrozen,
    RunQuerySet,
    RunState,
    RunStep,
)
from evaluations.rankings.models.schemes import (
    SCHEME_NAMES,
    Scheme,
    SchemeQuerySet,
    SchemeVersion,
    SchemeVersionInUse,
    SchemeVersionQuerySet,
    SchemeVersionState,
)
from evaluations.rankings.models.standings import (
    Standing,
    StandingQuerySet,
)

__all__ = [
    "Display",
    "PLACE_SCHEME_NAMES",
    "PlaceRun",
    "PlaceRunQuerySet",
    "PlaceScheme",
    "PlaceSchemeQuerySet",
    "PlaceStanding",
    "PlaceStandingQuerySet",
    "RegionStanding",
    "RegionStandingQuerySet",
    "Run",
    "RunFrozen",
    "RunQuerySet",
    "RunState",
    "RunStep",
    "SCHEME_NAMES",
    "Scheme",
    "SchemeQuerySet",
    "SchemeVersion",
    "SchemeVersionInUse",
    "SchemeVersionQuerySet",
    "SchemeVersionState",
    "SeenList",
    "SeenListQuerySet",
    "Shown",
    "Standing",
    "StandingQuerySet",
]
