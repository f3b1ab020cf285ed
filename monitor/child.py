"""child: the second composition root - reads hostile bodies with no network, database, settings or secrets in scope.

Started by name with an empty environment; it talks over its standard input and output, and ends when the input does.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from monitor.adapters import cell, frames
from monitor.domain.errors import ReadError

if TYPE_CHECKING:
    from monitor.domain.archive import Change
    from monitor.pipeline.again import Comparison


def main() -> None:
    """Answers questions until the input ends. Exit code 0; 3 when the other side broke the protocol."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # to look for some costs 2 MB
    sent = os.dup(1)
    os.dup2(2, 1)  # nothing that a library prints can get between the frames
    with os.fdopen(sent, "wb") as out:
        try:
            _serve(sys.stdin.buffer.read, out)
        except BrokenPipeError:
            os._exit(0)  # nobody is left to answer to
        except frames.FrameError as error:
            _send(out, frames.Refused("protocol", str(error), fatal=True))
            sys.exit(3)


def _serve(read: Callable[[int], bytes], out: Any) -> None:
    first = frames.receive(read)
    if first is None:
        return
    setup = frames.question(first)
    if not isinstance(setup, frames.Setup):
        raise frames.FrameError("the first frame was no setup")
    try:
        worker = _Worker(setup, out)
    except Exception as error:  # noqa: BLE001 - whoever started this child is to be told why it is of no use
        _send(out, frames.Refused("setup", _told(error), fatal=True))
        return
    _send(out, frames.Ready(cell.rss()))
    while (data := frames.receive(read)) is not None:
        worker.answer(data)


class _Worker:
    """A child that is set up: compiled ruleset, key and limits."""

    def __init__(self, setup: frames.Setup, out: Any) -> None:
        os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when numpy is loaded, which is below
        from monitor.adapters.formats import Caps
        from monitor.adapters.reader import read_body
        from monitor.pipeline.dedupe import judge
        from monitor.pipeline.match import compile_ruleset

        self._out = out
        self._setup = setup
        self._key = bytes.fromhex(setup.key)
        self._caps = Caps(text=setup.text)
        self._read_body = read_body
        self._judge = judge
        self._compiled = compile_ruleset(setup.ruleset)
        self._before = compile_ruleset(setup.before) if setup.before is not None else None
        self._comparison: Comparison | None = None  # made when it is asked for: most children never are
        cell.lock(setup.memory)

    def answer(self, data: bytes) -> None:
        """One question within the CPU limit, every outcome a frame. Ends the process when memory ran out."""
        cell.limit_cpu(self._setup.cpu)
        try:
            asked = frames.question(data)
            if isinstance(asked, frames.Read):
                self._read(asked)
            elif isinstance(asked, frames.Judge):
                decision = self._judge(asked.prepared, asked.candidates, asked.now)
                _send(self._out, frames.Decided(decision, cell.rss()))
            elif isinstance(asked, frames.Compare):
                self._compare(asked)
            else:
                raise frames.FrameError("a second setup")
        except ReadError as error:
            _send(self._out, frames.Refused(error.reason, str(error).partition(": ")[2], cell.rss()))
        except MemoryError:
            self._give_up("out of memory")
        except frames.FrameError:
            raise
        except Exception as error:  # noqa: BLE001 - a parser's fault on a hostile body costs that body, not the child
            _send(self._out, frames.Refused("unreadable", _told(error), cell.rss()))

    def _read(self, asked: frames.Read) -> None:
        reading = self._read_body(
            _body(asked.body),
            asked.origin,
            self._caps,
            self._compiled,
            self._key,
            lambda harvest, counts: _send(self._out, frames.Texts(harvest, counts)),
        )
        lean = replace(reading, harvest=replace(reading.harvest, texts=()))  # its texts are those of `prepared`
        _send(self._out, frames.Answer(lean, cell.rss()))

    def _compare(self, asked: frames.Compare) -> None:
        from monitor.pipeline.again import Comparison

        side = self._comparison = self._comparison or Comparison(self._before, self._compiled)
        changes: list[Change] = []
        damaged = []
        for page in asked.pages:
            try:
                changes += side.changes(page.version, _body(page.content), page.url, page.published, page.sort)
            except (zlib.error, UnicodeDecodeError):
                damaged.append(page.version)
        topics = tuple(sorted(side.topics))
        _send(self._out, frames.Compared(tuple(changes), topics, tuple(damaged), cell.rss()))

    def _give_up(self, detail: str) -> NoReturn:
        with contextlib.suppress(MemoryError):
            _send(self._out, frames.Refused("unreadable", detail, fatal=True))
        os._exit(4)


def _told(error: Exception) -> str:
    from monitor.adapters.reader import told

    return told(error)


def _body(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise frames.FrameError(f"a body that is no base64: {error}") from error


def _send(out: Any, frame: frames.Reply) -> None:
    out.write(frames.pack(frame))
    out.flush()


if __name__ == "__main__":
    main()
    os._exit(0)  # all is sent; taking the interpreter apart costs as much as reading a dozen feeds
