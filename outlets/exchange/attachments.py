"""Files that people put beside a record: which kinds we take, told by their content."""

MOST_BYTES = 10 * 1024**2
CONTENT_TYPES = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
_SIGNS = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}


def kind_of(content: bytes) -> str | None:
    """Return `jpg`, `png` or `pdf` by how the content begins; None: none of them."""
    kinds = [kind for kind, sign in _SIGNS.items() if content.startswith(sign)]
    return kinds[0] if kinds else None
