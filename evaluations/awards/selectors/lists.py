"""Reads for the award pages, the home page and the API."""

from itertools import islice

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from evaluations.awards.models import (
    Award,
    AwardList,
    AwardState,
    ListStatus,
    OutletAward,
    Round,
    RoundState,
)
from evaluations.rankings.models import Run, RunState
from evaluations.rankings.selectors.winners import prizes_of
from outlets.places.sight import Viewer


def lists_with_winners(viewer: Viewer) -> QuerySet[AwardList]:
    """Return the lists that the viewer may see, each with the awards she may see.

    Winners stand by place, then by rank; those whose rank she may not read stand last
    and by badge number, which tells nothing of who came before whom.
    """
    winners = (
        Award.objects.visible_to(viewer)
        .with_figures_for(viewer)
        .with_what_followed()
        .select_related("employee", "outlet", "standing")
        .order_by(
            "place_code",
            F("shows_figures").desc(),
            F("shown_rank").asc(nulls_last=True),
            "employee__number",
        )
    )
    return (
        AwardList.objects.visible_to(viewer)
        .select_related("run__scheme_version__scheme")
        .annotate(round_uuid=F("round__uuid"))
        .prefetch_related(
            Prefetch("awards", queryset=winners, to_attr="winners"),
            Prefetch(
                "outlet_awards",
                queryset=OutletAward.objects.visible_to(viewer)
                .with_what_followed()
                .select_related("outlet"),
                to_attr="outlets_awarded",
            ),
        )
    )


def shows_figures(award_list: AwardList) -> bool:
    """Tell whether the viewer of `lists_with_winners` reads a rank on this list."""
    return any(one.shows_figures for one in award_list.winners)  # type: ignore[attr-defined]


def won_on(award_list: AwardList) -> int:
    """Count who has won on a list of `lists_with_winners`; on a draft, who is to.

    Who is held back, or has lost it, is no winner.
    """
    named = [*award_list.winners, *award_list.outlets_awarded]  # type: ignore[attr-defined]
    return sum(one.state in (AwardState.PROPOSED, AwardState.AWARDED) for one in named)


def held_of(award_list: AwardList) -> list[Award]:
    """Return whom a published list of `lists_with_winners` holds back."""
    if award_list.status != ListStatus.PUBLISHED:
        return []
    winners: list[Award] = award_list.winners  # type: ignore[attr-defined]
    return [one for one in winners if one.state == AwardState.HELD]


def newest_published(viewer: Viewer, limit: int = 4) -> list[AwardList]:
    """Return the lists published last, newest first."""
    published = lists_with_winners(viewer).filter(status=ListStatus.PUBLISHED)
    return list(published.order_by("-published_at", "-id")[:limit])


def lists_to_publish(viewer: Viewer) -> QuerySet[AwardList]:
    """Return the drafts that wait for a decision."""
    drafts = AwardList.objects.visible_to(viewer).filter(status=ListStatus.DRAFT)
    return drafts.select_related("run").order_by("-period", "level")


def decided_of(run: Run) -> set[tuple[str, str]]:
    """Return level and title of what a run has a list of, or a round to decide it."""
    lists = {(one.level, one.title) for one in run.award_lists.all()}
    rounds = (one for one in run.rounds.all() if one.state != RoundState.CANCELLED)
    return lists | {(one.level, one.title) for one in rounds}


def runs_without_lists(limit: int = 6) -> list[Run]:
    """Return reviewed and published runs with something still to draw, newest first."""
    drawn = AwardList.objects.filter(round=None, run=OuterRef("pk"))
    cancelled = Round.objects.filter(state=RoundState.CANCELLED, run=OuterRef("pk"))
    ready = Run.objects.filter(
        ~Exists(drawn) | Exists(cancelled),
        state__in=(RunState.REVIEWED, RunState.PUBLISHED),
    )
    rows = (
        ready.select_related("scheme_version")
        .prefetch_related("award_lists", "rounds")
        .order_by("-period", "-revision")
    )
    undrawn = (run for run in rows if prizes_of(run) - decided_of(run))
    return list(islice(undrawn, limit))
