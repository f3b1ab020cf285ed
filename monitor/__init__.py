"""mention-monitor: watches sources for watched terms and tells people once about each new thing."""

__version__ = "0.1.0"
