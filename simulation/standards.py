"""The shipped standards as rows, so that a written pack explains its own item codes."""

from collections.abc import Iterator

from evaluations.standards.shipped import STANDARDS
from simulation.chain.outlets import Row


def standard_rows() -> Iterator[Row]:
    """Yield the rows of kind `standards`, exactly as the product ships them."""
    for standard in STANDARDS:
        for item in standard.items:
            yield {
                "standard": standard.code,
                "item": item.code,
                "title_en": item.title_en,
                "title_zh": item.title_zh,
                "section": item.section,
                "weight": 1,
                "critical": int(item.critical),
                "applies_to": standard.applies_to,
                "who": item.who,
            }
