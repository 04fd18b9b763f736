"""docs/import.md lists the kinds as the code has them."""

from pathlib import Path

from django.utils import translation

from outlets.exchange import meanings
from outlets.exchange.kinds import CONFIGURE, registered

DOCS = Path(__file__).resolve().parents[3] / "docs" / "import.md"
BEGIN, END = "<!-- kinds -->\n", "<!-- /kinds -->"


def table() -> str:
    lines = []
    for name, (label, about) in meanings.KINDS.items():
        kind = registered()[name]
        who = "operations, administrators" if CONFIGURE in kind.powers else "operations"
        lines += [f"### {label} (`{name}`)", "", f"{about} Loaded by: {who}.", ""]
        lines += ["| Column | Meaning |", "|---|---|"]
        for column in meanings.columns_in_words(kind):
            shown = f"**`{column.name}`**" if column.required else f"`{column.name}`"
            mark = " \\*" if column.is_key else ""
            meaning = str(column.meaning).replace("|", "\\|")
            lines.append(f"| {shown}{mark} | {meaning} |")
        lines.append("")
    return "\n".join(lines)


def test_the_table_of_kinds_is_the_code():
    with translation.override("en"):
        expected = table()
    text = DOCS.read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0] == expected
