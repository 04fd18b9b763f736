"""`manage.py move_out_tickets --before 2024-11`: raw tickets of older months go."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from outlets.flow.moving import move_out_tickets
from outlets.flow.rules import Month


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no month such as 2026-10") from None


class Command(BaseCommand):
    help = (
        "Move the raw tickets and events of whole months into compressed files, after "
        "proving that their roll-ups equal them. Every figure stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--before",
            type=_month,
            required=True,
            help="the first month that is kept, such as 2024-11",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept: Month = options["before"]
        if kept > Month.of(timezone.localdate()):
            raise CommandError(f"{kept} has not begun: tickets still come in before it")
        done = move_out_tickets(before=kept.first)
        for row in done.moved:
            self.stdout.write(
                f"{row.outlet.code} {row.month}: {row.tickets} tickets and "
                f"{row.events} events moved to {row.file.name}"
            )
        for held in done.held:
            self.stderr.write(
                f"{held.outlet.code} {held.month} stays: {len(held.differences)} "
                f"roll-ups differ, the first: {held.differences[0]}. Run rebuild_flow."
            )
        self.stdout.write(
            f"move_out_tickets: {len(done.moved)} months of outlets moved out, "
            f"{len(done.held)} held"
        )
        if done.held:
            raise CommandError("some months could not be proven")
