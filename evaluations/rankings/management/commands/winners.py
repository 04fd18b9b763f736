"""`manage.py winners PERIOD`: who wins by quota, from the newest run of the period."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.ledger.periods import Period
from evaluations.rankings.models import Run
from evaluations.rankings.selectors.winners import Winner, winners_of
from outlets.exchange.access_log import record_export


class Command(BaseCommand):
    help = "List the winners of a period by quota, as NDJSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", help="2026-10, 2026-Q3 or 2026")
        parser.add_argument("--out", metavar="FILE", help="write to a file instead")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = Period.parse(options["period"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        run = Run.objects.of_period(period).computed().first()
        if run is None:
            raise CommandError(f"{period} has no ranking yet: rank it first")
        winners = winners_of(run)
        lines = [json.dumps(_row(winner), ensure_ascii=False) for winner in winners]
        record_export(None, what=f"winners of {period}", rows=len(lines))
        if not options["out"]:
            for line in lines:
                self.stdout.write(line)
            return
        try:
            Path(options["out"]).write_text(
                "".join(f"{line}\n" for line in lines), encoding="utf-8"
            )
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        self.stdout.write(f"winners {period}: {len(lines)} winners from run {run.pk}")


def _row(winner: Winner) -> dict[str, Any]:
    return {
        "level": winner.level,
        "place": winner.place_code,  # as the API's `place` takes it
        "place_code": winner.place_code,
        "title": winner.title,
        "employee_number": winner.standing.employee.number,
        "rank": winner.rank,
    }
