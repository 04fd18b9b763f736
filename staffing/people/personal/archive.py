"""The file itself: a ZIP with JSON and CSV per holding, and what they are in words."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from outlets.exchange.cell_text import guarded
from staffing.people.models import Assignment, Employee, User
from staffing.people.personal.registry import Holding, holdings
from staffing.people.personal.selectors import outlets_of
from staffing.people.personal.words import (
    pattern_of,
    spellings,
    strike,
    strike_long_numbers,
)

IN_MEMORY = 8 * 1024 * 1024
LANGUAGES = ("en", "zh-hans")


def write_archive(
    employee: Employee, file: IO[bytes], tick: Callable[[int], None]
) -> None:
    """Write everything held about `employee` into `file`; `tick(n)` after n holdings.

    Nobody else is named: rows carry no other person, and in free text the names and
    numbers of colleagues and of the office are struck out, as are long numbers.
    """
    others = pattern_of(_words_for_others(employee))
    parts = holdings()
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, holding in enumerate(parts, start=1):
            rows = (_clean(row, holding, others) for row in holding.rows_of(employee))
            counts[holding.code] = _write_holding(archive, holding, rows)
            tick(done)
        archive.writestr("README.txt", readme(employee, parts, counts))


def _words_for_others(employee: Employee) -> Iterator[str]:
    near = Assignment.objects.filter(outlet__in=outlets_of(employee))
    colleagues = Employee.objects.filter(
        pk__in=near.values("employee"), erased_at=None
    ).exclude(pk=employee.pk)
    for name, number in colleagues.values_list("name", "number").iterator():
        yield from spellings(name)
        yield number
    office = User.objects.filter(employee=None).exclude(first_name="", last_name="")
    for user in office.iterator():
        yield from spellings(user.get_full_name())


def _clean(row: Mapping[str, Any], holding: Holding, others: Any) -> dict[str, Any]:
    cleaned = {}
    for column in holding.columns:
        value = row[column]
        if column in holding.words and isinstance(value, str):
            value = strike_long_numbers(strike(value, others))
        cleaned[column] = value
    return cleaned


def _write_holding(
    archive: zipfile.ZipFile, holding: Holding, rows: Iterable[Mapping[str, Any]]
) -> int:
    """Write both files of one holding in one pass; return the number of rows."""
    n = 0
    with tempfile.SpooledTemporaryFile(IN_MEMORY, mode="w+b") as table:
        text = io.TextIOWrapper(table, encoding="utf-8", newline="")
        text.write("\ufeff")  # without it Excel takes UTF-8 for something else
        writer = csv.DictWriter(text, holding.columns)
        writer.writeheader()
        with archive.open(f"{holding.code}.json", "w") as records:
            for row in rows:
                records.write(b",\n" if n else b"[\n")
                records.write(json.dumps(_plain(row), ensure_ascii=False).encode())
                writer.writerow({name: _cell(row[name]) for name in holding.columns})
                n += 1
            records.write(b"\n]\n" if n else b"[]\n")
        text.flush()
        table.seek(0)
        with archive.open(f"{holding.code}.csv", "w") as sheet:
            while chunk := table.read(1 << 16):
                sheet.write(chunk)
        text.detach()
    return n


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; figures with decimals stay exact, as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _cell(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(plain, dict | list):
        plain = json.dumps(plain, ensure_ascii=False)
    return guarded(plain) if isinstance(plain, str) else plain


def readme(
    employee: Employee, parts: Iterable[Holding], counts: Mapping[str, int]
) -> str:
    """Return what each file is, in every language of the product."""
    parts = list(parts)
    texts = []
    for language in LANGUAGES:
        with translation.override(language):
            texts.append("\n".join(_readme_lines(employee, parts, counts)))
    return "\n\n\n".join(texts) + "\n"


def _readme_lines(
    employee: Employee, parts: Iterable[Holding], counts: Mapping[str, int]
) -> Iterator[str]:
    title = _("Personal data of %(name)s, %(number)s")
    yield title % {"name": employee.name, "number": employee.number}
    made = timezone.localtime().strftime("%Y-%m-%d %H:%M %z")
    yield _("Made on %(when)s.") % {"when": made}
    yield ""
    yield _(
        "Each kind of record comes twice: as JSON for programs and as CSV for a "
        "spreadsheet. Dates are written year-month-day, instants with their offset."
    )
    yield _(
        "Nothing in here is about other people: who judged, who complained and who "
        "worked beside is left out, and names in texts are replaced by […]."
    )
    yield ""
    for holding in parts:
        n = counts.get(holding.code, 0)
        yield f"{holding.code}.json, {holding.code}.csv"
        yield f"  {holding.label} ({n}). {holding.about}"
