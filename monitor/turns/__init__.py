"""The turns: rounds of the poll, link, message and upkeep loops, and the service that rings them."""

from .desk import Desk, Limits
from .duties import Duty
from .run import Service

__all__ = ["Desk", "Duty", "Limits", "Service"]
