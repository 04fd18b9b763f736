"""What differs between two texts: paragraphs, and within them words or characters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# A Chinese text differs by its characters, any other by its words.
_PIECES = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|[^\w\s]")
# Comparing takes the product of both lengths; what is longer differs as a whole.
MOST_PIECES = 1500

SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `kind` is `SAME`, `GONE` (of the earlier) or `NEW`."""

    kind: str
    text: str


def differences(earlier: str, later: str) -> list[list[Piece]]:
    """Return the lines of both texts, each as its pieces; an empty line is left out.

    All pieces that are not new, joined line by line, are the earlier text; all that are
    not gone are the later one.
    """
    before, after = _lines(earlier), _lines(later)
    shown: list[list[Piece]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            shown += [[Piece(SAME, line)] for line in before[i:j]]
            continue
        pairs = min(j - i, m - k)
        for old, new in zip(before[i : i + pairs], after[k : k + pairs], strict=True):
            shown.append(list(_within(old, new)))
        shown += [[Piece(GONE, line)] for line in before[i + pairs : j]]
        shown += [[Piece(NEW, line)] for line in after[k + pairs : m]]
    return shown


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _within(old: str, new: str) -> Iterator[Piece]:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if max(len(before), len(after)) > MOST_PIECES:
        yield from _whole(before, after)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 1 / 3:  # hardly anything stayed: words among words confuse
        yield from _whole(before, after)
        return
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(SAME, "".join(before[i:j]))
        else:
            yield from _whole(before[i:j], after[k:m])


def _whole(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    if before:
        yield Piece(GONE, "".join(before))
    if after:
        yield Piece(NEW, "".join(after))
