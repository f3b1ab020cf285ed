"""channels: who is told of what, when, and through which service?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...domain.delivery import Channel
from ...domain.hit import Kind, Novelty, Part, Verdict
from ...domain.secret import Secret
from ...domain.topic import Severity
from ...pipeline.facts.places import named_place
from . import values
from .fields import Fields
from .nodes import Node, Notes, Shape, show
from .services import Service, check_url
from .topics import read_key

CHANNEL_KEYS = (
    "channel", "url", "topics", "kinds", "parts", "severities", "sources", "novelties", "languages", "places", "verdicts",
    "when", "digest", "quiet", "group", "rate", "heartbeat", "overview", "canary", "service",
)  # fmt: skip
MAX_SECRET_FILE = 64_000
MOST_AN_HOUR = 3_600
VERDICTS = (Verdict.ALERT.value, Verdict.REVIEW.value)  # what is suppressed is never told


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where secrets come from: the environment, the folder of relative paths, and the allowed schemas."""

    environ: Mapping[str, str]
    folder: Path
    schemes: Collection[str]


@dataclass(frozen=True, slots=True)
class ReadChannel:
    """A channel, where it stands, and which topics and sources it names where."""

    channel: Channel
    node: Node
    topics: tuple[tuple[str, Node], ...] = ()
    sources: tuple[tuple[str, Node], ...] = ()
    variables: frozenset[str] = field(default=frozenset())


def read_channel(node: Node, around: Surroundings, notes: Notes) -> ReadChannel | None:
    """A channel of the `channels` section; None without a usable key (noted)."""
    key = read_key(node, "channel", "analysts", notes)
    if key is None:
        return None
    fields = Fields(notes, node, f"channel {show(key)}", CHANNEL_KEYS)
    url, service = _url(fields, around)
    topics, sources = fields.texts("topics"), fields.texts("sources")
    channel = Channel(
        key=key,
        url=Secret(url),
        kind=service.kind,
        recipients=service.recipients or (key,),
        topics=tuple(text for text, _ in topics),
        kinds=fields.choices("kinds", [kind.value for kind in Kind]),
        parts=fields.choices("parts", [part.value for part in Part]),
        severities=fields.choices("severities", [severity.value for severity in Severity]),
        sources=tuple(text for text, _ in sources),
        novelties=fields.choices("novelties", [novelty.value for novelty in Novelty]),
        languages=_languages(fields),
        places=_places(fields),
        verdicts=fields.choices("verdicts", VERDICTS),
        when=fields.parsed("when", values.when, "now"),
        quiet=fields.parsed("quiet", values.quiet, None),
        group=fields.parsed("group", values.group, 0.0),
        service=fields.flag("service"),
        options=_options(fields, service),
    )
    return ReadChannel(channel, node, topics, sources, _variables(fields))


def _options(fields: Fields, service: Service) -> dict[str, str]:
    """What the senders and the recurring messages look for; times are canonical texts."""
    options = dict(service.options)
    for name in ("digest", "heartbeat", "overview", "canary"):
        parse = values.slot_or_off if name == "heartbeat" else values.digest
        written = fields.parsed(name, parse, "")
        if written:
            options[name] = written
    if fields.get("rate") is not None:
        options["rate"] = str(fields.number("rate", 60, 0, MOST_AN_HOUR))
    return options


def _places(fields: Fields) -> tuple[str, ...]:
    found = []
    for text, node in fields.texts("places"):
        if named_place(text):
            found.append(text)
        else:
            fields.notes.error(
                node,
                f"{fields.what}: places does not know {show(text)}: write a province or city such as 浙江 or Wenzhou",
            )
    return tuple(found)


def _variables(fields: Fields) -> frozenset[str]:
    value = fields.get("url")
    form, colon, name = value.text.strip().partition(":") if value and value.shape is Shape.TEXT else ("", "", "")
    return frozenset({name.strip()}) if form == "env" and colon else frozenset()


def _url(fields: Fields, around: Surroundings) -> tuple[str, Service]:
    nothing = "", Service("apprise")
    value = fields.require("url", "env:MONITOR_ANALYSTS_URL")
    if value is None:
        return nothing
    try:
        url = _secret(value, around)
        service = check_url(url, around.schemes)
    except ValueError as error:
        fields.notes.error(value, f"{fields.what}: {error}")
        return nothing
    for warning in service.warnings:
        fields.notes.warn(value, f"{fields.what}: {warning}")
    return url, service


def _secret(node: Node, around: Surroundings) -> str:
    """The URL that `env:NAME` or `file:PATH` stands for."""
    form, colon, name = node.text.strip().partition(":") if node.shape is Shape.TEXT else ("", "", "")
    name = name.strip()
    if form not in ("env", "file") or not colon or not name or "//" in name:
        raise ValueError(
            "its url must not stand here, it is a secret: put it in an environment variable or a file "
            "and write url: env:MONITOR_ANALYSTS_URL or url: file:/run/secrets/analysts"
        )
    return _from_environ(name, around.environ) if form == "env" else _from_file(name, around.folder)


def _from_environ(name: str, environ: Mapping[str, str]) -> str:
    if not name.replace("_", "a").isalnum() or not name.isascii():
        raise ValueError("what follows env: is no name of an environment variable: write env:MONITOR_ANALYSTS_URL")
    url = environ.get(name, "").strip()
    if not url:
        raise ValueError(f"the environment variable {name} is not set: set it to an Apprise URL, such as mailto://…")
    return url


def _from_file(name: str, folder: Path) -> str:
    path = folder / Path(name).expanduser()
    try:
        if path.stat().st_size > MAX_SECRET_FILE:
            raise ValueError(f"the file {show(str(path))} is too large to hold one URL")
        url = path.read_text("utf-8").strip()
    except OSError as error:
        raise ValueError(
            f"the file {show(str(path))} cannot be read ({error.strerror}): write the URL into it"
        ) from None
    except UnicodeDecodeError:
        raise ValueError(f"the file {show(str(path))} is not UTF-8: write the URL into it as text") from None
    if not url:
        raise ValueError(f"the file {show(str(path))} is empty: write the URL into it")
    return url


def _languages(fields: Fields) -> tuple[str, ...]:
    found = []
    for text, node in fields.texts("languages"):
        try:
            found.append(values.language(text))
        except ValueError as error:
            fields.notes.error(node, f"{fields.what}: languages has {show(text)}: {error}")
    return tuple(found)
