"""Mystery visits that wait for somebody of the region or the office."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.mystery.models import ReportState, Visit, VisitAppeal
from evaluations.mystery.rules.appealing import TURN, AppealPart
from evaluations.today.cards.card import Action, Card, Line, Tone, link, number
from outlets.places.sight import Power
from staffing.people.models import User


def visits_to_check(user: User) -> Card | None:
    """Visits to release and appeals to decide; None where nothing waits for her."""
    theirs = user.sight.outlets(Power.RELEASE_VISITS, "outlet__")
    at_hand = Q(report=None) | Q(report__state=ReportState.REVIEWED)
    visits = Visit.objects.filter(theirs, at_hand, released_at=None).count()
    decided_here = user.sight.outlets(Power.RELEASE_VISITS, "visit__outlet__")
    hers = [state for state, turn in TURN.items() if turn == AppealPart.DECIDER]
    open_ones = VisitAppeal.objects.filter(decided_here, state__in=hers)
    appeals = open_ones.count()
    late = open_ones.filter(due_on__lt=timezone.localdate()).count() if appeals else 0
    if not visits and not appeals:
        return None
    lines, actions = [], []
    if appeals:
        words = ngettext(
            "%(n)s appeal to be decided", "%(n)s appeals to be decided", appeals
        )
        note = _("%(n)s overdue") % {"n": number(late)} if late else ""
        address = f"{link('mystery:appeals')}?state=undecided"
        tone = Tone.BAD if late else Tone.ATTENTION
        lines.append(Line(words % {"n": number(appeals)}, note, address, tone))
        actions.append(Action(_("Decide on appeals"), address))
    if visits:
        words = ngettext(
            "%(n)s visit to be checked and released",
            "%(n)s visits to be checked and released",
            visits,
        )
        address = f"{link('mystery:list')}?state=unreleased"
        lines.append(Line(words % {"n": number(visits)}, "", address, Tone.ATTENTION))
        actions.append(Action(_("Check visits"), address))
    return Card(
        title=_("Mystery visits to look at"),
        icon="spy",
        says=ngettext("%(n)s matter waits", "%(n)s matters wait", visits + appeals)
        % {"n": number(visits + appeals)},
        tone=Tone.BAD if late else Tone.ATTENTION,
        lines=tuple(lines),
        actions=tuple(actions[:1]),
    )
