"""`manage.py audit_draws FROM TO`: make every draw of those days again, and compare."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluations.feedback.models import CallDraw, Message
from evaluations.feedback.services.calls_drawing import differences, wrong_messages
from outlets.places.models import Outlet


class Command(BaseCommand):
    help = (
        "Make the draws of call-backs and rating SMS of some days again, and say where "
        "what is on record differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("first", type=date.fromisoformat, metavar="FROM")
        parser.add_argument("last", type=date.fromisoformat, metavar="TO")

    def handle(self, *args: Any, **options: Any) -> None:
        days = (options["first"], options["last"])
        wrong = 0
        draws = CallDraw.objects.filter(on__range=days).select_related("outlet")
        for draw in draws:
            if found := differences(draw):
                wrong += 1
                told = ", ".join(sorted(found))
                self.stdout.write(f"{draw.outlet.code} {draw.on:%F} calls: {told}")
        asked = Message.objects.filter(on__range=days).order_by("outlet", "on")
        for outlet_id, on in asked.values_list("outlet", "on").distinct():
            outlet = Outlet.objects.get(pk=outlet_id)
            if numbers := wrong_messages(outlet, on):
                wrong += 1
                told = ", ".join(sorted(numbers))
                self.stdout.write(f"{outlet.code} {on:%F} messages: {told}")
        if wrong:
            raise CommandError(f"{wrong} draws differ from the record")
        self.stdout.write(f"{draws.count()} draws of call-backs as on record")
