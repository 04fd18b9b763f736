"""`manage.py verify_run RUN`: compute a run again from its own input and compare."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.rankings.models import Run
from evaluations.rankings.services.verifying import first_of, verify_run

MOST_LINES = 50


class Command(BaseCommand):
    help = (
        "Compute a run again from its stored input and compare hash and figures. "
        "Exit 0: it holds; 1: it does not; 2: there is no such run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, help="the number of the run")
        parser.add_argument(
            "--no-drift",
            action="store_true",
            help="do not compare with the ledger and the registry of today",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = verify_run(
                run_id=options["run"], with_drift=not options["no_drift"]
            )
        except Run.DoesNotExist as error:
            message = f"there is no run {options['run']}"
            raise CommandError(message, returncode=2) from error
        run = found.run
        for line in first_of(found.differences, MOST_LINES):
            self.stdout.write(f"differs: {line}")
        for line in first_of(found.drift, MOST_LINES):
            self.stdout.write(f"drift: {line}")
        self.stdout.write(
            f"verify_run {run.pk}: {'holds' if found.holds else 'DIFFERS'}, "
            f"{found.people} people, {len(found.differences)} differences, "
            f"{len(found.drift)} drifted, hash {run.hash or 'none'}"
        )
        outlets = (
            f"{found.outlets} outlets, hash {found.places_hash}"
            if found.outlets is not None
            else "none ranked"
        )
        self.stdout.write(f"outlets of run {run.pk}: {outlets}")
        if not found.holds:
            sys.exit(1)
