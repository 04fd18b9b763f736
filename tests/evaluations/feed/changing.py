"""A small chain that never stops changing, and a client of its feed.

Everything happens in committed transactions of several statements, some of which are
rolled back; what the client holds in the end is compared with what it may see.
"""

import itertools
import random
import time
from datetime import date, timedelta
from unittest import mock

from auditlog.context import disable_auditlog
from django.db import connection, transaction
from django.utils import timezone

from evaluations.awards.models import Award, AwardList, Nomination, Objection, Round
from evaluations.feed.cursors import Cursor
from evaluations.feed.reading import everything, read
from evaluations.rankings.models import Run, Scheme, SchemeVersion, Standing
from outlets.places.models import Outlet, Region
from outlets.places.sight import EVERYWHERE, Reach
from staffing.accounts.authentication import Service
from staffing.people.models import Assignment, Employee, User

_numbers = itertools.count(1)
SCOPES = ("registry:read", "rankings:read", "awards:read")
PERIODS = ("2026-08", "2026-09")
DAY = date(2026, 10, 1)


class Undone(Exception):
    """Rolls back what a writer has just done."""


class Chain:
    """Two provinces, a few outlets and people; `account` is what the client may see."""

    def __init__(self) -> None:
        self.today = DAY
        self.account = (frozenset(SCOPES), EVERYWHERE)
        with disable_auditlog(), transaction.atomic():
            if not SchemeVersion.objects.exists():  # a test before has flushed them
                SchemeVersion.objects.create(
                    scheme=Scheme.objects.create(code="trial", name="Trial"),
                    number=1,
                    valid_from=DAY,
                    rules={},
                    state="approved",
                )
            for letter in "AB":
                top = _region(letter, "province", None)
                for number in (1, 2):
                    below = _region(f"{letter}{number}", "county", top)
                    for place in (1, 2):
                        Outlet.objects.create(
                            code=f"{below.code}-{place}", name="x", region=below
                        )
            for _number in range(12):
                hire(random.Random(_number), self)

    def viewer(self) -> Service:
        scopes, reach = self.account
        return Service(name="hr", scopes=scopes, reach=reach)

    def local_date(self, *given, **named) -> date:
        return self.today


def days_of(chain):
    """Let our own day be the chain's."""
    return mock.patch.object(timezone, "localdate", chain.local_date)


def _region(code, level, parent):
    return Region.objects.create(code=code, name=code, level=level, parent=parent)


def _any(chance, rows):
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return rows.filter(pk=chance.choice(pks)).first() if pks else None


def hire(chance, chain):
    person = Employee.objects.create(
        number=f"N{next(_numbers)}-{time.monotonic_ns()}", name="Li", post="clerk"
    )
    starts = chain.today + timedelta(days=chance.choice([-9, -9, -9, 1, 2]))
    Assignment.objects.create(
        employee=person, outlet=_any(chance, Outlet.objects), starts_on=starts
    )


def move(chance, chain):
    stint = _any(chance, Assignment.objects.filter(ends_on=None))
    if stint is None or stint.starts_on >= chain.today:
        return
    stint.ends_on = chain.today + timedelta(days=chance.choice([-1, 0, 1]))
    stint.ends_on = max(stint.ends_on, stint.starts_on)
    stint.save()
    Assignment.objects.create(
        employee=stint.employee,
        outlet=_any(chance, Outlet.objects),
        starts_on=stint.ends_on + timedelta(days=1),
    )


def rename(chance, chain):
    changed = {"name": f"Wang {next(_numbers)}"}
    if chance.random() < 0.3:
        changed = {"number": f"X{next(_numbers)}-{time.monotonic_ns()}"}
    person = _any(chance, Employee.objects)
    if person:
        Employee.objects.filter(pk=person.pk).update(**changed)


def leave(chance, chain):
    person = _any(chance, Employee.objects)
    if person:
        person.left_on = chain.today + timedelta(days=chance.choice([-1, 0, 1]))
        person.save()


