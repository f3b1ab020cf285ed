"""whence: where was a wrong value written, and what should stand there?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ...domain.secret import Secret
from ..watchlists.nodes import show
from .model import PREFIX, SECRETS, Settings


@dataclass(frozen=True, slots=True)
class Whence:
    """Says of a wrong value where it was written."""

    environ: Mapping[str, Any]
    file: str

    def told(self, error: Any) -> str:
        """One sentence for a person: what is wrong, where, and what to write."""
        path = [str(part) for part in error["loc"]]
        name = self._name(path)
        message = str(error["msg"]).removeprefix("Value error, ")
        message = message[:1].lower() + message[1:]
        if error["type"] == "extra_forbidden":
            return f"{name} is no setting{self._close(path)}"
        value = error["input"]
        hidden = isinstance(value, Secret | BaseModel | dict) or (bool(path) and path[0] in SECRETS)
        shown = "" if hidden else f" is {show(str(value))}"
        return f"{name}{shown}: {message}{self._example(path, message)}"

    def _name(self, path: list[str]) -> str:
        inside: Any = self.environ
        for part in path:
            inside = inside.get(part) if isinstance(inside, Mapping) else None
        if inside is not None or not self._in_file(path):
            return PREFIX + "__".join(path).upper() if path else "the settings"
        return f"{self.file}: {'.'.join(path)}"

    def _in_file(self, path: list[str]) -> bool:
        return bool(path) and Path(self.file).is_file()

    @staticmethod
    def _close(path: list[str]) -> str:
        fields = fields_at(path[:-1])
        close = get_close_matches(path[-1], fields, n=1)
        return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(fields)}"

    @staticmethod
    def _example(path: list[str], message: str) -> str:
        field = fields_at(path[:-1]).get(path[-1]) if path else None
        if "write " in message or field is None or field.default in (None, "", ()):
            return ""
        default = field.default
        return (
            f"; write something such as {default:g}"
            if isinstance(default, float)
            else f"; write something such as {default}"
        )


def fields_at(path: Sequence[str]) -> Mapping[str, Any]:
    """The fields of the settings, or of the part that the path leads to; none where it leads nowhere."""
    model: type[BaseModel] = Settings
    for part in path:
        field = model.model_fields.get(part)
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return {}
        model = field.annotation
    return model.model_fields
