"""forms: what did a small form say?"""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from .auth.guard import cap_of

Form = dict[str, str]


async def read_form(request: Request) -> Form:
    """The fields of a small form, the first value of each. Raises 413 or 400."""
    return {name: values[0] for name, values in (await read_lists(request)).items()}


async def read_lists(request: Request) -> dict[str, list[str]]:
    """The fields of a small form, all values of each (ticked boxes). Raises 413 or 400."""
    body, cap = bytearray(), cap_of(request.url.path)
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > cap:
                raise HTTPException(413, "The form is too large.")
    except ClientDisconnect as error:
        raise HTTPException(400, "The form broke off.") from error
    try:
        return parse_qs(body.decode("ascii"), max_num_fields=300, keep_blank_values=True)
    except ValueError as error:
        raise HTTPException(400, "The form cannot be read.") from error


def clean(text: str | None, most: int) -> str:
    """A short text as somebody typed it, without what no database takes."""
    return (text or "").replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()[:most]
