"""Award lists and award rows, as the change feed gives them out.

An award row is the claim "this person has this title for this period at this place".
It keeps its key when a later revision of the ranking draws the list again, so that who
follows the feed sees the row change, or go, and never a second one.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from evaluations.awards.models import (
    Award,
    AwardList,
    Bonus,
    ListStatus,
    Nomination,
    Objection,
)
from outlets.exchange.feed_kinds import (
    FeedKind,
    Field,
    Type,
    Watch,
    iso,
    number,
    whole_keys,
)
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.models import Employee

CHUNK = 2000
# What says which run an award list rests on, from the list on.
RUN = (
    "run_id",
    "run__revision",
    "run__scheme_version__scheme__code",
    "run__scheme_version__number",
    "run__input_hash",
    "run__hash",
)
RUN_FIELDS = (
    Field("run", Type.WHOLE, "The ranking run that the winners come from."),
    Field("revision", Type.WHOLE, "Revision of that run, from 1."),
    Field("scheme", Type.TEXT, "Code of the scheme."),
    Field("scheme_version", Type.WHOLE, "Version of the scheme."),
    Field("input_hash", Type.TEXT, "SHA-256 over the run's rules and input."),
    Field("hash", Type.TEXT, "SHA-256 over the run's rules, input and output."),
)
RUN_EXAMPLE = {
    "run": 17,
    "revision": 1,
    "scheme": "service_star",
    "scheme_version": 1,
    "input_hash": "9f2c…",
    "hash": "51ab…",
}
_KEY = (
    "SELECT CAST(award.employee_id AS text) || '|' || list.period || '|' ||"
    " list.level || '|' || list.title || '|' || award.place_code AS key"
)
PUBLIC = " AND list.status <> 'draft'"
_AWARDS_OF = (
    _KEY + " FROM {changed} changed JOIN awards_award award ON award.%s = changed.id"
    " JOIN awards_awardlist list ON list.id = award.award_list_id" + PUBLIC
)


class AwardLists(FeedKind):
    name = "award_lists"
    about = "Published award lists, and those that a later revision has superseded."
    scope, power = "awards:read", Power.SEE_AWARDS
    fields = (
        Field("list", Type.TEXT, "The list's stable identifier, a UUID."),
        Field("period", Type.TEXT, "2026-10, 2026-Q3 or 2026."),
        Field("level", Type.TEXT, "Where the prizes are given: outlet … province."),
        Field("title", Type.TEXT, "What the winners may call themselves."),
        Field("status", Type.TEXT, "published or superseded."),
        *RUN_FIELDS,
        Field("published_at", Type.INSTANT, "When it was published."),
    )
    example = {
        "list": "3d5ad2a1-8f5f-4a0e-9a39-1f3a2f6f4c11",
        "period": "2026-10",
        "level": "county",
        "title": "service_star",
        "status": "published",
        **RUN_EXAMPLE,
        "published_at": "2026-11-05T02:00:00Z",
    }
    watches = (
        Watch(
            AwardList,
            "SELECT changed.id AS key FROM {changed} changed"
            " WHERE changed.status <> 'draft'",
            uses=("status",),
            on_change=("status", "published_at"),
        ),
    )
    all_keys = "SELECT id AS key FROM awards_awardlist WHERE status <> 'draft'"

    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = _decided(AwardList.objects.visible_to(viewer)).order_by()
        if keys is not None:
            seen = seen.filter(pk__in=whole_keys(keys))
        names = [field.name for field in self.fields]
        columns = seen.values_list(
            *("pk", "uuid", "period", "level", "title", "status"),
            *RUN,
            "published_at",
        )
        for pk, uuid, *values in columns.iterator(chunk_size=CHUNK):
            row: dict[str, Any] = dict(zip(names, (str(uuid), *values), strict=True))
            row["published_at"] = iso(row["published_at"])
            yield str(pk), row

    def existing(self, keys: Sequence[str]) -> set[str]:
        found = _decided(AwardList.objects.filter(pk__in=whole_keys(keys)))
        return {str(pk) for pk in found.values_list("pk", flat=True)}


class Awards(FeedKind):
    name = "awards"
    about = "Who holds what title now, by the newest published list."
    scope, power = "awards:read", Power.SEE_AWARDS
    personal = True
    fields = (
        Field("period", Type.TEXT, "2026-10, 2026-Q3 or 2026."),
        Field("level", Type.TEXT, "Where the prize is given: outlet … province."),
        Field("title", Type.TEXT, "What the winner may call herself."),
        Field("place_code", Type.TEXT, "The outlet or region whose prize it is."),
        Field("employee_number", Type.TEXT, "The number on the winner's badge."),
        Field("name", Type.TEXT, "The winner's full name."),
        Field("outlet_code", Type.TEXT, "Where the winner is listed.", null=True),
        Field(
            "rank",
            Type.WHOLE,
            "Place there; null where too few, or beyond the caller's places.",
            null=True,
        ),
        Field(
            "score",
            Type.NUMBER,
            "The score that made the rank; null beyond the caller's places.",
            null=True,
        ),
        Field("state", Type.TEXT, "held, awarded or disqualified."),
        Field(
            "appeal",
            Type.TEXT,
            "What was last said against it or its loss: none, open, upheld, dismissed.",
        ),
        Field(
            "bonus",
            Type.WHOLE,
            "The bonus that stands, in hundredths of the currency; null where there is"
            " none, or beyond the caller's places.",
            null=True,
        ),
        Field("list", Type.TEXT, "The award list that it stands on, a UUID."),
        *RUN_FIELDS,
    )
    example = {
        "period": "2026-10",
        "level": "county",
        "title": "service_star",
        "place_code": "GD-SZ-NS",
        "employee_number": "100482",
        "name": "Li Na",
        "outlet_code": "GD-SZ-118",
        "rank": 2,
        "score": 93.4,
        "state": "awarded",
        "appeal": "none",
        "bonus": 80000,
        "list": "3d5ad2a1-8f5f-4a0e-9a39-1f3a2f6f4c11",
        **RUN_EXAMPLE,
    }
    watches = (
        Watch(
            Award,
            _KEY + " FROM {changed} award"
            " JOIN awards_awardlist list ON list.id = award.award_list_id" + PUBLIC,
            uses=("employee_id", "award_list_id", "place_code"),
            on_change=(
                *("award_list_id", "standing_id", "employee_id", "outlet_id"),
                *("place_code", "rank", "state"),
            ),
        ),
        Watch(
            AwardList,
            _AWARDS_OF % "award_list_id",
            on_change=("status", "period", "level", "title", "run_id"),
            writes=("update",),
        ),
        Watch(
            Employee,
            _AWARDS_OF % "employee_id",
            on_change=("number", "name"),
            writes=("update",),
        ),
        Watch(
            Outlet,
            _AWARDS_OF % "outlet_id",
            on_change=("code", "region_id"),
            writes=("update",),
        ),
        Watch(
            Region,
            _KEY + " FROM {changed} changed"
            " JOIN places_outlet outlet ON outlet.region_id = changed.id"
            " JOIN awards_award award ON award.outlet_id = outlet.id"
            " JOIN awards_awardlist list ON list.id = award.award_list_id" + PUBLIC,
            on_change=("path",),
            writes=("update",),
        ),
        Watch(
            Objection,
            _KEY + " FROM {changed} changed"
            " JOIN awards_nomination named ON named.id = changed.nomination_id"
            " JOIN awards_award award ON award.id = named.award_id"
            " JOIN awards_awardlist list ON list.id = award.award_list_id" + PUBLIC,
            uses=("nomination_id",),
            on_change=("nomination_id", "state", "at"),
        ),
        Watch(
            Bonus,
            _KEY + " FROM {changed} changed"
            " JOIN awards_award award ON award.id = changed.award_id"
            " JOIN awards_awardlist list ON list.id = award.award_list_id" + PUBLIC,
            uses=("award_id",),
            on_change=("award_id", "amount", "taken_back_at"),
        ),
        # What was said of a nomination is said of the award that comes of it.
        Watch(
            Nomination,
            _KEY + " FROM {changed} changed"
            " JOIN awards_award award ON award.id = changed.award_id"
            " JOIN awards_awardlist list ON list.id = award.award_list_id" + PUBLIC,
            uses=("award_id",),
            on_change=("award_id",),
        ),
    )
    all_keys = (
        _KEY + " FROM awards_award award"
        " JOIN awards_awardlist list ON list.id = award.award_list_id" + PUBLIC
    )

    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = _standing(
            Award.objects.visible_to(viewer)
            .with_figures_for(viewer)
            .with_what_followed()
        )
        if keys is not None:
            seen = seen.filter(employee__in=_employees(keys))
        wanted = None if keys is None else set(keys)
        columns = seen.order_by().values_list(
            *("employee_id", "award_list__period", "award_list__level"),
            *("award_list__title", "place_code"),
            *("employee__number", "employee__name", "outlet__code"),
            *("shows_figures", "rank", "standing__score", "state"),
            *("appeal_state", "bonus_amount", "award_list__uuid"),
            *(f"award_list__{name}" for name in RUN),
        )
        names = [field.name for field in self.fields]
        for (
            employee,
            period,
            level,
            title,
            place,
            badge,
            name,
            outlet,
            shows,
            rank,
            score,
            state,
            appeal,
            bonus,
            uuid,
            *run,
        ) in columns.iterator(chunk_size=CHUNK):
            key = f"{employee}|{period}|{level}|{title}|{place}"
            if wanted is not None and key not in wanted:
                continue
            values = (
                *(period, level, title, place, badge, str(name), outlet),
                rank if shows else None,
                number(score) if shows else None,
                *(state, appeal, bonus if shows else None, str(uuid), *run),
            )
            yield key, dict(zip(names, values, strict=True))

    def existing(self, keys: Sequence[str]) -> set[str]:
        found = _standing(Award.objects.filter(employee__in=_employees(keys)))
        columns = found.values_list(
            *("employee_id", "award_list__period", "award_list__level"),
            *("award_list__title", "place_code"),
        )
        return {"|".join(map(str, one)) for one in columns} & set(keys)


def _decided(lists: QuerySet[AwardList]) -> QuerySet[AwardList]:
    return lists.exclude(status=ListStatus.DRAFT)


def _standing(awards: QuerySet[Award]) -> QuerySet[Award]:
    """Keep what stands on a published list: one per period, level and title does."""
    return awards.filter(award_list__status=ListStatus.PUBLISHED)


def _employees(keys: Sequence[str]) -> set[int]:
    return {int(key.partition("|")[0]) for key in keys}
