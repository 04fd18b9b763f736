"""`manage.py service create NAME …`: a service for scripts, its secret printed once."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet, Region
from staffing.accounts.services.service_tokens import create_service


def _place(model: type[Region] | type[Outlet], code: str | None) -> Any:
    """Return the region or outlet of a code, None without one.

    Raises:
        CommandError: there is no such place.
    """
    if code is None:
        return None
    found = model.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"There is no {model._meta.model_name} {code}.")
    return found


class Command(BaseCommand):
    help = "Make a service of the API; print its client id and, this once, its secret."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a service")
        create.add_argument("name")
        create.add_argument(
            "--scopes", required=True, help="separated by spaces, in quotes"
        )
        create.add_argument(
            "--expires",
            required=True,
            type=date.fromisoformat,
            help="last day on which it works, as 2027-10-31",
        )
        create.add_argument("--purpose", default="", help="what it is for")
        create.add_argument("--owner", default="", help="who answers for it")
        create.add_argument("--region", help="code: only this region and below")
        create.add_argument("--outlet", help="code: only this outlet")
        create.add_argument("--calls", type=int, help="calls a minute")

    def handle(self, *args: Any, **options: Any) -> None:
        calls = options["calls"]
        if calls is not None and calls < 1:
            raise CommandError("--calls has to be 1 or more.")
        try:
            service, secret = create_service(
                name=options["name"],
                purpose=options["purpose"],
                owner=options["owner"],
                scopes=options["scopes"].split(),
                expires_on=options["expires"],
                region=_place(Region, options["region"]),
                outlet=_place(Outlet, options["outlet"]),
                calls_per_minute=calls,
                by=None,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"client_id {service.application.client_id}")
        self.stdout.write(f"client_secret {secret}")