def change_outlet(chance, chain):
    outlet = _any(chance, Outlet.objects)
    if chance.random() < 0.5:
        outlet.region = _any(chance, Region.objects.filter(level="county"))
    else:
        outlet.outlet_class = chance.choice("ABCD")
    outlet.save()


def move_county(chance, chain):
    county = _any(chance, Region.objects.filter(level="county"))
    county.parent = _any(chance, Region.objects.filter(level="province"))
    county.save()


def publish(chance, chain):
    """A draft with standings, then published; its lists supersede those of before."""
    period = chance.choice(PERIODS)
    version = SchemeVersion.objects.order_by("pk").first()
    earlier = Run.objects.published().filter(period=period).order_by("-revision")
    newest = earlier.first()
    run = Run.objects.create(
        period=period,
        scheme=version.scheme,
        scheme_version=version,
        revision=newest.revision + 1 if newest else 1,
        step="done",
        hash="h" * 64,
        input_hash="i" * 64,
    )
    people = list(Employee.objects.order_by("pk")[:15])
    outlets = dict(
        Assignment.objects.filter(employee__in=people).values_list(
            "employee", "outlet_id"
        )
    )
    standings = Standing.objects.bulk_create(
        Standing(
            run=run,
            employee=person,
            employee_uuid=person.uuid,
            outlet_id=outlets.get(person.pk),
            score=chance.randrange(100),
            eligible=True,
            position=number,
            tied_position=number,
            input="",
        )
        for number, person in enumerate(people, start=1)
    )
    now = timezone.now()
    run.state, run.reviewed_at, run.published_at = "published", now, now
    run.save()
    drawn = AwardList.objects.create(
        run=run, period=period, level="county", title="service_star"
    )
    winners = [one for one in standings if one.outlet_id]
    awards = [
        Award(
            award_list=drawn,
            standing=one,
            employee_id=one.employee_id,
            outlet_id=one.outlet_id,
            place_code=chance.choice("PQ"),
            rank=1,
            state=chance.choice(["awarded", "awarded", "held"]),
        )
        for one in chance.sample(winners, min(4, len(winners)))
    ]
    for award in awards:
        award.name_lastingly()
    Award.objects.bulk_create(awards)
    if chance.random() < 0.2:
        return  # a draft of lists that nobody has decided
    AwardList.objects.filter(period=period, status="published").update(
        status="superseded"
    )
    drawn.status, drawn.published_at = "published", now
    drawn.save()


def judge(chance, chain):
    award = _any(chance, Award.objects)
    if award:
        award.state = chance.choice(["awarded", "held", "disqualified"])
        award.reason = "for a reason"
        award.save()


def withdraw(chance, chain):
    award = _any(chance, Award.objects)
    if award:
        Nomination.objects.filter(award=award).update(award=None)
        award.delete()


def _nomination_of(award):
    """Return the nomination that an award came of, as if a round had led to it."""
    drawn, day = award.award_list, DAY
    opened, _made = Round.objects.get_or_create(
        run=drawn.run,
        level=drawn.level,
        title=drawn.title,
        defaults={
            "period": drawn.period,
            "places": 9,
            "shortlist": 9,
            "nominate_from": day,
            "nominate_until": day,
            "review_until": day,
            "decide_until": day,
            "display_days": 1,
        },
    )
    named, _made = Nomination.objects.get_or_create(
        round=opened,
        employee_id=award.employee_id,
        defaults={
            "outlet_id": award.outlet_id,
            "standing_id": award.standing_id,
            "listed": True,
        },
    )
    return named


