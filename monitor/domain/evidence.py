"""evidence: which bytes was a hit read from, and where do they lie?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """The bytes of one fetched body: a response and a metadata record, two gzip members of a WARC file in a row.

    `sha256` is that of the body, `record` that of the `length` bytes at `offset` of `file`, a name inside the evidence folder.
    """

    url: str
    content_type: str
    sha256: str
    file: str
    offset: int
    length: int
    record: str
    fetched_at: datetime
    id: int = 0  # of the stored row
    version: int = 0
