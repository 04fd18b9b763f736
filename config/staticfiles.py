"""Serve from npm's packages the few files that pages ask for, and nothing else."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage


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
