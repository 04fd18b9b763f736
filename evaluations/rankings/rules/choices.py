"""What a scheme may choose from; its rules hand these names on."""

from enum import StrEnum


class Basis(StrEnum):
    """Which of the two scores makes the rank."""

    RAW = "raw"
    ADJUSTED = "adjusted"


class Measure(StrEnum):
    """How a component's value follows from its entries."""

    MEAN = "mean"  # mean of the entries' ratios: days, tests, visits weigh alike
    POOLED = "pooled"  # all points over all that could be had: ratings weigh alike


class Level(StrEnum):
    """A list of peers. `class` is the outlet class within a province."""

    OUTLET = "outlet"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    CLASS = "class"
    ALL = "all"


class Peers(StrEnum):
    """Whose mean a small sample is drawn to."""

    ALL = "all"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    CLASS = "class"
    POST = "post"


class Preference(StrEnum):
    """How a tie-break prefers one of two people."""

    HIGHER = "higher"  # the value of a component; a missing one loses
    FEWER = "fewer"  # the records of a component of weight zero
    EARLIER = "earlier"  # the day hired; an unknown one loses
