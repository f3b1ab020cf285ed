"""watchlist: which sources and channels does the demo's service get?"""

from __future__ import annotations

from .web import Addresses

MAIL = "MONITOR_DEMO_MAIL"
WEBHOOK = "MONITOR_DEMO_WEBHOOK"


def watchlist(addresses: Addresses, every: str = "2 s") -> str:
    """The YAML of the demo's sources and channels; the topics are those that ship.

    The channels' addresses come from the variables MAIL and WEBHOOK, as in any watchlist.
    """
    return f"""watchlist: demo
sources:
  - source: linlan-notices
    listing: {addresses.notices}
    follow: "a[href*='/art/']"
    every: {every}
  - source: evening-post
    feed: {addresses.news}
    every: {every}
  - source: science-bureau
    feed: {addresses.science}
    every: {every}
  - source: alder-finch
    page: {addresses.agency}
    every: {every}
  - source: baita-mirror
    feed: {addresses.mirror}
    every: {every}
channels:
  - channel: analysts-mail
    url: env:{MAIL}
    when: now
  - channel: research-chat
    url: env:{WEBHOOK}
    when: now
"""
