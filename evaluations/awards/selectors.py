"""Reads for the award pages, the home page and the API."""

from django.db.models import Prefetch, QuerySet

from evaluations.awards.models import Award, AwardList, ListStatus
from evaluations.rankings.models import Run, RunState
from outlets.places.sight import Viewer


def lists_with_winners(viewer: Viewer) -> QuerySet[AwardList]:
    """Return the lists that the viewer may see, each with the awards she may see."""
    winners = (
        Award.objects.visible_to(viewer)
        .select_related("employee", "outlet", "standing")
        .order_by("place_code", "rank", "id")
    )
    return (
        AwardList.objects.visible_to(viewer)
        .select_related("run__scheme_version__scheme")
        .prefetch_related(Prefetch("awards", queryset=winners, to_attr="winners"))
    )


def newest_published(viewer: Viewer, limit: int = 4) -> list[AwardList]:
    """Return the lists published last, newest first."""
    published = lists_with_winners(viewer).filter(status=ListStatus.PUBLISHED)
    return list(published.order_by("-published_at", "-id")[:limit])


def lists_to_publish(viewer: Viewer) -> QuerySet[AwardList]:
    """Return the drafts that wait for a decision."""
    drafts = AwardList.objects.visible_to(viewer).filter(status=ListStatus.DRAFT)
    return drafts.select_related("run").order_by("-period", "level")


def runs_without_lists() -> QuerySet[Run]:
    """Return reviewed and published runs whose winners nobody has drawn yet."""
    ready = Run.objects.filter(state__in=(RunState.REVIEWED, RunState.PUBLISHED))
    return ready.filter(award_lists=None).order_by("-period", "-revision")
