"""`manage.py demo_users`: one sign-in per role, and a client for the API."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from simulation.signins import (
    CLIENT_SCOPES,
    NoChain,
    PasswordMissing,
    as_table,
    checked_password,
    make_client,
    make_sign_ins,
)

PASSWORD_VARIABLE = "STARHALL_DEMO_PASSWORD"  # noqa: S105 (a name)
ADDRESS_VARIABLE = "STARHALL_DEMO_ADDRESS"


def add_sign_in_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--password",
        default=os.environ.get(PASSWORD_VARIABLE),
        help=f"for everybody and for the API client (default: {PASSWORD_VARIABLE})",
    )
    parser.add_argument(
        "--address",
        default=os.environ.get(ADDRESS_VARIABLE, "http://localhost:8000"),
        help="where the pages are served",
    )


def sign_in_lines(options: dict[str, Any]) -> list[str]:
    """Make users and client, and return how to use them.

    Raises:
        CommandError: there is no chain, or no password outside a demo.
    """
    try:
        password = checked_password(options["password"])
        made = make_sign_ins(password=password)
        # Outside a demo the client gets a secret that nobody has thought up.
        client, secret = make_client(secret=password if settings.DEMO else None)
    except (NoChain, PasswordMissing) as error:
        raise CommandError(str(error)) from error
    address = options["address"]
    return [
        "",
        *as_table(made, address=address, password=password),
        "",
        f"API: {address}/api/docs/, client {client}, secret {secret}",
        f"  curl -u {client}:{secret} -d grant_type=client_credentials "
        f"-d 'scope={CLIENT_SCOPES}' {address}/api/v1/oauth/token/",
        "",
    ]


class Command(BaseCommand):
    help = "Make one sign-in per role and a client for the API; safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_sign_in_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        for line in sign_in_lines(options):
            self.stdout.write(line)
