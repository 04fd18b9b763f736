"""Cards of those who work for somebody else: the mystery-shop agencies."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.mystery.models import Visit
from evaluations.today.cards.card import Action, Card, Figure, link, number
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
