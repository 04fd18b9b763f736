"""Keep the translations complete: one catalogue beside each room.

    python tools/messages.py extract [--prune] [ROOM ...]   source → .po, merged
    python tools/messages.py compile                        .po → .mo
    python tools/messages.py check [ROOM ...]               exit 1 if one is missing

A room is named by its folder (`evaluations/checks`); `config` is the frame that all
pages share. A catalogue carries neither dates nor line numbers, so that it changes
only when a message does.
"""

import argparse
import ast
import re
import string
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
STOREYS = ("outlets", "staffing", "evaluations")
LANGUAGE = "zh_Hans"
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Starhall\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

# The call's message arguments: the context (c) and the singular and plural.
_TEXTS = {"gettext": (1,), "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_TEXTS["npgettext"] = ((1, "c"), 2, 3)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}{tail}": at for name, at in _TEXTS.items() for tail in ("", "_lazy")},
    "gettext_noop": (1,),
}

_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(
    rf"\b(?P<name>n?p?gettext|_)\((?P<texts>{_LITERAL}(?:,\s*{_LITERAL})*)(?:,\s*count)?\)"
)


@dataclass(frozen=True)
class Room:
    """A folder of code and its templates, with a catalogue of their messages."""

    name: str
    code: tuple[Path, ...]
    templates: tuple[Path, ...]
    locale: Path

    @property
    def catalogue(self) -> Path:
        return self.locale / LANGUAGE / "LC_MESSAGES" / "django.po"

    def template(self) -> Catalog:
        """Return the messages that stand in the source, untranslated."""
        found = Catalog(locale=LANGUAGE)
        for path in _files(self.code, "*.py"):
            if "migrations" in path.parts:
                continue
            for _line, message, _comments, context in extract_from_file(
                "python", path, KEYWORDS
            ):
                found.add(message, context=context)
        for path in _files(self.templates, "*.html", "*.txt"):
            for message, context in template_messages(path.read_text("utf-8")):
                found.add(message, context=context)
        return found

    def translated(self) -> Catalog:
        """Return the catalogue as it is kept; empty if there is none yet."""
        if not self.catalogue.exists():
            return Catalog(locale=LANGUAGE)
        with self.catalogue.open("rb") as file:
            return read_po(file, locale=LANGUAGE)


def rooms() -> list[Room]:
    """Return every room of the house, and the frame around them."""
    found = [
        Room(
            f"{storey}/{apps.parent.name}",
            (apps.parent,),
            (ROOT / "templates" / storey / apps.parent.name,),
            apps.parent / "locale",
        )
        for storey in STOREYS
        for apps in sorted((ROOT / storey).glob("*/apps.py"))
    ]
    simulation = ROOT / "simulation"
    found.append(
        Room(
            "simulation",
            (simulation,),
            (ROOT / "templates" / "simulation",),
            simulation / "locale",
        )
    )
    frame = tuple(
        path
        for path in sorted((ROOT / "templates").iterdir())
        if path.name not in (*STOREYS, "simulation")
    )
    found.append(Room("config", (ROOT / "config",), frame, ROOT / "locale"))
    return found


