"""`manage.py simulate`: a believable chain with known truth, loaded or written."""

from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from simulation.chain.plan import Plan
from simulation.chain.world import World
from simulation.loading import AnotherChain, RefusedRows, load_chain
from simulation.pack import write_pack

# A chain whose first outlet, where the demo signs in, is neither best nor worst.
SEED = 192


class Command(BaseCommand):
    help = "Simulate a chain of outlets, through the importer or into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_plan_arguments(parser)
        parser.add_argument(
            "--out", type=Path, help="write NN_kind.csv.gz files here, load nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plan = plan_of(options)
        if options["out"] is not None:
            for path, rows in write_pack(World(plan), options["out"]):
                self.stdout.write(f"{path}: {rows} rows")
            return
        try:
            load_chain(plan, say=self.stdout.write)
        except (AnotherChain, RefusedRows) as error:
            raise CommandError(str(error)) from error


def add_plan_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--outlets", type=int, default=40)
    parser.add_argument("--months", type=int, default=6)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--until", type=date.fromisoformat, help="last day (default: yesterday)"
    )
    parser.add_argument(
        "--ticket-days",
        type=int,
        default=35,
        help="days for which every outlet has tickets; pilots have them always",
    )


def plan_of(options: dict[str, Any]) -> Plan:
    """Return the plan that the command line asks for."""
    until = options["until"] or timezone.localdate() - timedelta(days=1)
    try:
        return Plan(
            outlets=options["outlets"],
            months=options["months"],
            seed=options["seed"],
            until=until,
            ticket_days=options["ticket_days"],
        )
    except ValueError as error:
        raise CommandError(str(error)) from error
