"""Cards of those who stand on the floor: the outlet's leads and its staff."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.feedback.models import ONSITE, Rating
from evaluations.feedback.selectors import figures_by_employee, overall_figures
from evaluations.ledger.components import component_label
from evaluations.today import selectors
from evaluations.today.cards.card import (
    Action,
    Card,
    Figure,
    Line,
    Tone,
    link,
    minutes,
    number,
    percent,
    shortened,
    waiting_records,
)
from outlets.flow.rules import Flow
from outlets.flow.selectors.tickets import newest_day, total_flow
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.rosters.selectors.mine import unseen_changes

SHOWN = 6
DAYS_OF_RATINGS = 28
# A share below which a week of waits over ten minutes calls for another hand.
MANY_LONG_WAITS = 0.1


def checks_today(user: User) -> Card:
    """Who on shift has been checked today, and who has not."""
    title, icon = _("Today's checks"), "checklist"
    outlets = selectors.checks_today(user)
    waiting = selectors.records_that_wait(user)
    on_shift = sum(outlet.on_shift for outlet in outlets)
    checked = sum(outlet.checked for outlet in outlets)
    if not on_shift:
        return Card(
            title=title,
            icon=icon,
            says=_("Nobody is on shift today"),
            lines=(waiting_records(waiting),) if waiting else (),
            hint=_("Rosters are loaded by the operations department."),
        )
    conflicts = sum(outlet.conflicts for outlet in outlets)
    lines = [
        Line(employee.name, _("not checked yet"), tone=Tone.ATTENTION)
        for outlet in outlets
        for employee in outlet.unchecked
    ]
    if conflicts:
        text = ngettext(
            "%(n)s card was checked on two tablets",
            "%(n)s cards were checked on two tablets",
            conflicts,
        ) % {"n": conflicts}
        lines.insert(0, Line(text, _("waits for a decision"), tone=Tone.BAD))
    if waiting:
        lines.insert(0, waiting_records(waiting))
    if checked == on_shift:
        says = _("Everybody on shift has been checked")
    elif checked:
        says = _("%(checked)s of %(on_shift)s people checked") % {
            "checked": checked,
            "on_shift": on_shift,
        }
    else:
        says = _("Nobody has been checked yet")
    return Card(
        title=title,
        icon=icon,
        says=says,
        tone=Tone.GOOD if checked == on_shift else Tone.ATTENTION,
        done=checked,
        due=on_shift,
        lines=shortened(lines, len(lines), SHOWN),
        actions=(Action(_("Open today's card"), link("checks:card")),),
    )


def to_put_right(user: User) -> Card | None:
    """What is to be put right and late, where she leads; None: nothing is open."""
    found = selectors.open_actions(user, SHOWN)
    if not found.unfinished:
        return None
    lines = [
        Line(
            action.task,
            f"{action.owner.name} · {date_format(action.due_on, 'MONTH_DAY_FORMAT')}",
            link("checks:action", action.uuid),
            Tone.BAD if action.is_overdue(found.on) else Tone.PLAIN,
        )
        for action in found.first
    ]
    says = (
        ngettext("%(n)s is overdue", "%(n)s are overdue", found.overdue)
        % {"n": number(found.overdue)}
        if found.overdue
        else ngettext("%(n)s is under way", "%(n)s are under way", found.unfinished)
        % {"n": number(found.unfinished)}
    )
    return Card(
        title=_("To be put right"),
        icon="tool",
        says=says,
        tone=Tone.BAD if found.overdue else Tone.PLAIN,
        lines=shortened(lines, found.unfinished, SHOWN),
        actions=(Action(_("Open the list"), link("checks:actions")),),
    )


def roster_changes(user: User) -> Card | None:
    """How many of her published days were changed and not looked at; None: none."""
    n = unseen_changes(user).count()
    if not n:
        return None
    return Card(
        title=_("My roster"),
        icon="calendar-exclamation",
        says=ngettext(
            "%(n)s day of your roster was changed",
            "%(n)s days of your roster were changed",
            n,
        )
        % {"n": number(n)},
        tone=Tone.ATTENTION,
        actions=(Action(_("See what was changed"), link("my_roster:mine")),),
    )


def flow_today(user: User) -> Card | None:
    """How busy the outlet has been today, and how long customers waited."""
    outlets = selectors.led_outlets(user)
    if not user.sight.may(Power.SEE_FLOW) or not outlets:
        return None
    days = {selectors.today_at(outlet, timezone.now()) for outlet in outlets}
    theirs = Outlet.objects.visible_to(user, Power.SEE_FLOW).filter(
        pk__in=[outlet.pk for outlet in outlets]
    )
    flow = total_flow(theirs, min(days), max(days))
    title, icon = _("Customers today"), "users-group"
    open_flow = Action(_("Open customer flow"), link("flow:region"))
    if not flow.arrivals:
        newest = newest_day(theirs)
        return Card(
            title=title,
            icon=icon,
            says=_("No tickets have come in today"),
            hint=(
                _("The last ones are of %(day)s.") % {"day": date_format(newest)}
                if newest
                else _("The queue machine has not sent any yet.")
            ),
            actions=(open_flow,),
        )
    return Card(
        title=title,
        icon=icon,
        says=ngettext(
            "%(n)s customer has come", "%(n)s customers have come", flow.arrivals
        )
        % {"n": number(flow.arrivals)},
        tone=_tone_of_waits(flow),
        figures=(
            Figure(minutes(flow.wait_mean_s), _("mean wait")),
            Figure(
                share(flow.share_over_600_s),
                _("waited over 10 minutes"),
            ),
            Figure(share(flow.abandoned_share), _("left the queue")),
        ),
        actions=(open_flow,),
    )


def share(fraction: float | None) -> str:
    """Return a fraction of 0 to 1 in percent; a dash where it is unknown."""
    return "–" if fraction is None else f"{number(100 * fraction, 1)}\u00a0%"


def _tone_of_waits(flow: Flow) -> Tone:
    long_waits = flow.share_over_600_s
    if long_waits is None:
        return Tone.PLAIN
    return Tone.ATTENTION if long_waits > MANY_LONG_WAITS else Tone.GOOD


def team_ratings(user: User) -> Card:
    """What customers said at the counter in the last four weeks, person by person."""
    outlets = selectors.led_outlets(user)
    since = timezone.localdate() - timedelta(days=DAYS_OF_RATINGS)
    ratings = Rating.objects.visible_to(user).filter(
        Q(outlet__in=outlets), channel__in=ONSITE, on__gt=since
    )
    overall = overall_figures(ratings)
    title, icon = _("What customers say"), "message-star"
    open_ratings = Action(_("Open customer feedback"), link("feedback:list"))
    if not overall.n:
        return Card(
            title=title,
            icon=icon,
            says=_("No ratings at the counter in the last four weeks"),
            hint=_("Ask customers to press the pad when they leave."),
            actions=(open_ratings,),
        )
    people = sorted(
        figures_by_employee(ratings), key=lambda one: (one.wilson_low or 0, one.code)
    )
    return Card(
        title=title,
        icon=icon,
        says=_("%(share)s satisfied in the last four weeks")
        % {"share": percent(overall.satisfied, overall.n)},
        figures=(Figure(number(overall.n), _("ratings at the counter")),),
        lines=tuple(
            Line(
                one.name,
                ngettext(
                    "%(share)s of %(n)s rating", "%(share)s of %(n)s ratings", one.n
                )
                % {"share": percent(one.satisfied, one.n), "n": number(one.n)},
            )
            for one in people[:SHOWN]
        ),
        hint=_("Who needs support most comes first; few ratings weigh little."),
        actions=(open_ratings,),
    )


def own_score(user: User) -> Card:
    """Her newest published score, how it moved, and where most is to be gained."""
    title, icon = _("My score"), "user-star"
    own = selectors.own_score(user)
    if own is None:
        return Card(
            title=title,
            icon=icon,
            says=_("No score has been published for you yet"),
            hint=_("Scores appear here when the ranking of a month is published."),
            actions=_open_own_score(),
        )
    standing = own.standing
    if standing.score is None:
        return Card(
            title=title,
            icon=icon,
            says=_("No score for %(period)s") % {"period": own.period},
            hint=_("Too little was recorded that month to be fair to you."),
            actions=_open_own_score(),
        )
    figures = []
    if standing.rank_outlet is not None:
        figures.append(Figure(number(standing.rank_outlet), _("place in the outlet")))
    if standing.rank_county is not None:
        figures.append(Figure(number(standing.rank_county), _("place in the county")))
    if own.before is not None and own.before.score is not None:
        change = standing.score - own.before.score
        sign = "+" if change > 0 else "−" if change < 0 else "±"
        figures.append(
            Figure(f"{sign}{number(abs(change), 2)}", _("since the month before"))
        )
    gain = selectors.most_to_gain(standing)
    lines = []
    if gain is not None:
        lines.append(
            Line(
                _("Most to gain: %(component)s, now %(value)s of 100")
                % {
                    "component": component_label(gain.component),
                    "value": number(gain.value, 1),
                },
                _("up to +%(points)s points") % {"points": number(gain.points, 1)},
            )
        )
    if not standing.eligible:
        lines.append(
            Line(_("Not in the running for an award this time"), tone=Tone.ATTENTION)
        )
    return Card(
        title=title,
        icon=icon,
        says=_("%(score)s points in %(period)s")
        % {"score": number(standing.score, 2), "period": own.period},
        figures=tuple(figures),
        lines=tuple(lines),
        actions=_open_own_score(),
    )


def _open_own_score() -> tuple[Action, ...]:
    return (Action(_("See why, line by line"), link("rankings:mine")),)
