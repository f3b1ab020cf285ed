"""dedupe: have we told this before - the same, a revision, another telling, or something new?

Keys find candidates, an alignment pairs their sentences, a guard weighs what was substituted.
"""

from .judge import Comparison, Page, compare, judge
from .keys import Signature, content_hash, sign
from .shown import compare_versions
from .urls import canonical_url

__all__ = [
    "Comparison",
    "Page",
    "Signature",
    "canonical_url",
    "compare",
    "compare_versions",
    "content_hash",
    "judge",
    "sign",
]
