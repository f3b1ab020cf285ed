"""archive: what is there to be read in folders, ZIP, WARC, mbox, JSONL files and lists of addresses on disk?"""

from .pieces import Caps, pieces

__all__ = ["Caps", "pieces"]
