"""static: a closed set of files, read once: no path of a request ever names one on the disk."""

from __future__ import annotations

from importlib.resources.abc import Traversable

from fastapi import HTTPException
from fastapi.responses import Response

from ..site import HERE, Routes, Site

TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""
    found = dict(_files(HERE.joinpath("static")))

    @routes.public("/static/{name}")
    def static(name: str) -> Response:
        if name not in found:
            raise HTTPException(404, "There is no such file.")
        body, content_type = found[name]
        return Response(body, media_type=content_type)


def _files(folder: Traversable) -> list[tuple[str, tuple[bytes, str]]]:
    """Every file of a type we serve, also those of others (`vendor/`), by its plain name."""
    pairs = []
    for entry in folder.iterdir():
        if entry.is_dir():
            pairs += _files(entry)
        elif entry.name.endswith(tuple(TYPES)):
            pairs.append((entry.name, (entry.read_bytes(), TYPES[entry.name[entry.name.rindex(".") :]])))
    return pairs
