"""auth: who is at the door, what may they do, and which requests are refused before any page is asked?"""

from .door import Door, WrongPassword
from .guard import HEADERS, Guard, cookie_name, identity_of, session_of
from .identity import Identity

__all__ = [
    "HEADERS",
    "Door",
    "Guard",
    "Identity",
    "WrongPassword",
    "cookie_name",
    "identity_of",
    "session_of",
]
