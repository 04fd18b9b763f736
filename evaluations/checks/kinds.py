"""Checks from spreadsheets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext as _

from evaluations.checks.models import (
    NAME_LENGTH,
    NOTE_LENGTH,
    Action,
    Check,
    CheckMark,
    CheckState,
    Correction,
)
from evaluations.checks.rules import Mark, rater_of_name, rater_of_staff
from evaluations.standards.rules import OUTLET, PERSON, Judged
from evaluations.standards.selectors import Sheet, catalogue
from outlets.exchange import bulk, tracking
from outlets.exchange.cells import Cells
from outlets.exchange.erased import erased_people
from outlets.exchange.kinds import Column, Kind, Outcome
from outlets.places.models import Outlet
from outlets.places.selectors import outlet_directory
from staffing.people.models import Employee
from staffing.people.selectors import employee_directory

LISTS = (Mark.FAILED, Mark.NOT_OBSERVED, Mark.NOT_APPLICABLE)
_Card = tuple[int, int | None, date, str, int]


@dataclass(slots=True)
class _Draft:
    """What one row says, looked up and checked."""

    uuid: UUID | None
    outlet: Outlet
    employee: Employee | None
    on: date
    slot: str
    sheet: Sheet
    lists: Mapping[Mark, tuple[str, ...]]
    score: int | None
    by: str
    rater: str
    note: str

    @property
    def card(self) -> _Card:
        employee_id = self.employee.pk if self.employee else None
        return (self.outlet.pk, employee_id, self.on, self.slot, self.sheet.standard_id)

    @property
    def own_uuid(self) -> UUID:
        """The uuid of a row that brings none, the same at every load."""
        number = self.employee.number if self.employee else ""
        parts = (self.outlet.code, number, f"{self.on:%F}", self.slot)
        return uuid5(NAMESPACE_URL, "/".join(("check", *parts, self.sheet.standard)))


@dataclass(slots=True)
class _Known:
    """A check on record, or made by an earlier row, with its marks by item code."""

    check: Check
    marks: dict[str, Mark]


class Checks(Kind):
    """One row is one check, matched on its uuid or, failing that, on its card.

    A card is outlet, person, day, round and checklist. A row may fill what is empty;
    what is on record is changed on the card or by a correction, never by a file.
    """

    name = "checks"
    outlet_column = "outlet_code"
    key_columns = ("uuid", "outlet_code", "employee_number", "date", "slot")
    columns = (
        Column("uuid"),
        Column("outlet_code", required=True),
        Column("employee_number"),
        Column("date", required=True),
        Column("slot"),
        Column("standard", required=True),
        Column("failed"),
        Column("not_observed"),
        Column("not_applicable"),
        Column("score"),
        Column("by"),
        Column("note"),
    )

    def open(self) -> None:
        self._catalogue = catalogue()

    def take(self, batch: Sequence[Cells]) -> list[Outcome]:
        self._outlets = outlet_directory({cells.text("outlet_code") for cells in batch})
        self._people = employee_directory(
            {cells.text(name) for cells in batch for name in ("employee_number", "by")}
        )
        self._erased = erased_people({cells.text("by") for cells in batch} - {""})
        drafts = [None if cells.bad else self._clean(cells) for cells in batch]
        self._find([draft for draft in drafts if draft is not None])
        self._created: list[_Known] = []
        self._updated: dict[int, Check] = {}
        self._marks: list[CheckMark] = []
        self._corrections: list[Correction] = []
        outcomes = [
            Outcome.REJECTED if draft is None else self._take_one(draft, cells)
            for cells, draft in zip(batch, drafts, strict=True)
        ]
        self._write()
        return outcomes

    def _write(self) -> None:
        # COPY returns no keys; only the few checks with marks need theirs.
        bulk.insert(Check, [known.check for known in self._created])
        marked = [known for known in self._created if known.marks]
        uuids = [known.check.uuid for known in marked]
        pks = dict(Check.objects.filter(uuid__in=uuids).values_list("uuid", "pk"))
        for known in marked:
            known.check.pk = pks[known.check.uuid]
            self._marks += self._rows_of(known.check, known.marks)
        bulk.insert(CheckMark, self._marks)
        bulk.insert(Correction, self._corrections, needs_ids=True)
        tracking.tell(Correction, created=self._corrections)
        if self._updated:
            bulk.update(Check, list(self._updated.values()))

    def _rows_of(self, check: Check, marks: Mapping[str, Mark]) -> list[CheckMark]:
        item_ids = self._catalogue.sheets[check.version_id].item_ids
        return [
            CheckMark(check_record=check, item_id=item_ids[code], mark=mark.value)
            for code, mark in sorted(marks.items())
        ]

    # Reading a row -----------------------------------------------------------------

    def _clean(self, cells: Cells) -> _Draft | None:
        outlet = self._outlets.get(cells.text("outlet_code"))
        if outlet is None:
            cells.fail("outlet_code", _("is no outlet: load the outlets first"))
        number = cells.text("employee_number")
        employee = self._people.get(number)
        if number and employee is None:
            cells.fail("employee_number", _("is nobody: load the employees first"))
        uuid, on, slot = cells.uuid("uuid"), cells.date("date"), cells.code("slot")
        if not slot and not cells.text("uuid"):
            cells.fail("slot", _("is required where there is no uuid"))
        code = cells.text("standard")
        sheet = self._catalogue.in_force(code, on) if on else None
        if code not in self._catalogue:
            cells.fail("standard", _("is no standard: load the standards first"))
        lists = {mark: cells.codes(mark.value) for mark in LISTS}
        score = cells.hundredths("score", least=0, most=100)
        if sheet is not None and (employee is not None or not number):
            _judge(cells, sheet, _judged(employee, slot), lists)
        if score is not None and any(lists.values()):
            cells.fail("score", _("stands only where the items are not known"))
        by, note = cells.text("by", NAME_LENGTH), cells.text("note", NOTE_LENGTH)
        if number and by == number:
            cells.warn("by", _("is the person checked: nobody checks herself"))
        if cells.bad or outlet is None or on is None or sheet is None:
            return None
        if by in self._erased:
            by = self._erased[by].pseudonym
            self._people |= employee_directory({by})
        judge = self._people.get(by)
        return _Draft(
            uuid=uuid,
            outlet=outlet,
            employee=employee,
            on=on,
            slot=slot,
            sheet=sheet,
            lists=lists,
            score=score,
            by=by,
            rater=rater_of_staff(judge.uuid) if judge else rater_of_name(by),
            note=note,
        )

    # Matching ----------------------------------------------------------------------

    def _find(self, drafts: Collection[_Draft]) -> None:
        """Read what is on record for these rows: by uuid, the others by card."""
        uuids = {draft.uuid or draft.own_uuid for draft in drafts}
        found = list(Check.objects.filter(uuid__in=uuids))
        met = {check.uuid for check in found}
        rest = [d for d in drafts if (d.uuid or d.own_uuid) not in met]
        wanted = {draft.card for draft in rest}
        same = Check.objects.standing().filter(
            outlet__in={draft.outlet.pk for draft in rest},
            on__in={draft.on for draft in rest},
            slot__in={draft.slot for draft in rest} - {""},
        )
        found += [check for check in same if _card_of(check) in wanted]
        marks: dict[int, dict[str, Mark]] = {check.pk: {} for check in found}
        rows = CheckMark.objects.filter(check_record__in=marks)
        for pk, code, mark in rows.values_list("check_record", "item__code", "mark"):
            marks[pk][code] = Mark(mark)
        self._by_uuid: dict[UUID, _Known] = {}
        self._by_card: dict[_Card, _Known] = {}
        for check in found:
            self._index(_Known(check, marks[check.pk]))

    def _index(self, known: _Known) -> None:
        self._by_uuid[known.check.uuid] = known
        if known.check.state == CheckState.STANDING and known.check.slot:
            self._by_card[_card_of(known.check)] = known

    def _take_one(self, draft: _Draft, cells: Cells) -> Outcome:
        known = self._by_uuid.get(draft.uuid or draft.own_uuid)
        known = known or self._by_card.get(draft.card)
        if known is not None:
            return self._merge(known, draft, cells)
        check = Check(
            uuid=draft.uuid or draft.own_uuid,
            outlet=draft.outlet,
            employee=draft.employee,
            on=draft.on,
            slot=draft.slot,
            standard_id=draft.sheet.standard_id,
            version_id=draft.sheet.version_id,
            post=draft.employee.post if draft.employee else "",
            score=draft.score,
            by_name=draft.by,
            rater=draft.rater,
            note=draft.note,
        )
        marks = {code: mark for mark, codes in draft.lists.items() for code in codes}
        made = _Known(check, marks)
        self._created.append(made)
        self._index(made)
        return Outcome.CREATED

    # Filling what is empty -----------------------------------------------------------

    def _merge(self, known: _Known, draft: _Draft, cells: Cells) -> Outcome:
        check = known.check
        _require_same_subject(check, draft, cells)
        filled = _filled(known, draft, cells)
        if draft.uuid is not None and draft.uuid != check.uuid:
            if check.uuid == draft.own_uuid:
                filled["uuid"] = draft.uuid
            else:
                cells.fail("uuid", _differs(check.uuid))
        fresh = _fresh_marks(known, draft, cells)
        known_codes = self._catalogue.sheets[check.version_id].item_ids.keys()
        if unknown := fresh.keys() - known_codes:
            names = ", ".join(sorted(unknown))
            cells.fail("standard", _("had no item %(codes)s then") % {"codes": names})
        if (filled.get("score", check.score) is not None) and (known.marks or fresh):
            cells.fail("score", _("stands only where the items are not known"))
        if cells.bad:
            return Outcome.REJECTED
        if not filled and not fresh:
            return Outcome.UNCHANGED
        if check.pk:
            self._remember(known)
            self._marks += self._rows_of(check, fresh)
            self._updated[check.pk] = check
        known.marks.update(fresh)
        for attr, value in filled.items():
            setattr(check, attr, value)
        check.pending = True
        self._index(known)
        return Outcome.UPDATED

    def _remember(self, known: _Known) -> None:
        check = known.check
        previous = {
            "marks": {code: mark.value for code, mark in sorted(known.marks.items())},
            "score": check.score,
            "note": check.note,
            "state": check.state,
        }
        self._corrections.append(
            Correction(check_record=check, action=Action.LOADED, previous=previous)
        )


def _card_of(check: Check) -> _Card:
    return (
        check.outlet_id,
        check.employee_id,
        check.on,
        check.slot,
        check.standard_id,
    )


def _judged(employee: Employee | None, slot: str) -> Judged:
    if employee is None:
        return Judged(OUTLET, slot=slot)
    return Judged(PERSON, employee.gender, employee.post, slot)


def _judge(
    cells: Cells,
    sheet: Sheet,
    judged: Judged,
    lists: Mapping[Mark, tuple[str, ...]],
) -> None:
    """Note which of the item codes cannot be meant."""
    subject = judged.subject
    met: set[str] = set()
    for mark, codes in lists.items():
        for code in codes:
            rule = sheet.rules.get(code)
            if code in met:
                cells.fail(
                    mark.value, _("%(code)s stands in two lists") % {"code": code}
                )
            elif rule is None:
                cells.fail(
                    mark.value,
                    _("%(code)s is no item of this standard on that day")
                    % {"code": code},
                )
            elif rule.applies_to not in ("", subject):
                cells.fail(
                    mark.value,
                    _("%(code)s judges the outlet, not a person") % {"code": code}
                    if subject == PERSON
                    else _("%(code)s judges a person, not the outlet") % {"code": code},
                )
            elif not rule.applies(judged):
                cells.warn(
                    mark.value,
                    _("%(code)s is not for this person and is left out")
                    % {"code": code},
                )
            met.add(code)
    known = any(rule.applies_to in ("", subject) for rule in sheet.rules.values())
    if not known and not cells.text("score"):
        cells.fail(
            "standard",
            _("has no items for a person")
            if subject == PERSON
            else _("has no items for an outlet"),
        )


def _differs(old: object) -> str:
    return _("differs from what is on record: %(old)s") % {"old": old}


def _require_same_subject(check: Check, draft: _Draft, cells: Cells) -> None:
    if check.outlet_id != draft.outlet.pk:
        cells.fail("outlet_code", _differs(check.outlet.code))
    if check.employee_id != (draft.employee.pk if draft.employee else None):
        cells.fail(
            "employee_number",
            _differs(check.employee.number if check.employee else _("the outlet")),
        )
    if check.on != draft.on:
        cells.fail("date", _differs(check.on))
    if check.standard_id != draft.sheet.standard_id:
        cells.fail("standard", _differs(check.standard.code))


def _filled(known: _Known, draft: _Draft, cells: Cells) -> dict[str, object]:
    """Return the attributes that the row fills; note what it would change instead."""
    check = known.check
    filled: dict[str, object] = {}
    pairs = (
        ("slot", "slot", check.slot, draft.slot),
        ("score", "score", check.score, draft.score),
        ("by", "by_name", check.by_name, draft.by),
        ("note", "note", check.note, draft.note),
    )
    for column, attr, old, new in pairs:
        if new in (None, "") or old == new:
            continue
        if old in (None, ""):
            filled[attr] = new
        else:
            cells.fail(column, _differs(old))
    if "by_name" in filled:
        filled["rater"] = draft.rater
    return filled


def _fresh_marks(known: _Known, draft: _Draft, cells: Cells) -> dict[str, Mark]:
    """Return the marks that the row adds where a list was empty on record."""
    fresh: dict[str, Mark] = {}
    for mark, codes in draft.lists.items():
        old = {code for code, held in known.marks.items() if held is mark}
        if set(codes) == old:
            continue
        listed = "|".join(sorted(old))
        if old and codes:
            cells.fail(mark.value, _differs(listed))
        elif old:
            cells.warn(
                mark.value,
                _("is empty, and %(old)s on record stands") % {"old": listed},
            )
        else:
            fresh |= dict.fromkeys(codes, mark)
    if twice := sorted(fresh.keys() & known.marks.keys()):
        cells.fail(
            fresh[twice[0]].value,
            _("%(code)s stands in two lists") % {"code": twice[0]},
        )
    return fresh
