"""Cards of suggestions and skills contests."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.growth.pages import contests_to_judge as waiting_contests
from evaluations.growth.pages import waiting_for
from evaluations.today.cards.card import (
    Action,
    Card,
    Line,
    Tone,
    link,
    number,
    shortened,
)
from staffing.people.models import User

SHOWN = 5


def suggestions_to_score(user: User) -> Card | None:
    """Which suggestions wait for this month's score; None: none does."""
    waiting = waiting_for(user)
    rows = list(waiting.select_related("outlet").order_by("on", "id")[: SHOWN + 1])
    if not rows:
        return None
    total = len(rows) if len(rows) <= SHOWN else waiting.count()
    lines = [
        Line(row.title, row.outlet.code, link("growth:project", row.uuid))
        for row in rows[:SHOWN]
    ]
    return Card(
        title=_("Suggestions"),
        icon="bulb",
        says=ngettext(
            "%(n)s suggestion waits for this month's score",
            "%(n)s suggestions wait for this month's score",
            total,
        )
        % {"n": number(total)},
        tone=Tone.ATTENTION,
        lines=shortened(lines, total, SHOWN),
        actions=(Action(_("Open the list"), f"{link('growth:projects')}?waiting=on"),),
    )


def contests_to_judge(user: User) -> Card | None:
    """The contests where this judge's marks are missing; None: none."""
    contests = waiting_contests(user)
    if not contests:
        return None
    lines = [
        Line(
            one.title,
            _("until %(day)s")
            % {"day": date_format(one.judge_until, "MONTH_DAY_FORMAT")},
            link("growth:marks", one.uuid),
        )
        for one in contests
    ]
    return Card(
        title=_("Skills contests"),
        icon="gavel",
        says=ngettext(
            "%(n)s contest waits for your marks",
            "%(n)s contests wait for your marks",
            len(contests),
        )
        % {"n": number(len(contests))},
        tone=Tone.ATTENTION,
        lines=tuple(lines),
        actions=(Action(_("Give marks"), link("growth:marks", contests[0].uuid)),),
    )
