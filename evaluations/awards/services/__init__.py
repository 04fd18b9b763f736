"""Every write about awards with a consequence."""

from evaluations.awards.services.lists import (
    decide_held,
    draw_winners,
    may_decide,
    open_cases,
    publish_list,
)
from evaluations.awards.services.refusals import (
    ListNotDraft,
    RunNotPublished,
    RunNotReviewed,
    RunSuperseded,
)

__all__ = [
    "ListNotDraft",
    "RunNotPublished",
    "RunNotReviewed",
    "RunSuperseded",
    "decide_held",
    "draw_winners",
    "may_decide",
    "open_cases",
    "publish_list",
]
