"""demo: a small web of our own, a mailbox and a webhook, so that the service can be seen at work."""
