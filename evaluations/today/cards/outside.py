"""Cards of those who work for somebody else: mystery-shop agencies and shoppers."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.mystery.models import Report, ReportState, Shopper, Visit
from evaluations.mystery.selectors.reviewing import waiting_for_review
from evaluations.today.cards.card import Action, Card, Figure, Tone, link, number
from staffing.people.models import User


def agency(user: User) -> Card:
    """What a mystery-shop agency has entered, and what it may enter."""
    visits = Visit.objects.visible_to(user)
    waiting = visits.filter(released_at=None).count()
    return Card(
        title=_("Mystery visits"),
        icon="spy",
        says=(
            ngettext(
                "%(n)s visit waits for its release",
                "%(n)s visits wait for their release",
                waiting,
            )
            % {"n": number(waiting)}
            if waiting
            else _("No visit waits for its release")
        ),
        figures=(Figure(number(visits.count()), _("visits of your agency")),),
        hint=_(
            "The operations department checks each visit and releases it to the "
            "outlet. So that visits stay undercover, scores and people are not shown "
            "here."
        ),
        actions=(
            Action(_("Enter a visit"), link("mystery:add")),
            Action(_("Your visits"), link("mystery:list")),
        ),
    )


def reports(user: User) -> Card | None:
    """What the agency's shoppers have sent; nothing while none waits."""
    waiting = waiting_for_review(user).count()
    if not waiting:
        return None
    return Card(
        title=_("Reports to review"),
        icon="list-check",
        tone=Tone.ATTENTION,
        says=ngettext(
            "%(n)s report of a shopper waits for you",
            "%(n)s reports of shoppers wait for you",
            waiting,
        )
        % {"n": number(waiting)},
        actions=(Action(_("Review the reports"), link("mystery:reviews")),),
    )


def errands(user: User) -> Card | None:
    """What a shopper has to do; nothing for who is none."""
    if user.employee_id is not None or not Shopper.objects.working(user).exists():
        return None
    carried = Report.objects.carried_by(user)
    to_do = carried.filter(state=ReportState.NEW).count()
    return Card(
        title=_("My visits"),
        icon="notes",
        tone=Tone.ATTENTION if to_do else Tone.PLAIN,
        says=ngettext("%(n)s visit to do", "%(n)s visits to do", to_do)
        % {"n": number(to_do)}
        if to_do
        else _("Nothing to do now"),
        actions=(Action(_("Open my visits"), link("mystery:field")),),
    )
