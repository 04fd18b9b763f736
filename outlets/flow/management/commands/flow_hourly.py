"""`manage.py flow_hourly OUTLET FROM TO`: the hours with arrivals, as NDJSON."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from outlets.flow.selectors.tickets import hour_record, hourly_flow
from outlets.places.models import Outlet


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a date such as 2026-10-31") from None


class Command(BaseCommand):
    help = "Write the customer flow of one outlet, a line of JSON per hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("outlet", help="code of the outlet")
        parser.add_argument("first", metavar="from", type=_day, help="first day")
        parser.add_argument("last", metavar="to", type=_day, help="last day, included")
        parser.add_argument("--out", type=Path, help="file to write instead of stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        code, first, last = options["outlet"], options["first"], options["last"]
        if last < first:
            raise CommandError(f"The last day {last} is before the first {first}.")
        outlet = Outlet.objects.filter(code=code).first()
        if outlet is None:
            raise CommandError(f"There is no outlet {code}.")
        lines = [
            json.dumps(hour_record(row)) for row in hourly_flow(outlet, first, last)
        ]
        path: Path | None = options["out"]
        if path is None:
            for line in lines:
                self.stdout.write(line)
            return
        try:
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error}") from error
        self.stdout.write(f"flow_hourly {code}: {len(lines)} hours")
