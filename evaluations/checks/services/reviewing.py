"""What a supervisor says to a review flag. It moves no score and bars nobody."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import Flag, FlagState
from evaluations.checks.models.flags import VERDICTS
from evaluations.checks.services.actions import WordsMissing
from evaluations.checks.services.cards import holds
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import User


class OwnRecords(DomainError):
    code = "own_records"
    message = _("Nobody settles what is about her own records: somebody else has to.")


class SettledItself(DomainError):
    code = "flag_settled_itself"
    message = _("This has settled itself meanwhile. There is nothing left to say.")


def may_settle(flag: Flag, by: User) -> bool:
    """Tell whether `by` says something to this flag: who corrects there.

    Not about her own records. The flag's outlet and region are read.
    """
    return holds(by, Power.CORRECT, flag.outlet) and not _is_own(flag, by)


@transaction.atomic
def settle_flag(*, flag: Flag, state: FlagState, note: str = "", by: User) -> Flag:
    """Say what came of looking; it may be said anew, and the history keeps both.

    What was spoken about needs words, and the author of the records reads them.

    Raises:
        PermissionDenied: `by` does not correct at this outlet.
        OwnRecords, SettledItself, WordsMissing: it stays as it is.
    """
    rows = Flag.objects.select_for_update(of=("self",))
    row = rows.select_related("outlet__region", "author").get(pk=flag.pk)
    if not holds(by, Power.CORRECT, row.outlet):
        raise PermissionDenied
    if _is_own(row, by):
        raise OwnRecords
    if row.state == FlagState.GONE:
        raise SettledItself
    if state not in VERDICTS:
        raise ValueError("not a verdict")
    note = note.strip()
    if state != FlagState.FINE and not note:
        raise WordsMissing
    if (row.state, row.note) == (state, note):
        return row
    row.state, row.note = state, note
    row.settled_by, row.settled_at = by, timezone.now()
    row.save(update_fields=["state", "note", "settled_by", "settled_at"])
    return row


def _is_own(flag: Flag, by: User) -> bool:
    return flag.author_id is not None and flag.author_id == by.pk
