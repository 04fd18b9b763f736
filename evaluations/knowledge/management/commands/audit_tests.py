"""`manage.py audit_tests WEEK`: draw the tests of a week again, and compare."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluations.knowledge.models import Sitting
from evaluations.knowledge.rules.drawing import drawn, shuffled
from evaluations.knowledge.rules.weeks import week_of


class Command(BaseCommand):
    help = "Draw the tests of a week again by their seeds, and say which differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", type=date.fromisoformat, metavar="WEEK")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = Sitting.objects.filter(week=week_of(options["day"])).exclude(seed="")
        checked, wrong = 0, 0
        for sitting in begun.select_related("employee").order_by("pk"):
            checked += 1
            if not _as_drawn(sitting):
                wrong += 1
                self.stdout.write(f"{sitting.uuid} differs from its draw")
        if wrong:
            raise CommandError(f"{wrong} of {checked} tests differ from their draw")
        self.stdout.write(f"{checked} tests are as they were drawn")


def _as_drawn(sitting: Sitting) -> bool:
    met: list[tuple[str, list[str]]] = []
    again: list[tuple[str, list[str]]] = []
    keys = iter(drawn(sitting.seed, sitting.pool, sitting.counts))
    questions = sitting.questions.select_related("version__question")
    for question in questions.order_by("position"):
        version = question.version
        met.append((f"{version.question.code}:{version.number}", question.options))
        key = next(keys, "")
        count = len(version.options_en)
        again.append((key, shuffled(sitting.seed, key, version.kind, count)))
    return met == again and next(keys, None) is None
