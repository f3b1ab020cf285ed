"""console: server-rendered pages where people review hits, look at sources and check the log."""
