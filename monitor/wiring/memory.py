"""memory: is what was needed for a moment given back?"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8  # M_ARENA_MAX of <malloc.h>


def few_arenas(number: int = 2) -> None:
    """Keeps the C library from a heap for each of our threads, each of which holds what it was given once.

    glibc makes up to eight a processor: a service that had read one long feed kept ten megabytes more. Elsewhere nothing
    is done.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, number)
