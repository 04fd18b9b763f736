"""`manage.py rebuild_flow`: the roll-ups from the raw rows; `--check` only compares."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from outlets.flow.models import MovedMonth
from outlets.flow.moved import moved_differences
from outlets.flow.roll_ups import SOURCES
from outlets.flow.services import compare_roll_ups, rebuild_roll_ups
from outlets.places.models import Outlet

DIFFERENCES_NAMED = 50
MONTHS_NAMED = 50


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
        if left := MovedMonth.objects.count():
            self.stdout.write(
                f"{left} months of outlets were left as they are: their tickets were "
                "moved out, so that nothing can be made of them"
            )

    def _check(self) -> None:
        compared = differing = 0
        for difference in self._moved_out():
            differing += 1
            if differing <= DIFFERENCES_NAMED:
                self.stderr.write(difference)
        for outlet in Outlet.objects.order_by("code").iterator():
            for source in SOURCES:
                comparison = compare_roll_ups(source=source, outlet=outlet)
                compared += comparison.compared
                for found in comparison.differences:
                    differing += 1
                    if differing <= DIFFERENCES_NAMED:
                        self.stderr.write(str(found))
        if differing > DIFFERENCES_NAMED:
            self.stderr.write(f"… and {differing - DIFFERENCES_NAMED} more differences")
        self.stdout.write(
            f"rebuild_flow --check: {compared} rows compared, {differing} differences"
        )
        if differing:
            sys.exit(1)

    def _moved_out(self) -> Iterator[str]:
        """Say which months cannot be rebuilt; yield where one is not as it was."""
        rows = MovedMonth.objects.select_related("outlet").order_by("outlet", "first")
        for place, row in enumerate(rows.iterator()):
            if place < MONTHS_NAMED:
                self.stdout.write(
                    f"{row.outlet.code} {row.month}: {len(row.month.days)} days cannot "
                    f"be rebuilt, their {row.tickets} tickets were moved out on "
                    f"{row.moved_at:%F}; compared with the totals proven then"
                )
            elif place == MONTHS_NAMED:
                self.stdout.write("… and more months were moved out")
            yield from moved_differences(row)
