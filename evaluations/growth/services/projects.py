"""Projects: handed in, changed, given files, and what is decided about them."""

import hashlib
from collections.abc import Mapping
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from evaluations.awards.models import Account
from evaluations.awards.services.giving import book_points
from evaluations.growth.models import (
    Project,
    ProjectEvidence,
    ProjectState,
    StepKind,
)
from evaluations.growth.parts import parts_of
from evaluations.growth.rules import projects as rules
from evaluations.growth.rules.projects import LEADS_TO, Action, State
from evaluations.growth.services import refusals, telling
from outlets.exchange.acting import acting
from outlets.exchange.attachments import MOST_BYTES, kind_of
from outlets.places.models import Outlet
from staffing.people.models import Assignment, User

MOST_FILES = 5
TEXTS = ("title", "problem", "idea", "evidence")


def outlets_of(user: User) -> list[Outlet]:
    """Return where `user` works today: what she suggests belongs to one of them."""
    if user.sight.employee_id is None:
        return []
    stints = Assignment.objects.on(timezone.localdate()).filter(
        employee=user.sight.employee_id
    )
    return list(
        Outlet.objects.filter(pk__in=stints.values("outlet"))
        .select_related("region")
        .order_by("code")
    )


@transaction.atomic
def suggest(
    *, key: UUID, outlet_code: str, words: Mapping[str, str], by: User
) -> Project:
    """Hand in an idea of `by`'s own; `words` are TEXTS. The same `key` changes nothing.

    Raises:
        WorksNowhere: she does not work at that outlet today.
    """
    earlier = Project.objects.filter(uuid=key, author=by.sight.employee_id).first()
    if earlier is not None:
        return earlier
    found = [one for one in outlets_of(by) if one.code == outlet_code]
    employee_id = by.sight.employee_id
    if not found or employee_id is None:
        raise refusals.WorksNowhere
    with acting(by=by):
        project = Project.objects.create(
            uuid=key,
            outlet=found[0],
            author_id=employee_id,
            on=timezone.localdate(),
            **{name: words.get(name, "").strip() for name in TEXTS},
        )
    project.steps.create(kind=StepKind.SUBMITTED, by=by)
    return project


def locked(project_id: int, action: Action, by: User) -> Project:
    """Return the project under a lock, when `by` may do `action` to it now.

    Raises:
        PermissionDenied: she may not, whatever its state.
        ProjectMoved: its state does not allow it.
    """
    rows = Project.objects.visible_to(by).select_related("outlet__region")
    project = rows.select_for_update(of=("self",)).get(pk=project_id)
    parts, state = parts_of(project, by), State(project.state)
    if not rules.ever(action, parts):
        raise PermissionDenied
    if not rules.may(action, state, parts):
        raise refusals.ProjectMoved(state=project.get_state_display())
    return project


@transaction.atomic
def edit(*, project_id: int, words: Mapping[str, str], by: User) -> Project:
    """Change one's own words as long as nobody has scored them."""
    project = locked(project_id, Action.EDIT, by)
    for name in TEXTS:
        setattr(project, name, words.get(name, "").strip())
    with acting(by=by):
        project.save(update_fields=list(TEXTS))
    project.steps.create(kind=StepKind.EDIT, by=by)
    return project


@transaction.atomic
def attach(*, project_id: int, content: bytes, what: str, by: User) -> ProjectEvidence:
    """Put a picture or a PDF beside one's project; the same content changes nothing.

    Raises:
        FileTooLarge, FileUnknown, TooManyFiles: it is not taken.
    """
    project = locked(project_id, Action.ATTACH, by)
    if len(content) > MOST_BYTES:
        raise refusals.FileTooLarge(most=MOST_BYTES // 1024**2)
    kind = kind_of(content)
    if kind is None:
        raise refusals.FileUnknown
    digest = hashlib.sha256(content).hexdigest()
    if (same := project.files.filter(sha256=digest).first()) is not None:
        return same
    if project.files.count() >= MOST_FILES:
        raise refusals.TooManyFiles(most=MOST_FILES)
    row = ProjectEvidence(project=project, what=what.strip(), kind=kind, sha256=digest)
    row.content.save(str(row.uuid), ContentFile(content), save=False)
    row.save()
    project.steps.create(kind=StepKind.ATTACH, by=by, note=what.strip())
    return row


@transaction.atomic
def decide(*, project_id: int, action: Action, note: str, by: User) -> Project:
    """Withdraw, promote or decline a project; who declines says why.

    Raises:
        ReasonNeeded: declined without a word.
    """
    project = locked(project_id, action, by)
    if action == Action.DECLINE and not note.strip():
        raise refusals.ReasonNeeded
    return move(project, action, note, by)


@transaction.atomic
def reward(*, project_id: int, points: int, note: str, by: User) -> Project:
    """Reward a scored project with learning points for its author, 1 or more.

    Raises:
        TooManyPoints: none, or more than the limit of one line.
        ReasonNeeded: no word of thanks; she reads it beside the points.
    """
    project = locked(project_id, Action.REWARD, by)
    if not note.strip() or points < 1:
        raise refusals.ReasonNeeded
    book_points(
        key=uuid5(project.uuid, "reward"),
        employee_id=project.author_id,
        outlet_id=project.outlet_id,
        account=Account.INTELLIGENCE,
        amount=points,
        on=timezone.localdate(),
        reason=f"{project.title}: {note.strip()}",
        by=by,
    )
    return move(project, Action.REWARD, note, by)


def move(project: Project, action: Action, note: str, by: User) -> Project:
    """Write down that it was done, in the caller's transaction; the author is told."""
    target = LEADS_TO.get(action)
    if action == Action.SCORE and project.state == ProjectState.SUBMITTED:
        target = State.SCORED
    if target is not None:
        project.state = ProjectState(target)
        with acting(by=by):
            project.save(update_fields=["state"])
    step = project.steps.create(kind=StepKind(action), by=by, note=note.strip()[:500])
    telling.moved(project, action, step)
    return project
