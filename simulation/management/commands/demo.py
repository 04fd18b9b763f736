"""`manage.py demo`: a living chain, its sign-ins, its rankings and its awards."""

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from simulation.announcing import announce
from simulation.awarding import (
    make_rounds,
)
from simulation.complaint_desk import (
    make_complaints,
)
from simulation.floor import make_floor
from simulation.growing import People, make_growth
from simulation.hall import (
    compare_last_days,
    forecast_everywhere,
    numbers_at,
    open_hall,
)
from simulation.loading import AnotherChain, RefusedRows, load_chain
from simulation.management.commands.demo_users import (
    add_sign_in_arguments,
    sign_in_lines,
)
from simulation.management.commands.simulate import add_plan_arguments, plan_of
from simulation.models import Simulation
from simulation.results import make_results
from simulation.rosters import make_rosters
from simulation.shopping import make_shopping
from simulation.signins import (
    CLERK,
    HR,
    MANAGER,
    OPERATIONS,
    REGIONAL,
    city_of,
    demo_outlet,
)
from simulation.testing import make_tests
from simulation.voices_now import make_voices
from staffing.people.models import User


class Command(BaseCommand):
    help = (
        "Fill an empty database with the demo: chain, sign-ins, rankings, awards. "
        "With a chain there it only prints the sign-ins."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_plan_arguments(parser)
        add_sign_in_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        simulation = Simulation.objects.last()
        ready = simulation is not None and simulation.complete
        if simulation is None or not ready:
            simulation = self._simulate(simulation, options)
        lines = sign_in_lines(options)
        if not simulation.results_complete:
            started = perf_counter()
            make_results(
                simulation,
                by=User.objects.get(username=OPERATIONS),
                closed_by=User.objects.get(username=HR),
                say=self.stdout.write,
            )
            home, leader = demo_outlet(), User.objects.get(username=REGIONAL)
            places = make_floor(simulation.plan, home=home, county=leader)
            cases = make_complaints(
                home=home,
                leader=leader,
                operations=User.objects.get(username=OPERATIONS),
                manager=User.objects.get(username=MANAGER),
                clerk=User.objects.get(username=CLERK),
            )
            self.stdout.write(f"complaints: {cases} cases handled")
            announce(by=leader, region=city_of(home), home=home)
            self.stdout.write(f"floor: two weeks at {places} outlets")
            known, there = forecast_everywhere()
            self.stdout.write(f"forecasts: {known} of {there} outlets")
            compare_last_days()
            month = make_rosters(
                home=demo_outlet(),
                manager=User.objects.get(username=MANAGER),
                clerk=User.objects.get(username=CLERK),
            )
            self.stdout.write(f"roster: a draft of {month or 'no month'}")
            open_hall(
                home,
                by=User.objects.get(username=MANAGER),
                servers=numbers_at(home),
                now=timezone.now(),
            )
            calls = make_voices(
                simulation.plan,
                home=home,
                lead=User.objects.get(username=MANAGER),
            )
            self.stdout.write(f"voices: {calls} call-backs drawn")
            taken = make_tests(home=home, clerk=User.objects.get(username=CLERK))
            self.stdout.write(f"tests: {taken} taken this week")
            visits = make_shopping(
                simulation.plan,
                home=home,
                city=city_of(home),
                by=leader,
                manager=User.objects.get(username=MANAGER),
            )
            self.stdout.write(f"shopping: {visits} visits released with answers")
            rounds = make_rounds(
                home=home,
                manager=User.objects.get(username=MANAGER),
                county=leader,
                operations=User.objects.get(username=OPERATIONS),
                hr=User.objects.get(username=HR),
                colleague=User.objects.get(username=CLERK),
            )
            self.stdout.write(f"awards: {rounds} rounds")
            ideas, cups = make_growth(
                People(
                    home=home,
                    manager=User.objects.get(username=MANAGER),
                    clerk=User.objects.get(username=CLERK),
                    county=leader,
                    operations=User.objects.get(username=OPERATIONS),
                    hr=User.objects.get(username=HR),
                )
            )
            self.stdout.write(f"growth: {ideas} suggestions, {cups} contests")
            simulation.results_complete = True
            simulation.save(update_fields=["results_complete"])
            self.stdout.write(f"results: {perf_counter() - started:.1f} s")
        for line in lines:
            self.stdout.write(line)

    def _simulate(
        self, begun: Simulation | None, options: dict[str, Any]
    ) -> Simulation:
        """Load the chain; one that was interrupted goes on where it stopped."""
        started = perf_counter()
        plan = plan_of(options) if begun is None else begun.plan
        try:
            simulation = load_chain(plan, say=self.stdout.write)
        except (AnotherChain, RefusedRows) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"chain: {perf_counter() - started:.1f} s")
        return simulation