def template_messages(
    source: str,
) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Yield (message, context) of a Django template; a plural message is a pair.

    Django's own `templatize` decides what the message is: the tags look up exactly
    what it writes, trimmed and with percent signs doubled. All else in its output is
    blanked out, so that the calls can be read from it by pattern.
    """
    for call in _CALL.finditer(templatize(source)):
        texts = [ast.literal_eval(text) for text in re.findall(_LITERAL, call["texts"])]
        context = texts.pop(0) if "p" in call["name"] else None
        yield (texts[0], texts[1]) if len(texts) == 2 else texts[0], context


def extract(chosen: Iterable[Room], *, prune: bool) -> None:
    """Bring the catalogues up to the source.

    What is no longer used is kept as a comment until `prune`.
    """
    for room in chosen:
        template = room.template()
        kept = room.translated()
        kept.update(template, no_fuzzy_matching=True, update_header_comment=False)
        if not (len(kept) or (kept.obsolete and not prune)):
            room.catalogue.unlink(missing_ok=True)
            continue
        for message in kept:
            message.auto_comments, message.locations = [], []
        room.catalogue.parent.mkdir(parents=True, exist_ok=True)
        with room.catalogue.open("wb") as file:
            file.write(HEADER.encode())
            write_po(
                file,
                kept,
                width=88,
                no_location=True,
                omit_header=True,
                sort_output=True,
                ignore_obsolete=prune,
            )


def compile_catalogues() -> None:
    """Write the binary catalogues that Django reads."""
    for room in rooms():
        if room.catalogue.exists():
            with room.catalogue.with_suffix(".mo").open("wb") as file:
                write_mo(file, room.translated())


def problems(chosen: Iterable[Room]) -> list[str]:
    """Return one line for every message that is not properly translated."""
    found = []
    meanings: dict[tuple[object, str | None], dict[object, list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for room in chosen:
        translated = room.translated()
        for message in room.template():
            if not message.id:
                continue
            kept = translated.get(message.id, message.context)
            wrong = _wrong_with(message, kept)
            if wrong:
                found.append(f"{room.name}: {wrong}: {message.id!r}")
            if kept is not None and kept.string:
                reading = str(kept.string)
                meanings[message.id, message.context][reading].append(room.name)
    for (text, _context), readings in meanings.items():
        if len(readings) > 1:
            places = "; ".join(
                f"{words} ({', '.join(where)})" for words, where in readings.items()
            )
            found.append(f"translated differently: {text!r}: {places}")
    return found


def _wrong_with(message: Message, kept: Message | None) -> str:
    """Return what is wrong with a translation; empty if nothing is."""
    texts = _texts(kept.string) if kept is not None else ()
    if kept is None or not all(texts):
        return "not translated"
    if kept.fuzzy:
        return "fuzzy"
    # Chinese has no plural form: its one text stands for the plural, which has all
    # the placeholders ("1 person" may well write its number out).
    wanted = _placeholders(_texts(message.id)[-1])
    if any(_placeholders(text) != wanted for text in texts):
        return "placeholders differ"
    return ""


def _texts(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the forms of a message: one, or singular and plural."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _placeholders(text: str) -> tuple[frozenset[str], frozenset[str | None]]:
    """Return the names that `%` and `format` would fill in `text`."""
    named = _Names()
    try:
        text % named
    except (TypeError, ValueError):
        named = _Names({"not a format": ""})
    try:
        braces = frozenset(name for _, name, _, _ in string.Formatter().parse(text))
    except ValueError:
        braces = frozenset({"not a format"})
    return frozenset(named), braces - {None}


class _Names(dict[str, str]):
    """Remembers every name that is looked up in it."""

    def __missing__(self, name: str) -> int:
        self[name] = ""
        return 0  # fits %s and %d alike


def _files(paths: Iterable[Path], *patterns: str) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                found for pattern in patterns for found in path.rglob(pattern)
            )
        elif any(path.match(pattern) for pattern in patterns):
            yield path


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=("extract", "compile", "check"))
    parser.add_argument("room", nargs="*", help="such as evaluations/checks")
    parser.add_argument("--prune", action="store_true", help="drop unused messages")
    options = parser.parse_intermixed_args(arguments)
    house = {room.name: room for room in rooms()}
    unknown = [name for name in options.room if name.strip("/") not in house]
    if unknown:
        parser.error(f"no such room: {', '.join(unknown)}")
    chosen = [house[name.strip("/")] for name in options.room] or list(house.values())
    if options.command == "extract":
        extract(chosen, prune=options.prune)
    elif options.command == "compile":
        compile_catalogues()
    else:
        wrong = problems(chosen)
        sys.stdout.writelines(f"{line}\n" for line in wrong)
        return 1 if wrong else 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
