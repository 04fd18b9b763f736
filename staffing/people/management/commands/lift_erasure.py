"""`manage.py lift_erasure NUMBER --reason TEXT`: let an erased number be loaded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from outlets.exchange.errors import DomainError
from staffing.people.personal.services.carrying_out import lift_number


class Command(BaseCommand):
    help = (
        "Let a number that belonged to somebody erased be loaded again, for a new "
        "person. What was erased does not come back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="the employee number as files have it")
        parser.add_argument("--reason", required=True, help="stays on record")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lift_number(number=options["number"], reason=options["reason"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"lift_erasure {options['number']}: may be loaded again")
