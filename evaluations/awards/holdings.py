"""What awards hold about a person."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.awards.models import Award, ListStatus
from staffing.people.models import Employee
from staffing.people.personal.changes import Put, Strike
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

_COLUMNS = (
    "award_list__period",
    "award_list__level",
    "award_list__title",
    "award_list__status",
    "award_list__published_at",
    "place_code",
    "place_name",
    "rank",
    "state",
    "reason",
)


def _awards(employee: Employee) -> QuerySet[Award]:
    return Award.objects.filter(employee=employee)


def _published(employee: Employee) -> QuerySet[Award]:
    return _awards(employee).exclude(award_list__status=ListStatus.DRAFT)


def _with_reason(employee: Employee) -> QuerySet[Award]:
    return _awards(employee).exclude(reason="")


def _near(employee: Employee) -> QuerySet[Award]:
    return Award.objects.filter(outlet__in=outlets_of(employee)).exclude(
        employee=employee
    )


HOLDING = Holding(
    code="awards",
    label=_("Awards"),
    about=_("What you won, or would have won, in every published list."),
    columns=_COLUMNS,
    rows_of=columns_of(_published, *_COLUMNS),
    words=frozenset({"reason"}),
    changes=(
        # A lost award says that there was a reason, not which.
        Put(_with_reason, lambda pseudonym: {"reason": "–"}),
        Strike(_near, "reason"),
    ),
    erased=_("Lists show the pseudonym; reasons are cleared."),
    covers=frozenset(
        {
            "awards.Award.employee",
            "awards.Award.reason",
            "awards.AwardList.drawn_by",
            "awards.AwardList.published_by",
        }
    ),
)
