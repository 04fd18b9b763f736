"""A certificate's words in one language, made from what was signed and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from evaluations.awards.models import Level, Title


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of a certificate, ready to be set. `number` names the certificate."""

    heading: str
    holder: str
    sentence: str
    title: str
    place: str
    period: str
    issued: str
    issuer: str
    number: str
    scan: str
    key: str


def words_of(data: Mapping[str, Any], key_id: str, language: str) -> Words:
    """Return the words of signed data, dates and titles in `language`."""
    with override(language):
        period = period_shown(data["period"])
        issued = date_format(date.fromisoformat(data["issued_on"]), "DATE_FORMAT")
        level = Level(data["level"]).label
        return Words(
            heading=_("Certificate of Honour"),
            holder=data["holder"],
            sentence=_("is awarded the title"),
            title=str(Title(data["title"]).label),
            place=f"{data['place']} · {level}" if data["place"] else str(level),
            period=period,
            issued=issued,
            issuer=data["issuer"],
            number=data["certificate"],
            scan=_("Scan to check that it holds"),
            key=_("Key %(key)s") % {"key": key_id},
        )


def period_shown(code: str) -> str:
    """Return a period's code in words: a month, a quarter or a year."""
    year, _dash, rest = code.partition("-")
    if rest.startswith("Q"):
        return _("Quarter %(quarter)s of %(year)s") % {
            "quarter": rest[1:],
            "year": year,
        }
    if rest:
        return date_format(date(int(year), int(rest), 1), "YEAR_MONTH_FORMAT")
    return _("Year %(year)s") % {"year": year}
