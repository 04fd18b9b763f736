"""`manage.py forget_factors USERNAME`: for who lost her telephone and her codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from staffing.accounts.services.second_factor import forget_factors
from staffing.people.models import User


class Command(BaseCommand):
    help = "Remove every second factor of one user; the password stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"nobody is called {username}")
        count = forget_factors(user=user, by=None)
        self.stdout.write(f"{username}: {count} factors removed")
