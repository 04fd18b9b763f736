"""`manage.py export_run RUN`: a run as a file that proves itself, without a name."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.rankings.models import Run
from evaluations.rankings.services.carrying import fixture_of
from evaluations.rankings.services.exporting import export_lines
from outlets.exchange.access_log import record_export


class Command(BaseCommand):
    help = (
        "Write a computed run with its input, output and hashes as NDJSON, for "
        "tools/verify_run. No name is in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, help="the number of the run")
        parser.add_argument(
            "--out", metavar="FILE", required=True, help="ending in .gz: compressed"
        )
        parser.add_argument(
            "--fixture",
            action="store_true",
            help="write rows for loaddata on another machine instead, names included",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = Run.objects.select_related("scheme", "scheme_version").get(
                pk=options["run"]
            )
        except Run.DoesNotExist as error:
            raise CommandError(f"there is no run {options['run']}") from error
        if not run.is_computed:
            raise CommandError(f"run {run.pk} is not computed")
        path = Path(options["out"])
        lines = fixture_of(run) if options["fixture"] else export_lines(run)
        try:
            _write(path, lines)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        record_export(None, what=f"run {run.pk}", rows=run.people)
        self.stdout.write(f"export_run {run.pk}: {run.people} people, hash {run.hash}")


def _write(path: Path, lines: Iterable[str]) -> None:
    if path.suffix == ".gz":
        # No time of writing: the same run makes the same file.
        with (
            path.open("wb") as raw,
            gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as out,
        ):
            out.writelines(line.encode() for line in lines)
    else:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
