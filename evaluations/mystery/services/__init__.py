from evaluations.mystery.services.appeals import (
    act_on_appeal,
    appeal_visit,
    may_appeal,
    parts_of_appeal,
)
from evaluations.mystery.services.checking import (
    attribute,
    people_of_day,
    send_back,
)
from evaluations.mystery.services.deciding import Decision, decide_appeal
from evaluations.mystery.services.posting import COMPONENT, SOURCE, settle
from evaluations.mystery.services.visits import (
    NotTheirAgency,
    VisitInTheFuture,
    VisitOnRecord,
    VisitToOneself,
    enter_visit,
    release_visit,
)

__all__ = [
    "COMPONENT",
    "SOURCE",
    "Decision",
    "NotTheirAgency",
    "VisitInTheFuture",
    "VisitOnRecord",
    "VisitToOneself",
    "act_on_appeal",
    "appeal_visit",
    "attribute",
    "decide_appeal",
    "enter_visit",
    "may_appeal",
    "parts_of_appeal",
    "people_of_day",
    "release_visit",
    "send_back",
    "settle",
]
