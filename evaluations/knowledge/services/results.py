"""Test results: recorded one by one, and posted to the ledger."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import FULL_MARK, Sitting, TestResult
from evaluations.ledger.services import Line, put
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Employee, User, day_at
from staffing.people.selectors import AssignmentBook

SOURCE = COMPONENT = "knowledge"
BATCH = 5000


class ResultOfOneself(DomainError):
    code = "result_of_oneself"
    message = _("Nobody records her own test.")


class NotAtYourOutlet(DomainError):
    code = "not_at_your_outlet"
    message = _("%(name)s was not assigned to your outlet on that day.")


class ResultInTheFuture(DomainError):
    code = "test_in_the_future"
    message = _("The test lies in the future.")


class ResultOnRecord(DomainError):
    code = "result_on_record"
    message = _("%(name)s already has a result in %(test)s on that day.")


class TakenInTheSystem(DomainError):
    code = "taken_in_the_system"
    message = _("%(name)s takes the test %(test)s in the system: it is marked there.")


class FormSentBefore(DomainError):
    code = "form_sent_before"
    message = _("This form was sent before. Open it anew and fill it in again.")


@transaction.atomic
def record_result(
    *,
    uuid: UUID,
    employee: Employee,
    taken_on: date,
    test: str,
    score: int,
    by: User,
) -> TestResult:
    """Keep one result; `score` is in hundredths of a point, 0 to 10000.

    Repeating a call with the same `uuid` changes nothing.
    """
    earlier = TestResult.objects.visible_to(by).filter(uuid=uuid).first()
    if earlier is not None:
        return earlier
    if employee.pk == by.sight.employee_id:
        raise ResultOfOneself
    outlet_id = AssignmentBook([employee.pk]).outlet_id(employee.pk, taken_on)
    theirs = Outlet.objects.visible_to(by, Power.RECORD)
    outlet = theirs.filter(pk=outlet_id).first() if outlet_id else None
    if taken_on > day_at(outlet, timezone.now()):
        raise ResultInTheFuture
    if outlet is None:
        raise NotAtYourOutlet(name=employee.name)
    if test.casefold() in tests_in_the_system([employee.pk])[employee.pk]:
        raise TakenInTheSystem(name=employee.name, test=test)
    if TestResult.objects.filter(uuid=uuid).exists():
        raise FormSentBefore  # by somebody whose results she does not see
    result, created = TestResult.objects.get_or_create(
        employee=employee,
        taken_on=taken_on,
        test=test,
        defaults={"uuid": uuid, "score": score, "outlet": outlet, "recorded_by": by},
    )
    if not created and result.uuid != uuid:
        raise ResultOnRecord(name=employee.name, test=test)
    return result


def tests_in_the_system(employee_ids: Collection[int]) -> dict[int, set[str]]:
    """Return the tests that each of them has taken, or shall take, in the system.

    They are casefolded: 2026-w42 is no other test than 2026-W42.
    """
    found: dict[int, set[str]] = defaultdict(set)
    sittings = Sitting.objects.filter(employee__in=employee_ids)
    for sitting in sittings.only("employee", "week"):
        found[sitting.employee_id].add(sitting.test.casefold())
    return found


def settle(until: date) -> int:
    """Post the results pending up to and including `until`, one entry each.

    Returns the entries written. System task: it sees everything.
    """
    written = 0
    while True:
        with transaction.atomic():
            pending = TestResult.objects.filter(pending=True, taken_on__lte=until)
            rows = list(pending.order_by("taken_on", "id").select_for_update()[:BATCH])
            if not rows:
                return written
            written += put(source=SOURCE, lines=[_line(row) for row in rows])
            TestResult.objects.filter(pk__in=[row.pk for row in rows]).update(
                pending=False
            )


def _line(row: TestResult) -> Line:
    return Line(
        source_id=str(row.uuid),
        component=COMPONENT,
        on=row.taken_on,
        employee_id=row.employee_id,
        outlet_id=row.outlet_id,
        points=row.score,
        out_of=FULL_MARK,
    )
