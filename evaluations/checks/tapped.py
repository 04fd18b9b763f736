"""What a tablet's queue sends, read leniently: each record by itself.

A record that cannot be read is no reason to refuse those beside it, and none to lose
it: it is kept as it came, for a person.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_date, parse_datetime

from evaluations.checks.models import NAMING, NOTE_LENGTH, Deed
from evaluations.checks.rules import Mark
from outlets.flow.models import FaultKind
from outlets.places.models import CODE_LENGTH, ZoneKind

# A line on which somebody looked longer than a day was left open.
MOST_SECONDS = 86_400
MOST_PHOTOS = 50
MOST_METRES = 20_100_000
# What it says; when it was sent again, and under which ticket, makes no other record.
_SAYS = (
    *("action", "check", "outlet_code", "employee_number", "date", "slot", "standard"),
    *("version", "failed", "not_applicable", "not_observed", "note"),
    *("area", "kind", "trial_device", "working"),
)
# Kept while it waits; person and note have columns of their own.
_KEPT = (
    *("check", "outlet_code", "date", "slot", "standard", "version", "failed"),
    *("not_applicable", "not_observed", "observed_at", "seconds", "photos"),
    *("distance_m", "area", "kind", "trial_device", "working"),
)
# A broken trial device is said of the device itself.
_REPORTED = frozenset(FaultKind.values) - {FaultKind.TRIAL_DEVICE}
# What is longer than any card is no card; its beginning is kept to be read.
MOST_LETTERS = 20_000


@dataclass(frozen=True, slots=True)
class Tapped:
    """One queued record; what could not be read is None, and `fault` names it.

    `uuid` is the record's own, `check` that of what it takes back, corrects or ends.
    `employee_number` "" means the outlet itself. `raw` is what came, without NULs.
    """

    raw: Mapping[str, Any]
    uuid: UUID
    digest: str
    deed: Deed
    check: UUID | None
    ticket: object
    outlet_code: str
    employee_number: str
    on: date | None
    slot: str
    standard: str
    version: int | None
    marks: Mapping[str, Mark]
    note: str
    observed_at: datetime | None
    seconds: int | None
    distance_m: int | None = None
    photos: tuple[UUID, ...] = ()
    area: str = ""
    kind: str = ""
    trial_device: str = ""
    working: bool | None = None
    fault: str = ""

    @property
    def payload(self) -> dict[str, Any]:
        """What is kept of it while it waits, beside its columns."""
        kept = {name: self.raw[name] for name in _KEPT if name in self.raw}
        text = json.dumps(kept, ensure_ascii=False)
        return kept if len(text) <= MOST_LETTERS else {"text": text[:MOST_LETTERS]}


@dataclass(slots=True)
class _Reader:
    raw: Mapping[str, Any]
    faults: list[str] = field(default_factory=list)

    def text(self, name: str, most: int = CODE_LENGTH) -> str:
        value = self.raw.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > most:
            self.faults.append(name)
            return ""
        return value.strip()

    def number(self, name: str) -> int | None:
        value = self.raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return value

    def uuid(self, name: str) -> UUID | None:
        value = self.raw.get(name)
        if value is None:
            return None
        found = _uuid(value)
        if found is None:
            self.faults.append(name)
        return found

    def instant(self, name: str) -> datetime | None:
        found = read_instant(self.raw.get(name))
        if found is None:
            self.faults.append(name)
        return found

    def day(self, name: str, *, needed: bool) -> date | None:
        value = self.raw.get(name)
        if value is None and not needed:
            return None
        try:
            found = parse_date(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None:
            self.faults.append(name)
        return found

    def codes(self, name: str) -> list[str]:
        value = self.raw.get(name)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(code, str) for code in value):
            return value
        self.faults.append(name)
        return []


def read_tapped(given: Mapping[str, Any]) -> Tapped:
    """Read one record of a queue; it never raises."""
    raw = _without_nul(given)
    digest = _digest(raw)
    reader = _Reader(raw)
    action = raw.get("action", Deed.RECORD)
    deed = Deed(action) if action in Deed.values else Deed.RECORD
    if deed != action:
        reader.faults.append("action")
    uuid = _uuid(raw.get("uuid"))
    if uuid is None:
        reader.faults.append("uuid")
    version = reader.number("version")
    seconds = reader.number("seconds")
    marks = _marks(reader)
    tapped = Tapped(
        raw=raw,
        # Without a name of its own it is named by what it says.
        uuid=uuid or uuid5(NAMESPACE_URL, digest),
        digest=digest,
        deed=deed,
        check=reader.uuid("check"),
        ticket=raw.get("ticket"),
        outlet_code=reader.text("outlet_code"),
        employee_number=reader.text("employee_number"),
        on=reader.day("date", needed=deed not in NAMING),
        slot=reader.text("slot"),
        standard=reader.text("standard"),
        version=version if version is not None and 0 < version < 2**31 else None,
        marks=marks,
        note=reader.text("note", NOTE_LENGTH),
        observed_at=reader.instant("observed_at"),
        seconds=None if seconds is None else min(max(seconds, 0), MOST_SECONDS),
        distance_m=_distance(reader.number("distance_m")),
        photos=_photos(raw.get("photos")),
        area=reader.text("area"),
        kind=reader.text("kind"),
        trial_device=reader.text("trial_device"),
        working=raw["working"] if isinstance(raw.get("working"), bool) else None,
        fault="",
    )
    return _with_fault(tapped, reader.faults)


def _distance(metres: int | None) -> int | None:
    """Return a distance on the earth; what cannot be one says nothing."""
    return metres if metres is not None and 0 <= metres <= MOST_METRES else None


def read_instant(value: object) -> datetime | None:
    """Return an instant with its offset from UTC; None: it is none."""
    if not isinstance(value, str):
        return None
    try:
        found = parse_datetime(value)
    except ValueError:
        return None
    if found is None or found.utcoffset() is None or not 2000 < found.year < 3000:
        return None
    return found


def _with_fault(tapped: Tapped, faults: list[str]) -> Tapped:
    if tapped.area and tapped.area not in ZoneKind.values:
        faults.append("area")
    faults += lacking(
        tapped.deed,
        check=tapped.check,
        kind=tapped.kind,
        trial_device=tapped.trial_device,
        working=tapped.working,
    )
    if not faults:
        return tapped
    return replace(tapped, fault=", ".join(dict.fromkeys(faults)))


def lacking(
    deed: Deed,
    *,
    check: UUID | None,
    kind: str,
    trial_device: str,
    working: bool | None,
) -> list[str]:
    """Name what a tap must say and does not; [] where it says enough.

    `check` is the record that it names, None: none. `working` None: it is not said.
    """
    needs = {
        "check": deed in NAMING and check is None,
        "kind": deed == Deed.FAULT and kind not in _REPORTED,
        "trial_device": deed in (Deed.DEVICE, Deed.TRIAL) and not trial_device,
        "working": deed == Deed.DEVICE and working is None,
    }
    return [name for name, is_missing in needs.items() if is_missing]


def _marks(reader: _Reader) -> dict[str, Mark]:
    marks: dict[str, Mark] = {}
    for mark in Mark:
        for code in reader.codes(mark.value):
            if marks.setdefault(code, mark) is not mark:
                reader.faults.append(mark.value)
    return marks


def _photos(value: object) -> tuple[UUID, ...]:
    if not isinstance(value, list):
        return ()
    found = [_uuid(one) for one in value[:MOST_PHOTOS]]
    return tuple(one for one in found if one is not None)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _digest(raw: Mapping[str, Any]) -> str:
    says = {name: raw[name] for name in _SAYS if raw.get(name) not in (None, "", [])}
    says |= {
        mark.value: sorted(says[mark.value], key=str)
        for mark in Mark
        if isinstance(says.get(mark.value), list)
    }
    text = json.dumps(says, sort_keys=True, ensure_ascii=True)
    # Keyed: it outlives the number of somebody erased, which is short.
    return salted_hmac("checks.queue", text, algorithm="sha256").hexdigest()


def _without_nul(value: Any) -> Any:
    """Return the value as a database can keep it; no text of ours holds a NUL."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, Mapping):
        return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return value
