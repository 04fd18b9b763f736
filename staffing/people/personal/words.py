"""Striking names and numbers out of free text."""

import re
from collections.abc import Iterable

STRUCK = "[…]"
# Whatever could be a telephone, identity or card number.
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}")
_CJK = r"\u3400-\u9fff·"
_RUNS = re.compile(rf"[{_CJK}]+|[^{_CJK}]+")
_SHORTEST = 2


def spellings(name: str) -> list[str]:
    """Return how a text may call somebody: the whole name, and each script of it.

    "谢文斌 Xie Wenbin" is also "谢文斌" and "Xie Wenbin". A first name or a surname
    alone is too common a word to be struck.
    """
    runs = [run.strip() for run in _RUNS.findall(name)]
    found = dict.fromkeys([name.strip(), *runs])
    return [text for text in found if len(text) >= _SHORTEST]


def pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return what matches any of the words as a whole; None where there is none."""
    found = sorted({word for word in words if word}, key=len, reverse=True)
    if not found:
        return None
    return re.compile("|".join(map(_whole, found)), re.IGNORECASE)


def _whole(word: str) -> str:
    """Latin letters and digits end a word; Chinese is written without gaps."""
    before = r"(?<![0-9A-Za-z])" if re.match(r"[0-9A-Za-z]", word) else ""
    after = r"(?![0-9A-Za-z])" if re.search(r"[0-9A-Za-z]$", word) else ""
    return f"{before}{re.escape(word)}{after}"


def strike(text: str, pattern: re.Pattern[str] | None) -> str:
    return pattern.sub(STRUCK, text) if pattern else text


def strike_long_numbers(text: str) -> str:
    """Strike what may be a customer's telephone or identity number."""
    return _LONG_NUMBER.sub(STRUCK, text)
