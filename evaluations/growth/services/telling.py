"""What people are told: an author about her project, contestants about results."""

from evaluations.growth.models import Contest, Project, ProjectStep
from evaluations.growth.notice_kinds import CONTEST, PROJECT
from evaluations.growth.rules.projects import Action
from staffing.notices.selectors.recipients import Recipient
from staffing.notices.services.notifying import Message, notify

_TOLD = (Action.SCORE, Action.CORRECT, Action.REWARD, Action.PROMOTE, Action.DECLINE)


def moved(project: Project, action: Action, step: ProjectStep) -> None:
    """Tell the author what came of her idea."""
    if action not in _TOLD:
        return
    message = Message(
        kind=PROJECT,
        key=f"{PROJECT}:{project.uuid}:{step.pk}"[:120],
        to=Recipient(employee_id=project.author_id),
        arguments={"project": str(project.uuid), "did": step.kind},
        outlet_id=project.outlet_id,
    )
    notify([message])


def released(contest: Contest) -> None:
    """Tell everybody who competed that the results are out."""
    notify(
        [
            Message(
                kind=CONTEST,
                key=f"{CONTEST}:{contest.uuid}",
                to=Recipient(employee_id=row.employee_id),
                arguments={
                    "contest": str(contest.uuid),
                    "en": contest.title_en,
                    "zh": contest.title_zh,
                },
                outlet_id=row.outlet_id,
            )
            for row in contest.contestants.all()
        ]
    )
