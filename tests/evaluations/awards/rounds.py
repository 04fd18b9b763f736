"""A round over a county with two outlets' worth of people, and who decides on it."""

from datetime import timedelta

from django.utils import timezone

from evaluations.awards.acting import Action
from evaluations.awards.models import Level, Round, Title
from evaluations.awards.services import nominations
from evaluations.awards.services.rounds import (
    Plan,
    appoint,
    finish_round,
    open_round,
    start_display,
)
from evaluations.ledger.services import Line, put
from evaluations.rankings.services.places import compute_places
from evaluations.rankings.services.runs import publish_run
from tests.evaluations.awards.factories import OCTOBER, county_with_scores, reviewed_run
from tests.staffing.people.factories import granted_user, staff_user


def plan(**changes) -> Plan:
    today = timezone.localdate()
    usual = {
        "level": Level.COUNTY,
        "title": Title.QUALITY_SERVICE_MODEL,
        "places": 2,
        "shortlist": 3,
        "nominate_from": today,
        "nominate_until": today + timedelta(days=3),
        "review_until": today + timedelta(days=5),
        "decide_until": today + timedelta(days=7),
        "display_days": 7,
    }
    return Plan(**(usual | changes))


class Scene:
    """A county's round: best first are NS-1, NS-2, NS-3; NS-0 and NS-4 lose."""

    def __init__(self, run=None, **changes) -> None:
        self.outlet, self.people = county_with_scores([80, 95, 90, 85, 70])
        self.operations = granted_user("operations")
        self.county = granted_user("regional_supervisor", region=self.outlet.region)
        self.manager = staff_user("store_manager", outlet=self.outlet)
        self.run = run or self._reviewed()
        self.round: Round = open_round(
            run_id=self.run.pk, plan=plan(**changes), by=self.operations
        )

    def _reviewed(self):
        return reviewed_run()

    def nominate(self, number="NS-1", **changes):
        given = {"reason": "always there for customers", "by": self.manager}
        return nominations.nominate(
            round_id=self.round.pk, number=number, **(given | changes)
        )

    def do(self, row, action, by, note="it was so", choice=""):
        return nominations.act(
            nomination_id=row.pk, action=Action(action), by=by, note=note, choice=choice
        )

    def on_the_table(self, number="NS-1"):
        row = self.nominate(number)
        self.do(row, "submit", self.manager)
        return self.do(row, "endorse", self.county)

    def approved(self, number="NS-1"):
        return self.do(self.on_the_table(number), "approve", self.operations)

    def show(self, on=None):
        """Show the winners from `on` on (None: today); no nomination is taken any more.

        Reviews and decisions keep their days.
        """
        last = timezone.localdate() - timedelta(days=1)
        Round.objects.filter(pk=self.round.pk).update(
            nominate_from=last, nominate_until=last
        )
        return start_display(round_id=self.round.pk, by=self.operations, on=on)

    def displayed(self, days_ago=8):
        """Publish the ranking, and show the winners since so many days."""
        publish_run(run_id=self.run.pk, by=self.operations)
        return self.show(on=timezone.localdate() - timedelta(days=days_ago))

    def member(self, user=None):
        user = user or granted_user("hr")
        appoint(round_id=self.round.pk, user=user, by=self.operations)
        return user


class OutletScene(Scene):
    """A county's round for its one outlet, NS-1, as a Star Outlet."""

    def __init__(self, **changes) -> None:
        super().__init__(**({"title": Title.STAR_OUTLET} | changes))

    def nominate(self, number="NS-1", **changes):
        return super().nominate(number, **({"stars": 5} | changes))

    def _reviewed(self):
        run = reviewed_run()
        compute_places(run_id=run.pk, by=None)
        return run

    def finished(self):
        """Return the published list after a display that is over."""
        publish_run(run_id=self.run.pk, by=self.operations)
        day = timezone.localdate() - timedelta(days=8)
        self.show(on=day)
        return finish_round(round_id=self.round.pk, by=self.operations)


def open_case(person, outlet, kind="hold", component="red_line", scope="", case="C"):
    """Post what an open case (hold) or a decided one (bar) says in the ledger."""
    line = Line(
        source_id=f"{case}:{person.number}",
        component=component,
        kind=kind,
        on=OCTOBER.first,
        employee_id=person.pk,
        outlet_id=outlet.pk,
        scope=scope,
    )
    put(source="test", lines=[line])
