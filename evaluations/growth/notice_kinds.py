"""The notices about projects and contests, worded when somebody reads them."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.growth.models import StepKind, in_words
from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice

PROJECT, CONTEST = "project_moved", "contest_released"


def _moved(notice: Notice) -> str:
    words = {
        StepKind.SCORE: gettext(
            "Your suggestion was scored. The comment stands there."
        ),
        StepKind.CORRECT: gettext(
            "A score of your suggestion was corrected. The reason stands there."
        ),
        StepKind.REWARD: gettext("Your suggestion was rewarded with learning points."),
        StepKind.PROMOTE: gettext(
            "Your suggestion was promoted: everybody can read it now."
        ),
        StepKind.DECLINE: gettext(
            "Your suggestion was declined. The reason stands there."
        ),
    }
    return words[StepKind(notice.arguments["did"])]


def _released(notice: Notice) -> str:
    told = notice.arguments
    return gettext("“%(title)s”: the results are out.") % {
        "title": in_words(told["en"], told["zh"])
    }


KINDS = (
    NoticeKind(
        code=PROJECT,
        label=_("What came of your suggestions"),
        words=_moved,
        link=lambda notice: reverse(
            "growth:project", args=[notice.arguments["project"]]
        ),
        icon="bulb",
    ),
    NoticeKind(
        code=CONTEST,
        label=_("Results of skills contests"),
        words=_released,
        link=lambda notice: reverse(
            "growth:contest", args=[notice.arguments["contest"]]
        ),
        icon="medal",
    ),
)
