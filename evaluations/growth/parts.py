"""What somebody is to a project or a contest."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from evaluations.growth.models import Contest, Project
from evaluations.growth.models.contests import organises
from evaluations.growth.models.projects import SCORES
from evaluations.growth.rules import contests, projects
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Assignment, User

# Who leads people, or reviews them from the region: they are in her line.
_LINE = (Power.NOMINATE, Power.REVIEW_AWARDS)


def parts_of(project: Project, user: User) -> frozenset[projects.Part]:
    """Return all that `user` is to a project, as her posts and grants are now."""
    outlet, sight = project.outlet, user.sight

    def covers(power: Power) -> bool:
        reach = sight.reach(power)
        return reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)

    found = set()
    if sight.employee_id is not None and project.author_id == sight.employee_id:
        found.add(projects.Part.AUTHOR)
    if any(map(covers, SCORES)):
        found.add(projects.Part.SCORER)
    if sight.reach(Power.REWARD).everywhere:
        found.add(projects.Part.GIVER)
    if sight.reach(Power.PUBLISH).everywhere:
        found.add(projects.Part.DECIDER)
    if covers(Power.NOMINATE) or works_at(user, [outlet.pk], since=project.on):
        found.add(projects.Part.CLOSE)
    return frozenset(found)


def works_at(user: User, outlet_ids: Collection[int], *, since: date) -> bool:
    """Tell whether `user` has worked at one of the outlets since that day."""
    if user.sight.employee_id is None:
        return False
    stints = Assignment.objects.overlapping(since, timezone.localdate())
    return stints.filter(
        employee=user.sight.employee_id, outlet__in=outlet_ids
    ).exists()


def contest_parts_of(contest: Contest, user: User) -> frozenset[contests.Part]:
    """Return all that `user` is to a contest, as her posts and grants are now."""
    sight = user.sight
    found = set()
    if organises(sight):
        found.add(contests.Part.ORGANISER)
    if sight.employee_id is not None:
        if contest.contestants.filter(employee=sight.employee_id).exists():
            found.add(contests.Part.CONTESTANT)
        elif stints_for(contest).filter(employee=sight.employee_id).exists():
            found.add(contests.Part.STAFF)
    if sight.may(Power.NOMINATE) and _leads_there(contest, user):
        found.add(contests.Part.LEAD)
    if contest.judges.seated().filter(user=user).exists():
        found.add(contests.Part.JUDGE)
    return frozenset(found)


def stints_for(contest: Contest) -> QuerySet[Assignment]:
    """Return who works today at the outlets that the contest is for."""
    stints = Assignment.objects.on(timezone.localdate())
    if contest.region is not None:
        stints = stints.filter(outlet__region__path__startswith=contest.region.path)
    return stints


def _leads_there(contest: Contest, user: User) -> bool:
    led = Outlet.objects.filter(user.sight.outlets(Power.NOMINATE))
    if contest.region is not None:
        led = led.filter(region__path__startswith=contest.region.path)
    return led.exists()


def too_close(contest: Contest, user: User) -> bool:
    """Tell whether `user` may not judge there.

    She competes, works where a contestant works or was entered from, or is in the line
    above one.
    """
    employees = list(contest.contestants.values_list("employee", flat=True))
    if user.employee_id in employees:
        return True
    outlets = set(contest.contestants.values_list("outlet", flat=True))
    stints = Assignment.objects.on(timezone.localdate()).filter(employee__in=employees)
    outlets |= set(stints.values_list("outlet", flat=True))
    if works_at(user, outlets, since=contest.enter_from):
        return True
    reaches = [user.sight.reach(power) for power in _LINE]
    return any(
        reach.covers(outlet_id=pk, region_path=path)
        for pk, path in Outlet.objects.filter(pk__in=outlets).values_list(
            "pk", "region__path"
        )
        for reach in reaches
    )
