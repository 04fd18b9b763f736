"""`manage.py rebuild_flow`: the roll-ups from the raw rows; `--check` only compares."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from outlets.flow.roll_ups import SOURCES
from outlets.flow.services import compare_roll_ups, rebuild_roll_ups
from outlets.places.models import Outlet

DIFFERENCES_NAMED = 50


class Command(BaseCommand):
    help = "Recompute all flow roll-ups from raw rows, outlet by outlet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; name the differences and exit 1 if there are any",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        else:
            self._rebuild()

    def _rebuild(self) -> None:
        written = sum(
            rebuild_roll_ups(source=source, outlet=outlet)
            for outlet in Outlet.objects.order_by("code").iterator()
            for source in SOURCES
        )
        self.stdout.write(f"rebuild_flow: {written} rows written")

    def _check(self) -> None:
        compared = differing = 0
        for outlet in Outlet.objects.order_by("code").iterator():
            for source in SOURCES:
                comparison = compare_roll_ups(source=source, outlet=outlet)
                compared += comparison.compared
                for difference in comparison.differences:
                    differing += 1
                    if differing <= DIFFERENCES_NAMED:
                        self.stderr.write(str(difference))
        if differing > DIFFERENCES_NAMED:
            self.stderr.write(f"… and {differing - DIFFERENCES_NAMED} more differences")
        self.stdout.write(
            f"rebuild_flow --check: {compared} rows compared, {differing} differences"
        )
        if differing:
            sys.exit(1)
