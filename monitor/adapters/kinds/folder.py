"""folder: a source that is a folder on this machine, whose files are read as they appear."""

from __future__ import annotations

import json
from urllib.parse import unquote

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError
from monitor.domain.link import FoundLink

from ..charset import clean
from ..formats.base import Caps
from .base import SourceKind
from .rules import MATCHING, LinkRules

HOST = "folder"  # files stand nowhere, but a link has a host


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The files that the service found in the folder (see adapters/folder) as links, each with its date and size as stamp."""
    try:
        told = json.loads(body)
        files = [(str(one["url"]), str(one["stamp"])) for one in told["files"]]
    except (ValueError, TypeError, KeyError) as error:
        raise ReadError("unreadable", f"the list of files: {error}") from error
    rules = LinkRules.of(origin.options)
    wanted = [(url, stamp) for url, stamp in files if rules.wants(unquote(url))]
    warnings = tuple(str(one) for one in told.get("warnings", ()))
    cut = len(wanted) > caps.links
    return Harvest(
        "folder",
        links=tuple(
            FoundLink(url, url, HOST, clean(unquote(url.rpartition("/")[2])), attachment=True, stamp=stamp)
            for url, stamp in wanted[: caps.links]
        ),
        entries=len(wanted),
        truncated=cut,
        warnings=(*warnings, f"more than {caps.links} files: the rest was left out") if cut else warnings,
    )


KIND = SourceKind(
    key="folder",
    options={
        **MATCHING,
        "subfolders": {"type": "boolean", "description": "Whether files in its folders are read as well."},
    },
    read=read,
    summary="a folder on this machine whose files are read as they appear or change",
    address="path",
)
