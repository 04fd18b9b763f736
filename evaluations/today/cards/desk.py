"""Cards of those who work at a desk: regions, departments, administration, audit."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.awards.models import AwardList
from evaluations.awards.selectors.lists import (
    lists_to_publish,
    newest_published,
    won_on,
)
from evaluations.rankings.selectors import home
from evaluations.today import selectors
from evaluations.today.cards.card import (
    Action,
    Card,
    Figure,
    Line,
    Tone,
    link,
    number,
    shortened,
    waiting_records,
)
from evaluations.today.cards.floor import share
from outlets.flow.selectors.tickets import outlets_by_exception
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import User

SHOWN = 5
DAYS_OF_FLOW = 7


def unchecked_outlets(user: User) -> Card:
    """Which outlets of the region have no check yet today."""
    title, icon = _("Outlets without a check today"), "building-store"
    found = selectors.unchecked_outlets(user)
    missing = len(found.missing)
    if not found.outlets:
        return Card(title=title, icon=icon, says=_("No outlets in your region yet"))
    says = (
        ngettext(
            "%(n)s of %(outlets)s outlets has no check yet",
            "%(n)s of %(outlets)s outlets have no check yet",
            missing,
        )
        % {"n": number(missing), "outlets": number(found.outlets)}
        if missing
        else _("Every outlet has begun its checks")
    )
    card = link("checks:card")
    lines = [
        Line(outlet.name, outlet.code, f"{card}?{urlencode({'outlet': outlet.code})}")
        for outlet in found.missing[:SHOWN]
    ]
    return Card(
        title=title,
        icon=icon,
        says=says,
        tone=Tone.ATTENTION if missing else Tone.GOOD,
        done=found.outlets - missing,
        due=found.outlets,
        lines=shortened(lines, missing, SHOWN),
    )


def worth_a_look(user: User) -> Card | None:
    """What deserves a look in how checks were made; None: nothing does."""
    total, newest = selectors.flags_to_look_at(user, SHOWN)
    if not total:
        return None
    lines = [
        Line(
            f"{flag.outlet} · {flag.get_kind_display()}",
            date_format(flag.on, "MONTH_DAY_FORMAT"),
            link("checks:flag", flag.uuid),
        )
        for flag in newest
    ]
    return Card(
        title=_("Worth a look"),
        icon="eye-search",
        says=ngettext(
            "%(n)s sign in how checks were made",
            "%(n)s signs in how checks were made",
            total,
        )
        % {"n": number(total)},
        lines=shortened(lines, total, SHOWN),
        actions=(Action(_("Open the list"), link("checks:flags")),),
    )


def exceptions(user: User) -> Card:
    """What does not settle itself: conflicts and complaints past their time."""
    found = selectors.exceptions(user, SHOWN)
    lines = [
        Line(
            str(check.employee or check.outlet),
            _("checked twice: choose one"),
            link("checks:check", check.uuid),
            Tone.BAD,
        )
        for check in found.conflicts
    ]
    lines += [
        Line(
            f"{case.outlet} · {case.case_no}",
            _("open for %(days)s days")
            % {"days": number((timezone.now() - case.received_at).days)},
            link("complaints:case", case.case_no),
            Tone.ATTENTION,
        )
        for case in found.overdue_cases
    ]
    total = len(lines) - len(found.overdue_cases) + found.overdue
    if waiting := selectors.records_that_wait(user):
        lines.insert(0, waiting_records(waiting))
        total += 1
    if not lines:
        says, tone = _("Nothing waits for your decision"), Tone.GOOD
    elif found.overdue:
        says = ngettext(
            "%(n)s complaint is past its time limit",
            "%(n)s complaints are past their time limit",
            found.overdue,
        ) % {"n": number(found.overdue)}
        tone = Tone.ATTENTION
    else:
        says, tone = _("Checks wait for your decision"), Tone.ATTENTION
    return Card(
        title=_("Exceptions"),
        icon="flag",
        says=says,
        tone=tone,
        lines=shortened(lines, total, SHOWN),
        actions=(Action(_("Open complaints"), link("complaints:list")),),
    )


def longest_waits(user: User) -> Card:
    """Where customers waited longest in the last seven days, and how it moved."""
    today = timezone.localdate()
    first, last = today - timedelta(days=DAYS_OF_FLOW - 1), today
    before = (first - timedelta(days=DAYS_OF_FLOW), first - timedelta(days=1))
    outlets = Outlet.objects.visible_to(user, Power.SEE_FLOW)
    busy = [
        outlet
        for outlet in outlets_by_exception(outlets, first, last, before=before)
        if outlet.flow.share_over_600_s is not None
    ]
    title, icon = _("Longest waits this week"), "hourglass-high"
    open_flow = (Action(_("Open customer flow"), link("flow:region")),)
    if not busy:
        return Card(
            title=title,
            icon=icon,
            says=_("No tickets in the last seven days"),
            actions=open_flow,
        )
    long = [outlet for outlet in busy if outlet.flow.share_over_600_s]
    return Card(
        title=title,
        icon=icon,
        says=(
            _("%(outlet)s: %(share)s waited over 10 minutes")
            % {
                "outlet": busy[0].name,
                "share": share(busy[0].flow.share_over_600_s),
            }
            if long
            else _("Nobody waited over 10 minutes")
        ),
        tone=Tone.PLAIN if long else Tone.GOOD,
        lines=tuple(
            Line(
                outlet.name,
                _("%(share)s over 10 minutes")
                % {"share": share(outlet.flow.share_over_600_s)},
                link("flow:outlet", outlet.code),
            )
            for outlet in long[:SHOWN]
        ),
        actions=open_flow,
    )


def runs_to_decide(user: User) -> Card:
    """Which rankings are computed and wait for review or publication."""
    runs = list(selectors.runs_to_decide(user)[:SHOWN])
    return Card(
        title=_("Rankings to decide"),
        icon="gavel",
        says=(
            ngettext(
                "%(n)s ranking waits for you", "%(n)s rankings wait for you", len(runs)
            )
            % {"n": len(runs)}
            if runs
            else _("No ranking waits for you")
        ),
        tone=Tone.ATTENTION if runs else Tone.GOOD,
        lines=tuple(
            Line(
                f"{run.scheme} · {run.period}",
                run.get_state_display(),
                link("rankings:run", run.pk),
            )
            for run in runs
        ),
        hint="" if runs else _("When a month is over, compute its ranking."),
        actions=(Action(_("Open rankings"), link("rankings:list")),),
    )


def awards_to_decide(user: User) -> Card:
    """Which award lists are drawn and wait for publication."""
    drafts = list(lists_to_publish(user)[:SHOWN])
    return Card(
        title=_("Awards to decide"),
        icon="award",
        says=(
            ngettext(
                "%(n)s award list waits for you",
                "%(n)s award lists wait for you",
                len(drafts),
            )
            % {"n": len(drafts)}
            if drafts
            else _("No award list waits for you")
        ),
        tone=Tone.ATTENTION if drafts else Tone.GOOD,
        lines=tuple(_award_line(draft) for draft in drafts),
        actions=(Action(_("Open awards"), link("awards:list")),),
    )


def _award_line(award_list: AwardList, note: str = "", *, star: bool = False) -> Line:
    return Line(
        f"{award_list.get_title_display()} · {award_list.period}",
        note or award_list.get_level_display(),
        link("awards:detail", award_list.uuid),
        star=star,
    )


def pending_records(user: User) -> Card:
    """Whether everything captured before today has reached the ledger."""
    counts = selectors.pending_records(user)
    labels = {
        "checks": _("daily checks"),
        "ratings": _("ratings"),
        "tests": _("knowledge tests"),
        "visits": _("mystery visits"),
        "complaints": _("complaints"),
    }
    total = sum(counts.values())
    return Card(
        title=_("On the way to the ledger"),
        icon="transfer-in",
        says=(
            ngettext(
                "%(n)s record of past days is not in the ledger yet",
                "%(n)s records of past days are not in the ledger yet",
                total,
            )
            % {"n": number(total)}
            if total
            else _("Everything up to yesterday is in the ledger")
        ),
        tone=Tone.PLAIN if total else Tone.GOOD,
        lines=tuple(
            Line(labels[name], number(count)) for name, count in counts.items() if count
        ),
        hint=_("They are posted every hour, and before a ranking is computed.")
        if total
        else "",
    )


def latest_run(user: User) -> Card:
    """The ranking that holds now."""
    title, icon = _("Latest ranking"), "trophy"
    run = home.latest_run(user)
    open_rankings = Action(_("All rankings"), link("rankings:list"))
    if run is None:
        return Card(
            title=title,
            icon=icon,
            says=_("No ranking has been published yet"),
            hint=_("The operations department publishes it when a month is over."),
            actions=(open_rankings,),
        )
    return Card(
        title=title,
        icon=icon,
        says=f"{run.scheme} · {run.period}",
        figures=(
            Figure(number(run.people), _("people")),
            Figure(number(run.ranked), _("with a score")),
            Figure(number(run.eligible), _("in the running for an award")),
        ),
        actions=(
            Action(_("Open the ranking"), link("rankings:run", run.pk)),
            open_rankings,
        ),
    )


def awards_published(user: User) -> Card:
    """The award lists published last, with how many won."""
    lists = newest_published(user, SHOWN)
    return Card(
        title=_("Award lists"),
        icon="award",
        says=(
            _("Published last: %(list)s")
            % {"list": f"{lists[0].get_title_display()} · {lists[0].period}"}
            if lists
            else _("No award list has been published yet")
        ),
        lines=tuple(
            _award_line(
                one,
                f"{one.get_level_display()} · {_winners(one)}",
                star=True,
            )
            for one in lists
        ),
        actions=(Action(_("Open awards"), link("awards:list")),),
    )


def _winners(award_list: Any) -> str:
    """Count the winners that `lists_with_winners` fetched along."""
    count = won_on(award_list)
    return ngettext("%(n)s winner", "%(n)s winners", count) % {"n": number(count)}


def registry(user: User) -> Card:
    """What the registry holds, and its holes."""
    found = selectors.registry(user)
    unassigned = f"{link('people:list')}?state=unassigned"
    holes = (
        (_("Outlets without opening hours"), found.outlets_without_hours, ""),
        (_("Outlets without a class"), found.outlets_without_class, ""),
        (_("People assigned to no outlet"), found.people_without_outlet, unassigned),
        (_("Accounts without a role"), found.users_without_role, link("people:users")),
    )
    lines = tuple(
        Line(text, number(count), url, Tone.ATTENTION)
        for text, count, url in holes
        if count
    )
    if not found.outlets:
        says, tone = _("The registry is empty"), Tone.ATTENTION
        hint = _(
            "Load regions, outlets, employees and assignments, in this order: "
            "manage.py ingest regions regions.csv"
        )
    else:
        says = _("The registry has gaps") if lines else _("The registry is complete")
        tone = Tone.ATTENTION if lines else Tone.GOOD
        hint = (
            _("Send a corrected spreadsheet: rows that exist are updated.")
            if lines
            else ""
        )
    return Card(
        title=_("Registry"),
        icon="building-community",
        says=says,
        tone=tone,
        figures=(
            Figure(number(found.regions), _("regions")),
            Figure(number(found.outlets), _("outlets")),
            Figure(number(found.employees), _("people")),
            Figure(number(found.users), _("accounts")),
        ),
        lines=lines,
        hint=hint,
        actions=(
            Action(_("Open people"), link("people:list")),
            Action(_("Open access"), link("people:users")),
        ),
    )


def interfaces(user: User) -> Card:
    """How other systems read and write, for who sets them up."""
    return Card(
        title=_("Other systems"),
        icon="api",
        says=_("HR and the queue machines speak to the API"),
        hint=_(
            "Every caller needs a service of its own, with the scopes it needs and "
            "no more."
        ),
        actions=(
            *(
                [Action(_("Open services"), link("services:list"))]
                if user.sight.reach(Power.CONFIGURE).everywhere
                else []
            ),
            Action(_("Read the API"), link("api-docs")),
        ),
    )


def reading_room(user: User) -> Card:
    """What an auditor may open."""
    return Card(
        title=_("To be read"),
        icon="eye-check",
        says=_("You see all records and change none"),
        hint=_("From every score the way leads to the ledger and to its record."),
        lines=(
            Line(_("Daily checks"), url=link("checks:list")),
            Line(_("Knowledge tests"), url=link("knowledge:list")),
            Line(_("Mystery visits"), url=link("mystery:list")),
            Line(_("Customer feedback"), url=link("feedback:list")),
            Line(_("Complaints"), url=link("complaints:list")),
            Line(_("Customer flow"), url=link("flow:region")),
        ),
    )
