"""The five levels of satisfaction, in the words of both languages."""

from dataclasses import dataclass

from django.utils.translation import get_language, gettext, gettext_noop, override

LEVELS = {
    5: (gettext_noop("Very satisfied"), "mood-happy"),
    4: (gettext_noop("Satisfied"), "mood-smile"),
    3: (gettext_noop("So-so"), "mood-neutral"),
    2: (gettext_noop("Dissatisfied"), "mood-sad"),
    1: (gettext_noop("Very dissatisfied"), "mood-cry"),
}
BOTH = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Level:
    """One mark to tap: `words` by language, the reader's own first."""

    score: int
    icon: str
    words: tuple[tuple[str, str], ...]


def in_both(message: str) -> tuple[tuple[str, str], ...]:
    """Return (language, words) of a message in both languages, the reader's first."""
    own = get_language() or BOTH[0]
    order = sorted(BOTH, key=lambda code: code != own)
    found = []
    for code in order:
        with override(code):
            found.append(("zh-Hans" if code == "zh-hans" else code, gettext(message)))
    return tuple(found)


def levels() -> list[Level]:
    """Return the levels, the best first, as a row of faces shows them."""
    return [Level(score, icon, in_both(word)) for score, (word, icon) in LEVELS.items()]
