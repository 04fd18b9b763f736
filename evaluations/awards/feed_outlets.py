"""Titles of outlets, as the change feed gives them out.

A title row is the claim "this outlet may call itself so for this period at this place".
It keeps its key when a later revision of the ranking leads to the list again.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from evaluations.awards.feed import (
    CHUNK,
    PUBLIC,
    RUN,
    RUN_EXAMPLE,
    RUN_FIELDS,
)
from evaluations.awards.models import (
    AwardList,
    ListStatus,
    Nomination,
    Objection,
    OutletAward,
)
from outlets.exchange.feed_kinds import FeedKind, Field, Type, Watch
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power

_KEY = (
    "SELECT CAST(award.outlet_id AS text) || '|' || list.period || '|' ||"
    " list.level || '|' || list.title || '|' || award.place_code AS key"
)
_LIST = " JOIN awards_awardlist list ON list.id = award.award_list_id" + PUBLIC
_OF = (
    _KEY + " FROM {changed} changed"
    " JOIN awards_outletaward award ON award.%s = changed.id" + _LIST
)


class OutletTitles(FeedKind):
    name = "outlet_titles"
    about = (
        "Which outlet is an Excellent Team, a Star Outlet or a Civilised Unit now, by "
        "the newest published list."
    )
    scope, power = "awards:read", Power.SEE_AWARDS
    fields = (
        Field("period", Type.TEXT, "2026-10, 2026-Q3 or 2026."),
        Field("level", Type.TEXT, "Where the prize is given: county … province."),
        Field("title", Type.TEXT, "excellent_team, star_outlet or civilised_unit."),
        Field("place_code", Type.TEXT, "The region whose prize it is; empty: all."),
        Field("outlet_code", Type.TEXT, "The outlet that holds the title."),
        Field("outlet_name", Type.TEXT, "Its name."),
        Field("stars", Type.WHOLE, "1 to 5 for a Star Outlet.", null=True),
        Field("state", Type.TEXT, "held, awarded or disqualified."),
        Field(
            "appeal",
            Type.TEXT,
            "What was last said against it or its loss: none, open, upheld, dismissed.",
        ),
        Field("list", Type.TEXT, "The award list that it stands on, a UUID."),
        *RUN_FIELDS,
    )
    example = {
        "period": "2026-10",
        "level": "city",
        "title": "star_outlet",
        "place_code": "GD-SZ",
        "outlet_code": "GD-SZ-118",
        "outlet_name": "Nanshan Coastal City",
        "stars": 5,
        "state": "awarded",
        "appeal": "none",
        "list": "9b0f7d1e-3a52-4f0a-8a57-51f1f0d0c8aa",
        **RUN_EXAMPLE,
    }
    watches = (
        Watch(
            OutletAward,
            _KEY + " FROM {changed} award" + _LIST,
            uses=("outlet_id", "award_list_id", "place_code"),
            on_change=("award_list_id", "outlet_id", "place_code", "stars", "state"),
        ),
        Watch(
            AwardList,
            _OF % "award_list_id",
            on_change=("status", "period", "level", "title", "run_id"),
            writes=("update",),
        ),
        Watch(
            Outlet,
            _OF % "outlet_id",
            on_change=("code", "name", "region_id"),
            writes=("update",),
        ),
        Watch(
            Region,
            _KEY + " FROM {changed} changed"
            " JOIN places_outlet outlet ON outlet.region_id = changed.id"
            " JOIN awards_outletaward award ON award.outlet_id = outlet.id" + _LIST,
            on_change=("path",),
            writes=("update",),
        ),
        Watch(
            Objection,
            _KEY + " FROM {changed} changed"
            " JOIN awards_nomination named ON named.id = changed.nomination_id"
            " JOIN awards_outletaward award ON award.id = named.outlet_award_id"
            + _LIST,
            uses=("nomination_id",),
            on_change=("nomination_id", "state", "at"),
        ),
        Watch(
            Nomination,
            _KEY + " FROM {changed} changed"
            " JOIN awards_outletaward award ON award.id = changed.outlet_award_id"
            + _LIST,
            uses=("outlet_award_id",),
            on_change=("outlet_award_id",),
        ),
    )
    all_keys = _KEY + " FROM awards_outletaward award" + _LIST

    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = _standing(OutletAward.objects.visible_to(viewer).with_what_followed())
        if keys is not None:
            seen = seen.filter(outlet__in=_outlets(keys))
        wanted = None if keys is None else set(keys)
        columns = seen.order_by().values_list(
            *("outlet_id", "award_list__period", "award_list__level"),
            *("award_list__title", "place_code", "outlet__code", "outlet__name"),
            *("stars", "state", "appeal_state", "award_list__uuid"),
            *(f"award_list__{name}" for name in RUN),
        )
        names = [field.name for field in self.fields]
        for outlet, *values in columns.iterator(chunk_size=CHUNK):
            row: dict[str, Any] = dict(zip(names, values, strict=True))
            key = "|".join((str(outlet), *values[:4]))
            if wanted is None or key in wanted:
                yield key, row | {"list": str(row["list"])}

    def existing(self, keys: Sequence[str]) -> set[str]:
        found = _standing(OutletAward.objects.filter(outlet__in=_outlets(keys)))
        columns = found.values_list(
            *("outlet_id", "award_list__period", "award_list__level"),
            *("award_list__title", "place_code"),
        )
        return {"|".join(map(str, one)) for one in columns} & set(keys)


def _standing(titles: QuerySet[OutletAward]) -> QuerySet[OutletAward]:
    """Keep what stands on a published list: one per period, level and title does."""
    return titles.filter(award_list__status=ListStatus.PUBLISHED)


def _outlets(keys: Sequence[str]) -> set[int]:
    return {int(key.partition("|")[0]) for key in keys}
