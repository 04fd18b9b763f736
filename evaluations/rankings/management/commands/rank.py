"""`manage.py rank PERIOD`: compute a ranking of everybody, here and now."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.ledger.periods import Period
from evaluations.rankings.api_shapes import StandingSerializer
from evaluations.rankings.models import Run
from evaluations.rankings.services.computing import compute_run
from evaluations.rankings.services.places import compute_after_people
from evaluations.rankings.services.runs import DEFAULT_SCHEME, create_run
from outlets.exchange.access_log import record_export
from outlets.exchange.errors import DomainError


class Command(BaseCommand):
    help = "Compute a ranking of a month, quarter or year."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", help="2026-10, 2026-Q3 or 2026")
        parser.add_argument("--scheme", default=DEFAULT_SCHEME, metavar="CODE")
        parser.add_argument("--out", metavar="FILE", help="write the standings, NDJSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = Period.parse(options["period"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        try:
            run = create_run(period=period, scheme=options["scheme"], by=None)
            run = compute_run(run_id=run.pk)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["out"]:
            write_standings(run, Path(options["out"]))
        self.stdout.write(
            f"run {run.pk}: {run.people} people, {run.ranked} ranked, "
            f"{run.eligible} eligible"
        )
        try:
            compute_after_people(run_id=run.pk)
        except DomainError as error:
            raise CommandError(str(error)) from error


def write_standings(run: Run, path: Path) -> None:
    """Write every standing of the run, a line each, with the fields of the API.

    Raises:
        CommandError: the file cannot be written.
    """
    standings = run.standings.select_related("employee", "outlet").order_by("position")
    try:
        with path.open("w", encoding="utf-8") as file:
            for standing in standings.iterator(chunk_size=2000):
                standing.run = run
                row = StandingSerializer(standing).data
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    record_export(None, what=f"standings of run {run.pk}", rows=run.people)
