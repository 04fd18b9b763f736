"""What the page of a red-line file shows to one viewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.complaints import red_line_acting
from evaluations.complaints.models import (
    Case,
    RedLineEvent,
    RedLineEvidence,
    RedLineFile,
    RedLineParty,
)
from evaluations.complaints.red_line_acting import PartyState, RedAction, RedPart
from evaluations.complaints.services.red_lines import red_parts
from staffing.people.models import User

_LABELS: Mapping[str, Any] = {
    "note": _("Note what was found"),
    "name": _("Name somebody"),
    "evidence": _("Put evidence in the file"),
    "set_aside": _("Set the report aside"),
    RedAction.ANSWER: _("Send my answer"),
    RedAction.PROPOSE: _("Propose a decision"),
    RedAction.CONFIRM: _("Confirm the decision"),
    RedAction.SEND_BACK: _("Send the proposal back"),
}


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that the viewer may do, with its form; `name` is in its address."""

    name: str
    label: Any
    form: forms.Form
    open: bool
    upload: bool = False


@dataclass(frozen=True, slots=True)
class PartyShown:
    row: RedLineParty
    doings: Sequence[Doing]
    waits_for_other: bool

    @property
    def opens(self) -> bool:
        """Whether the page opens the first form: something is to be done still."""
        return self.row.state != PartyState.DECIDED


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file as its page shows it. `whole`: to a reader, and not whom it names."""

    file: RedLineFile
    whole: bool
    parties: Sequence[PartyShown]
    events: Sequence[RedLineEvent]
    evidence: Sequence[RedLineEvidence]
    doings: Sequence[Doing]
    case: Case | None


def file_page(
    file: RedLineFile,
    viewer: User,
    doings: Mapping[str, type[forms.Form]],
    acts: Mapping[RedAction, type[forms.Form]],
    bad: tuple[str, forms.Form] | None = None,
) -> FilePage:
    """Return what `viewer` sees of a file; `bad` is a form with errors, by its name."""
    parts = red_parts(file, viewer)
    named = RedPart.NAMED in parts
    shown = RedLineParty.objects.visible_to(viewer).filter(file=file)
    parties = [
        _party(row, viewer, parts, acts, bad)
        for row in shown.select_related("employee", "proposed_by__employee")
    ]
    case = file.case
    if case is not None and not Case.objects.visible_to(viewer).contains(case):
        case = None
    lines = RedLineEvent.objects.visible_to(viewer).filter(file=file)
    return FilePage(
        file=file,
        whole=not named,
        parties=parties,
        events=list(lines.select_related("by__employee", "party__employee")),
        evidence=list(
            RedLineEvidence.objects.visible_to(viewer)
            .filter(file=file)
            .select_related("by__employee")
        ),
        doings=[
            _doing(name, kind, bad, upload=name == "evidence")
            for name, kind in doings.items()
            if RedPart.DECIDER in parts and _fits(name, file, bool(parties))
        ],
        case=case,
    )


def _fits(name: str, file: RedLineFile, names: bool) -> bool:
    if name == "set_aside":
        return file.set_aside_at is None and not names
    return name != "name" or file.set_aside_at is None


def _party(
    row: RedLineParty,
    viewer: User,
    parts: frozenset[RedPart],
    acts: Mapping[RedAction, type[forms.Form]],
    bad: tuple[str, forms.Form] | None,
) -> PartyShown:
    proposed = row.proposed_by_id == viewer.pk
    hers = parts | {RedPart.PROPOSER} if proposed else parts
    allowed = red_line_acting.allowed(PartyState(row.state), hers)
    return PartyShown(
        row=row,
        doings=[
            _doing(f"{action}-{row.pk}", acts[action], bad, label=_LABELS[action])
            for action in allowed
        ],
        waits_for_other=proposed and RedPart.DECIDER in parts,
    )


def _doing(
    name: str,
    kind: type[forms.Form],
    bad: tuple[str, forms.Form] | None,
    *,
    label: Any = "",
    upload: bool = False,
) -> Doing:
    wrong = bad[1] if bad is not None and bad[0] == name else None
    return Doing(
        name=name.split("-")[0],
        label=label or _LABELS[name],
        form=wrong or kind(prefix=name),
        open=wrong is not None,
        upload=upload,
    )
