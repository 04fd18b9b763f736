"""What customers said and somebody at the outlet has to answer or to ask."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.complaints.models import Case
from evaluations.feedback.models import CallBack, CallState
from evaluations.today import selectors
from evaluations.today.cards.card import Action, Card, Line, Tone, link, number
from staffing.people.models import User


def waiting_customers(user: User) -> Card | None:
    """Complaints that are open and customers to be called; None where nobody waits."""
    outlets = selectors.led_outlets(user)
    open_cases = Case.objects.visible_to(user).filter(
        outlet__in=outlets, closed_at=None
    )
    cases, late = open_cases.count(), open_cases.overdue(timezone.now()).count()
    calls = CallBack.objects.made_by(user).filter(state=CallState.WAITING).count()
    if not cases and not calls:
        return None
    lines, actions = [], []
    if late:
        words = ngettext(
            "%(n)s complaint is overdue", "%(n)s complaints are overdue", late
        )
        overdue = f"{link('complaints:list')}?clock=overdue"
        lines.append(Line(words % {"n": number(late)}, "", overdue, Tone.BAD))
    if cases > late:
        words = ngettext("%(n)s complaint is open", "%(n)s complaints are open", cases)
        in_time = f"{link('complaints:list')}?state=open"
        lines.append(Line(words % {"n": number(cases)}, "", in_time, Tone.ATTENTION))
    if calls:
        words = ngettext(
            "%(n)s customer to be called back",
            "%(n)s customers to be called back",
            calls,
        )
        address = link("feedback:calls")
        lines.append(Line(words % {"n": number(calls)}, "", address, Tone.ATTENTION))
    if cases:
        actions.append(Action(_("Open complaints"), link("complaints:list")))
    else:
        actions.append(Action(_("Open call-backs"), link("feedback:calls")))
    waiting = cases + calls
    return Card(
        title=_("Customers who wait for us"),
        icon="phone",
        says=ngettext("%(n)s matter waits", "%(n)s matters wait", waiting)
        % {"n": number(waiting)},
        tone=Tone.BAD if late else Tone.ATTENTION,
        lines=tuple(lines),
        actions=tuple(actions),
    )
