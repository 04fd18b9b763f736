"""A part of a file, as RFC 9110 has it: so that a download that broke off goes on."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK = 1 << 18
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def partial_response(
    file: IO[bytes], size: int, *, asked: str, if_range: str, tag: str
) -> HttpResponseBase:
    """Answer with a file of `size` bytes, or with the one range that is `asked` for.

    `tag` is the file's ETag; with an `if_range` that differs, all of it is sent. More
    than one range, one that ends before it begins, or a form that we do not know, is
    answered with all of it too.
    """
    first, last = 0, size - 1
    status = 200
    match = _RANGE.fullmatch(asked.replace(" ", ""))
    begin, end = match.groups() if match else ("", "")
    backwards = bool(begin and end) and int(end) < int(begin)
    if (begin or end) and not backwards and (not if_range or if_range == tag):
        if begin:
            first = int(begin)
            last = min(int(end), last) if end else last
        else:
            first = max(size - int(end), 0)
        if first > last or first >= size:
            file.close()
            return HttpResponse(
                status=416, headers={"Content-Range": f"bytes */{size}"}
            )
        status = 206
    answer = StreamingHttpResponse(_pieces(file, first, last), status=status)
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Length"] = str(last - first + 1)
    answer["ETag"] = tag
    if status == 206:
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    return answer


def _pieces(file: IO[bytes], first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
