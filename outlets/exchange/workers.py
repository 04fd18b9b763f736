"""Service workers: scripts that keep a page's files for when there is no network."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.templatetags.static import static


def worker_answer(
    script: str, *, shell: Sequence[str], scope: str, told: Mapping[str, str]
) -> HttpResponse:
    """Answer with the worker of a page; code, and nothing of anybody.

    `script` and the files of `shell` are static files by name, `scope` is the address
    below which the worker answers. The script finds `told`, the addresses of the shell
    and a version, which changes with any of the files, in its constant `told`.
    """
    read = _read if settings.DEBUG else _read_once
    source, version = read(script, tuple(shell))
    given = {"version": version, "shell": [static(name) for name in shell], **told}
    answer = HttpResponse(
        f"const told = {json.dumps(given)};\n{source}",
        content_type="text/javascript; charset=utf-8",
    )
    answer.headers["Service-Worker-Allowed"] = scope
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _read(script: str, shell: tuple[str, ...]) -> tuple[str, str]:
    digest = sha256()
    for name in (script, *shell):
        found = finders.find(name)
        digest.update(name.encode())
        digest.update(Path(str(found)).read_bytes() if found else b"")
    return Path(str(finders.find(script))).read_text(), digest.hexdigest()[:16]


_read_once = cache(_read)
