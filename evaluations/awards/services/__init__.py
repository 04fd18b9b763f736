"""Every write about awards with a consequence."""

from evaluations.awards.services.lists import (
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
    "draw_winners",
    "may_decide",
    "open_cases",
    "publish_list",
]
