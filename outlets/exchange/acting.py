"""Who acts, and on what occasion: what the history asks when something is written.

It holds an answer, never the request: nothing but the history reads it, and no rule
depends on it. Services go on taking `by`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Acting:
    """`name` is a job's ("system: rank"); `who` finds the person or service when asked.

    `occasion` says what was under way, such as the kind and file of an import.
    """

    name: str = ""
    who: Callable[[], object] | None = None
    occasion: Mapping[str, str] = field(default_factory=dict)


_acting: ContextVar[Acting] = ContextVar("acting")
_NOBODY = Acting()


def current() -> Acting:
    return _acting.get(_NOBODY)


def begin(
    *,
    name: str = "",
    who: Callable[[], object] | None = None,
    occasion: Mapping[str, str] | None = None,
) -> Token[Acting]:
    """Add to who acts from here on; give the token to `end`."""
    outer = current()
    return _acting.set(
        Acting(
            name=name or outer.name,
            who=who or outer.who,
            occasion={**outer.occasion, **(occasion or {})},
        )
    )


def end(token: Token[Acting]) -> None:
    _acting.reset(token)


@contextmanager
def acting(
    *,
    name: str = "",
    who: Callable[[], object] | None = None,
    by: object | None = None,
    occasion: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Say who acts inside the block; what it leaves out holds as outside.

    `by` is the person herself, where a service knows her; None is the system.
    """
    if by is not None:
        who = lambda: by  # noqa: E731
    token = begin(name=name, who=who, occasion=occasion)
    try:
        yield
    finally:
        end(token)