def say(chance, chain):
    """Object to an award, or answer what somebody has said; sometimes link it late."""
    said = _any(chance, Objection.objects.filter(state="open"))
    if said and chance.random() < 0.6:
        said.state = chance.choice(["upheld", "dismissed"])
        said.decided_at, said.answer = timezone.now(), "so it is"
        said.save()
        return
    award = _any(chance, Award.objects)
    if award is None:
        return
    named = _nomination_of(award)
    if named.award_id is None and chance.random() < 0.8:
        Nomination.objects.filter(pk=named.pk).update(award=award)
    by = User.objects.create(username=f"u{next(_numbers)}-{time.monotonic_ns()}")
    Objection.objects.create(nomination=named, kind="objection", by=by, text="no")


def drop_run(chance, chain):
    """Frozen runs go only by hand; the feed says so all the same."""
    runs = list(Run.objects.order_by("pk").values_list("pk", flat=True))
    if len(runs) < 3:
        return
    run = chance.choice(runs[:-1])
    Objection.objects.filter(nomination__round__run=run).delete()
    Nomination.objects.filter(round__run=run).delete()
    Round.objects.filter(run=run).delete()
    Award.objects.filter(award_list__run=run).delete()
    AwardList.objects.filter(run=run).delete()
    with connection.cursor() as cursor:
        for table, column in (
            ("rankings_standing", "run_id"),
            ("rankings_run", "id"),
        ):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [run])


def dismiss(chance, chain):
    """Delete somebody of whom nothing is kept."""
    if Employee.objects.count() > 10:
        person = _any(
            chance,
            Employee.objects.filter(standings=None, awards=None, nominations=None),
        )
        if person:
            person.assignments.all().delete()
            person.delete()


def turn_day(chance, chain):
    chain.today += timedelta(days=1)


def change_sight(chance, chain):
    chain.account = some_account(chance)


def some_account(chance):
    scopes = frozenset(chance.sample(SCOPES, chance.randint(1, 3)))
    reach = EVERYWHERE
    if chance.random() < 0.6:
        region = _any(chance, Region.objects)
        reach = Reach(region_paths=frozenset({region.path}))
    elif chance.random() < 0.5:
        outlet = _any(chance, Outlet.objects)
        reach = Reach(outlet_ids=frozenset({outlet.pk}))
    return scopes, reach


WRITES = (
    *(hire, hire, move, move, rename, leave, change_outlet, move_county, publish),
    *(
        judge,
        judge,
        say,
        say,
        withdraw,
        drop_run,
        drop_run,
        dismiss,
        dismiss,
        turn_day,
        change_sight,
    ),
)


def write_some(chance, chain, *, pause=True) -> None:
    """Do one to three things in one transaction; now and then take them back."""
    try:
        # A history would keep people from being deleted.
        with disable_auditlog(), transaction.atomic():
            for _number in range(chance.randint(1, 3)):
                chance.choice(WRITES)(chance, chain)
                if pause and chance.random() < 0.3:
                    time.sleep(chance.random() / 200)
            if chance.random() < 0.15:
                raise Undone
    except Undone:
        pass


class Client:
    """What an HR system does: applies each change, keeps the cursor as a text."""

    def __init__(self, chain) -> None:
        self.chain, self.held, self.cursor = chain, {}, None

    def page(self, limit) -> bool:
        """Take one page; tell whether there was more."""
        cursor = None if self.cursor is None else Cursor.parse(self.cursor)
        page = read(self.chain.viewer(), cursor, limit)
        for one in page.items:
            if one.row is None:
                self.held.pop((one.kind, one.id), None)
            else:
                self.held[one.kind, one.id] = one.row
        self.cursor = str(page.cursor)
        return page.more

    def finish(self) -> None:
        while self.page(1000):
            pass

    def differences(self):
        """Return what is held and should not be, and what is missing or otherwise."""
        wanted = {
            (kind, ident): row for kind, ident, row in everything(self.chain.viewer())
        }
        keys = wanted.keys() | self.held.keys()
        return {
            key: (self.held.get(key), wanted.get(key))
            for key in keys
            if self.held.get(key) != wanted.get(key)
        }
