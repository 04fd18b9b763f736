"""Text that a spreadsheet must not take for a formula.

A text cell of a CSV file that begins like a formula gets a leading apostrophe, and the
importer takes that apostrophe off again. The two undo each other exactly. Numbers are
no text: a negative number stays a number.
"""

import unicodedata

_LEADS = frozenset("=+-@\N{MINUS SIGN}")
# A cell that begins with one of these is dangerous whatever follows.
_BREAKS = "\t\r\n"
# What programs skip, or lose on the way, before they look for a formula.
_SKIPPED = "\"'`\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{WORD JOINER}"
GUARD = "'"


def opens_as_formula(text: str) -> bool:
    """Tell whether some program could run `text` as a formula.

    Looks past white space, quotes, control characters and a byte order mark, and takes
    full-width and small forms of the signs for the signs themselves.
    """
    for char in text:
        if char in _BREAKS:
            return True
        if char in _SKIPPED or char.isspace() or unicodedata.category(char) == "Cc":
            continue
        return unicodedata.normalize("NFKC", char)[:1] in _LEADS
    return False


def guarded(text: str) -> str:
    """Return `text` as a CSV file may carry it."""
    return GUARD + text if opens_as_formula(text) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given; other text comes back as it is."""
    if text.startswith(GUARD) and opens_as_formula(text[1:]):
        return text[1:]
    return text
