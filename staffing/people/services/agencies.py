"""Outside firms whose shoppers make mystery visits."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import Agency, User
from staffing.people.rules import agency_key


class AgencyOnRecord(DomainError):
    code = "agency_on_record"
    message = _("An agency with this code or name is already on record.")


@transaction.atomic
def add_agency(*, code: str, name: str, by: User) -> Agency:
    """Put an agency on record.

    Raises:
        Agency.DoesNotExist: `by` does not configure.
    """
    _check(by)
    known = AgencyBook()
    if known.find(name) is not None or known.find(code) is not None:
        raise AgencyOnRecord
    return Agency.objects.create(code=code, name=name)


@transaction.atomic
def change_agency(*, code: str, name: str, active: bool, by: User) -> Agency:
    """Rename an agency or stop working with it: its users then see nothing.

    Its key in the ledger stays, and spreadsheets may go on using the first name.
    """
    _check(by)
    agency = Agency.objects.select_for_update().get(code=code)
    same = AgencyBook().find(name)
    if same is not None and same != agency.pk:
        raise AgencyOnRecord
    agency.name, agency.active = name, active
    agency.save(update_fields=["name", "active"])
    return agency


def _check(by: User) -> None:
    if not by.sight.may(Power.CONFIGURE):
        raise Agency.DoesNotExist


class AgencyBook:
    """The agencies by what files call them: first name, name of today, or code.

    There are few of them; one query reads all, when first asked.
    """

    def __init__(self) -> None:
        self._ids: dict[str, int] | None = None

    def find(self, text: str) -> int | None:
        """Return the id of the agency that `text` names; None: no such agency."""
        if self._ids is None:
            self._ids = {}
            for agency in Agency.objects.order_by("pk"):
                self._keep(agency)
        return self._ids.get(agency_key(text))

    def id_of(self, text: str) -> int | None:
        """Return the id of the agency so named, made if unknown; None for no text."""
        if not agency_key(text):
            return None
        found = self.find(text)
        if found is None:
            name = " ".join(text.split())
            agency = Agency.objects.create(code=code_of(name), name=name)
            self._keep(agency)
            found = agency.pk
        return found

    def _keep(self, agency: Agency) -> None:
        assert self._ids is not None  # noqa: S101 filled by `find`
        for key in (agency.key, agency_key(agency.name), agency_key(agency.code)):
            self._ids.setdefault(key, agency.pk)


def code_of(name: str) -> str:
    """Return the code of an agency that comes in by name: stable, and no counter."""
    return f"AG-{agency_key(name)[-8:].upper()}"
