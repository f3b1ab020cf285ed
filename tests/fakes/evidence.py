"""An evidence folder in memory.

kept = FakeEvidence()
kept.full = True          # the disk is full: nothing is kept
kept.bodies               # what was kept, in order
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from monitor.domain.errors import StoreError
from monitor.domain.evidence import KeptCopy
from monitor.domain.source import Fetched


class FakeEvidence:
    """Implements ports.Evidence."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.full = False

    async def keep(self, fetched: Fetched, source: str, at: datetime) -> KeptCopy:
        """As ports.Evidence."""
        if self.full:
            raise StoreError(f"the copy of {fetched.url} cannot be kept: the fake was told so")
        self.bodies.append(fetched.body)
        digest = hashlib.sha256(fetched.body).hexdigest()
        place = len(self.bodies) - 1
        return KeptCopy(fetched.url, fetched.content_type, digest, "memory", place, len(fetched.body), digest, at)

    def open(self, copy: KeptCopy) -> bytes:
        """As ports.Evidence."""
        if copy.offset >= len(self.bodies):
            raise StoreError(f"copy {copy.id} of {copy.url} is missing")
        body = self.bodies[copy.offset]
        if hashlib.sha256(body).hexdigest() != copy.sha256:
            raise StoreError(f"copy {copy.id} of {copy.url} was altered")
        return body
