"""secret: a text that hides itself wherever it is printed."""

from __future__ import annotations

from typing import final


@final
class Secret:
    """A secret text: `***` in every print, log and repr; `reveal()` is the only way to it."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self.__text

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.reveal()

    def __hash__(self) -> int:
        return hash(("Secret", self.__text))

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Secret is not serialised")
