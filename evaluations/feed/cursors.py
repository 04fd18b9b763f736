"""Where a reader of the feed stands, and what she has been able to see on her way.

The cursor says it all, so that nothing is kept for a reader: her position, her view at
that time (which kinds, and her sight), and the views she had before, as far as what she
read with them has not been walked again. It is signed; who holds it learns nothing but
her own reach, and sees nothing with it that she may not see now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from outlets.exchange.feed_kinds import registered
from outlets.places.sight import Power, Reach, Sight
from staffing.accounts.authentication import Service

# More changes of sight than this on one walk, and it begins again.
MOST_VIEWS = 8
_signer = Signer(salt="evaluations.feed.cursor")
Position = tuple[int, int]
START: Position = (0, 0)


class CursorInvalid(APIException):
    status_code = 400
    default_code = "cursor_invalid"
    default_detail = _("This is no cursor that an answer of this address has given.")


class Resync(APIException):
    """What the reader missed cannot be told any more."""

    status_code = 410
    default_code = "resync"
    default_detail = _(
        "This cursor is too old. Forget what you hold and start without a cursor."
    )


@dataclass(frozen=True, slots=True)
class View:
    """What somebody may see: the kinds that are open to her, and her sight.

    `person`: a signed-in person sees some fields otherwise than a service.
    """

    kinds: frozenset[str]
    sight: Sight
    person: bool

    @classmethod
    def of(cls, viewer: Any) -> Self:
        """Return what `viewer` may see now; a kind needs its scope, or its power."""
        service = isinstance(viewer, Service)
        kinds = frozenset(
            name
            for name, kind in registered().items()
            if (kind.scope in viewer.scopes if service else True)
            and viewer.sight.may(kind.power)
        )
        return cls(kinds, viewer.sight, not service)

    def packed(self) -> dict[str, Any]:
        """Return it as JSON has it, the same for the same view."""
        sight = self.sight
        return {
            "k": sorted(self.kinds),
            "p": self.person,
            "s": {
                str(power): [
                    reach.everywhere,
                    sorted(reach.region_paths),
                    sorted(reach.outlet_ids),
                ]
                for power, reach in sorted(sight.powers.items())
            },
            "e": sight.employee_id,
            "o": sight.in_public,
            "a": sorted(sight.agency_ids),
        }

    @classmethod
    def unpacked(cls, packed: Mapping[str, Any]) -> Self:
        powers = {
            Power(power): Reach(everywhere, frozenset(paths), frozenset(ids))
            for power, (everywhere, paths, ids) in packed["s"].items()
        }
        sight = Sight(
            powers=powers,
            employee_id=packed["e"],
            in_public=packed["o"],
            agency_ids=frozenset(packed["a"]),
        )
        return cls(frozenset(packed["k"]), sight, packed["p"])


@dataclass(frozen=True, slots=True)
class Earlier:
    """A view of before, and how far the reader had got with it."""

    view: View
    until: Position


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `position` has been told with `view`.

    `origin` is the highest number when she first began: what has not changed since she
    cannot have seen before. `kinds` are those she may hold rows of. `holds` is what she
    had been told just before more kinds were opened to her, with the same sight: it
    need not be told again.
    """

    view: View
    position: Position = START
    origin: int = 0
    trail: tuple[Earlier, ...] = ()
    kinds: frozenset[str] = field(default_factory=frozenset)
    holds: Earlier | None = None

    @property
    def reached(self) -> Position:
        """The furthest that she has ever been."""
        return max([self.position, *(one.until for one in self.trail)])

    def seen_with(self, view: View) -> "Cursor":
        """Return where to go on with another view: from the start, remembering."""
        if view == self.view:
            return self
        trail = [one for one in self.trail if one.view != self.view]
        before = [one.until for one in self.trail if one.view == self.view]
        trail.append(Earlier(self.view, max([self.position, *before])))
        if len(trail) > MOST_VIEWS:
            raise Resync
        kinds = self.kinds | view.kinds
        more_kinds = replace(self.view, kinds=view.kinds) == view
        return Cursor(
            view,
            START,
            self.origin,
            tuple(trail),
            kinds,
            Earlier(self.view, self.position) if more_kinds else None,
        )

    def at(self, position: Position) -> "Cursor":
        trail = tuple(one for one in self.trail if one.until > position)
        holds = self.holds
        if holds is not None and holds.until <= position:
            holds = None
        return Cursor(self.view, position, self.origin, trail, self.kinds, holds)

    def is_held(self, kind: str, position: Position) -> bool:
        """Tell whether she was told of it before other kinds were opened to her."""
        holds = self.holds
        return (
            holds is not None
            and kind in holds.view.kinds & self.view.kinds
            and position <= holds.until
        )

    def caught_up(self) -> "Cursor":
        """Return it for a reader who holds just what she sees."""
        return Cursor(self.view, self.position, self.origin, (), self.view.kinds)

    def __str__(self) -> str:
        return _signer.sign_object(
            {
                "v": self.view.packed(),
                "p": self.position,
                "o": self.origin,
                "t": [[one.view.packed(), one.until] for one in self.trail],
                "k": sorted(self.kinds),
                "h": self.holds and [self.holds.view.packed(), self.holds.until],
            },
            compress=True,
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises CursorInvalid for what we have not made."""
        try:
            said = _signer.unsign_object(text)
            return cls(
                view=View.unpacked(said["v"]),
                position=_position(said["p"]),
                origin=said["o"],
                trail=tuple(_earlier(one) for one in said["t"]),
                kinds=frozenset(said["k"]),
                # Cursors that were given out before know of no such thing.
                holds=_earlier(said["h"]) if said.get("h") else None,
            )
        except (BadSignature, KeyError, ValueError, TypeError) as error:
            raise CursorInvalid from error


def _earlier(said: Any) -> Earlier:
    view, until = said
    return Earlier(View.unpacked(view), _position(until))


def _position(said: Any) -> Position:
    seq, pk = said
    return int(seq), int(pk)
