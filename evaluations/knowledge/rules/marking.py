"""Whether an answer is right, and what a test scores.

An answer is a list of texts, whatever the kind: the numbers of the options chosen,
counted from 1 as the question was written; "1" or "0" for true or false; the one text
filled in; the numbers of the options in the order given.
"""

import unicodedata
from collections.abc import Iterable, Sequence

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"
FILL, ORDER = "fill", "order"
# Kinds whose options a question lists.
LISTED = frozenset({SINGLE, MULTIPLE, ORDER})
FULL_MARK = 10_000


def normalised(text: str) -> str:
    """Return what counts of a text filled in: letters and digits, in one shape.

    Full-width forms become half-width, capitals small; spaces and punctuation go.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def is_right(
    kind: str, answer: Sequence[str], given: Sequence[str], options: int
) -> bool:
    """Tell whether `given` is right; nothing given is wrong, part of it is too.

    `options` is how many options the question lists, 0 where it lists none.
    """
    if not given:
        return False
    if kind == FILL:
        wanted = {normalised(text) for text in answer} - {""}
        return normalised(given[0]) in wanted
    if kind == ORDER:
        return list(given) == [str(number) for number in range(1, options + 1)]
    if kind == MULTIPLE:
        return set(given) == set(answer)
    return list(given) == list(answer)


def score(marks: Iterable[tuple[int, bool]]) -> int:
    """Return the points of a test in hundredths, 0 to 10000, halves rounded up.

    `marks` are the weight of each question and whether it was answered rightly.

    Raises:
        ValueError: there is no question, or no weight.
    """
    kept = list(marks)
    whole = sum(weight for weight, _right in kept)
    if whole <= 0:
        raise ValueError("a test has questions, and they have weights")
    got = sum(weight for weight, right in kept if right)
    return (2 * got * FULL_MARK + whole) // (2 * whole)


def faults(
    kind: str, answer: Sequence[str], english: Sequence[str], chinese: Sequence[str]
) -> set[str]:
    """Return the codes of what is wrong with the options and answer of a question."""
    found = set()
    numbers = {str(number) for number in range(1, len(english) + 1)}
    if kind in LISTED:
        if len(english) < 2:
            found.add("few_options")
        if len(set(english)) < len(english):
            found.add("same_options")
        if chinese and len(chinese) != len(english):
            found.add("uneven_options")
    elif english or chinese:
        found.add("no_options")
    sound = {
        SINGLE: len(answer) == 1 and set(answer) <= numbers,
        MULTIPLE: bool(answer) and set(answer) <= numbers,
        TRUE_FALSE: list(answer) in (["0"], ["1"]),
        FILL: bool(answer) and all(normalised(text) for text in answer),
        ORDER: not answer,
    }
    if not sound.get(kind, False):
        found.add(f"answer_{kind}")
    return found
