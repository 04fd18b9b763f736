"""Publishing the month of every outlet of a region in one go, in the background."""

from datetime import date
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.rosters.hours import month_days
from staffing.rosters.models import JobState, Publication
from staffing.rosters.services.months import IsPublished, publish


def start_publication(*, region: Region, first: date, by: User) -> Publication:
    """Begin to publish what is planned at the region's outlets.

    Raises PermissionDenied unless `by` may publish in all of the region.
    """
    from staffing.rosters.tasks import run_publication as task

    reach = by.sight.reach(Power.PUBLISH_ROSTERS)
    if not reach.covers(outlet_id=0, region_path=region.path):
        raise PermissionDenied
    with transaction.atomic():
        publication = Publication.objects.create(
            region=region, month=first, started_by=by
        )
        transaction.on_commit(partial(task.delay, publication.pk))
    return publication


def run_publication(publication_id: int) -> None:
    """Publish outlet after outlet, each whole or not at all; run twice, done once.

    What cannot be published is named with the reason; it stops nothing else.
    """
    publication = Publication.objects.select_related("region", "started_by").get(
        pk=publication_id
    )
    if publication.is_over:
        return
    first = publication.month
    outlets = [
        outlet
        for outlet in Outlet.objects.beneath(publication.region).select_related(
            "region"
        )
        if outlet.is_in_business(first, month_days(first)[-1])
    ]
    publication.total, publication.done, publication.left = len(outlets), 0, []
    publication.state = JobState.RUNNING
    publication.save()
    for outlet in outlets:
        try:
            left = publish(outlet=outlet, first=first, by=publication.started_by)
        except IsPublished:
            pass  # by a run that was broken off, or by its manager
        except DomainError as error:
            publication.left.append({"outlet": outlet.pk, "why": error.code})
        else:
            publication.published += 1
            if left:
                publication.left.append(
                    {"outlet": outlet.pk, "why": "elsewhere", "days": len(left)}
                )
        publication.done += 1
        publication.save(update_fields=["done", "published", "left"])
    publication.state, publication.ended_at = JobState.DONE, timezone.now()
    publication.save(update_fields=["state", "ended_at"])
