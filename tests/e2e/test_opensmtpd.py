"""Our sender against OpenSMTPD as Debian ships it: what it accepts arrives whole, what it refuses is told for that one."""

from __future__ import annotations

import asyncio
import email
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from monitor.adapters.notifier import Senders, inspect
from monitor.adapters.smtp import Mail
from monitor.domain.delivery import AttemptOutcome, Channel, Draft, SendResult
from monitor.domain.secret import Secret
from monitor.pipeline import compose
from tests.fakes.drafts import draft, hit

SMTPD = shutil.which("smtpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIG = """
table users {{ "@" = nobody }}
listen on 127.0.0.1 port {port} hostname localhost
action "keep" maildir "{folder}/box" virtual <users>
match from any for rcpt-to {{ "lena@example.org", "omar@example.org" }} action "keep"
"""


@dataclass
class OpenSmtpd:
    """The server: where it listens, and what it kept."""

    folder: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it and waits until it listens."""
        (self.folder / "conf").write_text(CONFIG.format(port=self.port, folder=self.folder), "utf-8")
        self.process = await asyncio.create_subprocess_exec(
            str(SMTPD), "-d", "-f", str(self.folder / "conf"), stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(100):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return
        pytest.skip("OpenSMTPD does not start here: is another one running?")

    async def stop(self) -> None:
        """Ends it."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    async def mails(self, count: int) -> list[EmailMessage]:
        """The mails that it delivered, once there are so many."""
        for _ in range(100):
            kept = sorted((self.folder / "box" / "new").glob("*")) if (self.folder / "box" / "new").is_dir() else []
            if len(kept) >= count:
                break
            await asyncio.sleep(0.1)
        return [email.message_from_bytes(path.read_bytes(), policy=default) for path in kept]  # type: ignore[misc]


@pytest.fixture
async def server() -> AsyncIterator[OpenSmtpd]:
    """The server, not started yet; in a folder that its own user may enter."""
    if SMTPD is None or not Path("/etc/smtpd.conf").exists():
        pytest.skip("OpenSMTPD is absent: apt-get install opensmtpd")
    if os.geteuid() != 0:
        pytest.skip("OpenSMTPD needs root to start: run this test as root")
    folder = Path(tempfile.mkdtemp(prefix="monitor-smtpd-"))
    folder.chmod(0o711)
    (folder / "box").mkdir(mode=0o777)
    (folder / "box").chmod(0o777)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = OpenSmtpd(folder, port)
    yield made
    await made.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def test_what_it_accepts_arrives_whole_and_one_refusal_is_that_of_one_recipient(server: OpenSmtpd) -> None:
    """F53, F54"""
    kinds = (Mail(),)
    to = "lena@example.org,nobody@example.org,omar@example.org"
    url = Secret(f"mailto://127.0.0.1:{server.port}?from=monitor@example.org&to={to}&mode=insecure")
    kind, recipients = inspect("mail", url, kinds)
    senders = Senders({"mail": Channel("mail", url, kind, recipients)}, kinds=kinds)
    owed = [replace(draft(hit()), channel="mail", recipient=who, id=f"m-{who}") for who in recipients]

    down = await _send(senders, owed)
    assert {end.outcome for end in down.values()} == {AttemptOutcome.REFUSED}, "nothing left us: it is tried again"

    await server.start()
    up = await _send(senders, owed)
    await senders.close()
    assert up["lena@example.org"].outcome is up["omar@example.org"].outcome is AttemptOutcome.DELIVERED
    assert "accepted for delivery" in up["lena@example.org"].detail
    refused = up["nobody@example.org"]
    assert (refused.outcome, refused.permanent) == (AttemptOutcome.REJECTED, True)
    assert "550" in refused.detail

    kept = {mail["To"]: mail for mail in await server.mails(2)}
    assert sorted(kept) == ["lena@example.org", "omar@example.org"]
    for one in owed:
        mail = kept.get(one.recipient)
        if mail is not None:
            _is_whole(mail, one)
    assert len({mail["Message-ID"] for mail in kept.values()}) == 2


async def _send(senders: Senders, owed: list[Draft]) -> dict[str, SendResult]:
    return {one.recipient: await senders.send(senders.freeze(one)) for one in owed}


def _is_whole(mail: EmailMessage, one: Draft) -> None:
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert mail["Subject"] == compose.subject(one)
    assert text is not None and "【QM（启明）计划】" in text.get_content()
    assert page is not None and "QM（启明）计划" in page.get_content()
    assert mail["References"]
