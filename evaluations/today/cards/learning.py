"""What somebody has to learn, and to show that she knows."""

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.knowledge.models import SittingState
from evaluations.knowledge.selectors.sittings import my_week
from evaluations.today.cards.card import Action, Card, Tone, link, number
from staffing.people.models import User


def weekly_test(user: User) -> Card | None:
    """Her test of this week while it waits or runs; None otherwise."""
    week = my_week(user)
    sitting = week.sitting
    if sitting is None:
        return None
    title, icon = _("Knowledge test"), "school"
    if sitting.state == SittingState.OPEN and sitting.deadline_at is not None:
        ends = time_format(
            timezone.localtime(sitting.deadline_at, sitting.outlet.zone), "H:i"
        )
        return Card(
            title=title,
            icon=icon,
            says=_("Your test is under way until %(time)s") % {"time": ends},
            tone=Tone.BAD,
            actions=(Action(_("Go on"), link("knowledge:sitting", sitting.uuid)),),
        )
    if not week.may_begin:
        return None
    return Card(
        title=title,
        icon=icon,
        says=_("This week's test waits for you"),
        tone=Tone.ATTENTION,
        hint=ngettext(
            "It takes %(n)s minute, at a time of your choice.",
            "It takes %(n)s minutes, at a time of your choice.",
            sitting.minutes,
        )
        % {"n": number(sitting.minutes)},
        actions=(Action(_("Open the test"), link("knowledge:mine")),),
    )
