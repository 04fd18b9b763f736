from evaluations.mystery.services.visits import (
    COMPONENT,
    SOURCE,
    NotTheirAgency,
    VisitInTheFuture,
    VisitOnRecord,
    VisitToOneself,
    enter_visit,
    release_visit,
    settle,
)

__all__ = [
    "COMPONENT",
    "SOURCE",
    "NotTheirAgency",
    "VisitInTheFuture",
    "VisitOnRecord",
    "VisitToOneself",
    "enter_visit",
    "release_visit",
    "settle",
]
