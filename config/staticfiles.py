"""Serve from npm's packages the few files that pages ask for, and nothing else.

Whatever is served has a hash in its name, also where one module imports another.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Gives each file a name with its hash, and names it so in what imports it.

    Only the modules of the card import others; minified packages are left alone.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "checks/*.js",
            (
                (
                    r"""(?P<matched>import(?s:(?P<import>[\s\{].*?))"""
                    r"""\s*from\s*['"](?P<url>[./].*?)["']\s*;)""",
                    'import%(import)s from "%(url)s";',
                ),
                (
                    r"""(?P<matched>import\(["'](?P<url>[./].*?)["']\))""",
                    'import("%(url)s")',
                ),
            ),
        ),
    )


class NpmFinder(BaseFinder):
    """Finds `NPM_FILES`: the address of a file → where it lies in node_modules.

    A source map that such a file names comes along, so that the manifest is whole.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._places: dict[str, FileSystemStorage] = {}
        for address, source in settings.NPM_FILES.items():
            folder = settings.NODE_MODULES / Path(source).parent
            storage = FileSystemStorage(location=folder)
            storage.prefix = str(Path(address).parent)  # type: ignore[attr-defined]
            self._places[address] = storage

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        storage = self._places.get(path.removesuffix(".map"))
        if storage is None or not storage.exists(Path(path).name):
            return []
        found = storage.path(Path(path).name)
        return [found] if find_all else found

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, Storage]]:
        for address, storage in self._places.items():
            name = Path(address).name
            yield name, storage
            if storage.exists(f"{name}.map"):
                yield f"{name}.map", storage
