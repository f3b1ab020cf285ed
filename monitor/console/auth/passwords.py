"""passwords: is this the password, without telling how near it was?

argon2id with the library's RFC 9106 parameters; a missing account costs as much time as a wrong password.
"""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LEAST, MOST = 10, 256  # characters of a password
AT_ONCE = 2  # computations, each 64 MiB: strangers cannot take the memory of the service
_HASHER = PasswordHasher()
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5LW5vYm9keS0wMQ$8K1kQ2i7mYc3pXQ0b0m4oO2yq2h0nY7cG0c8m3uXy8Y"  # of no password


class Passwords:
    """Hashes and checks passwords in threads, few at once."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """The hash to store. Raises ValueError that says what is wrong with the password."""
        problem = weakness(password)
        if problem:
            raise ValueError(problem)
        async with self._turn:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def fits(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one; takes as long where nothing is stored."""
        if len(password) > MOST:
            return False
        async with self._turn:
            return await asyncio.to_thread(_fits, stored, password)


def weakness(password: str) -> str:
    """What keeps this from being a password; empty when it may be one."""
    if len(password) < LEAST:
        return f"A password has at least {LEAST} characters; four random words are a good one."
    if len(password) > MOST:
        return f"A password has at most {MOST} characters."
    if len(set(password)) < 5:
        return "This password repeats too few characters."
    return ""


def _fits(stored: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(stored or _NOBODY, password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False
