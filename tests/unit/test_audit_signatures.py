"""Do signatures, notes and keys hold what their specifications say, and is everything else refused?"""

from __future__ import annotations

import base64
import os
import random
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from monitor.adapters import signing
from monitor.adapters.audit_export.ed25519 import L, all_signed, wrongly_signed
from monitor.adapters.audit_export.folder import verifier
from monitor.adapters.audit_export.notes import NoteError, find_heads, parse_head, parse_key, parse_note
from monitor.adapters.signing import Signer
from monitor.domain.errors import SettingsError

# RFC 8032, 7.1: public key, message, signature
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip
NAME = "mention-monitor/00000000000000ff"


def signer() -> Signer:
    """A fresh key."""
    return Signer(Ed25519PrivateKey.generate())


def head_of(key: Signer, size: int, root: bytes = b"r" * 32, more: str = "") -> str:
    """A signed head."""
    return key.sign(NAME, f"{NAME}\n{size}\n{base64.b64encode(root).decode()}\n{more}")


def test_the_vectors_of_the_specification_hold_and_no_changed_bit_of_them() -> None:
    signed = [(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(said)) for key, message, said in VECTORS]
    assert all_signed(signed)
    for key, message, said in signed:
        assert all_signed([(key, message, said)])
        for place in range(0, 64, 5):
            assert not all_signed([(key, message, said[:place] + bytes([said[place] ^ 1]) + said[place + 1 :])])
        assert not all_signed([(key, message + b"x", said)])


def test_both_libraries_say_the_same_of_many_signatures() -> None:
    chance = random.Random(8)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    signed = [(public, message, key.sign(message)) for message in (chance.randbytes(60) for _ in range(120))]
    for place in (7, 63, 118):
        signed[place] = (public, signed[place][1] + b"!", signed[place][2])
    assert wrongly_signed(signed) == signing.wrongly_signed(signed) == [7, 63, 118]


@pytest.mark.parametrize("said", [b"", b"x" * 63, b"\xff" * 64, bytes(64), bytes(32) + L.to_bytes(32, "little")])
def test_what_is_no_signature_is_refused(said: bytes) -> None:
    public = signer().public
    assert wrongly_signed([(public, b"m", said)]) == [0]
    assert wrongly_signed([(b"\xff" * 32, b"m", said), (b"short", b"m", said)]) == [0, 1]


def test_a_note_that_another_implementation_signed_is_read_and_holds() -> None:
    """The example of Go's sumdb/note, whose form C2SP took over."""
    key = parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    said = "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    note = parse_note(f"{text}\n{said}")
    (name, number, signature) = note.signatures[0]
    assert (name, number, note.text) == (key.name, key.id, text)
    assert all_signed([(key.public, note.text.encode(), signature)])


def test_a_head_comes_back_out_of_what_was_signed() -> None:
    key = signer()
    head = parse_head(head_of(key, 512, more="at 2026-03-02T08:00:00.000000Z\nafter 256\n"))
    assert (head.origin, head.size, head.root, head.after) == (NAME, 512, (b"r" * 32).hex(), 256)
    assert head.at == "2026-03-02T08:00:00.000000Z"
    assert parse_key(signing.written(key.key(NAME))) == key.key(NAME)


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "a\nb\nc\n", f"{NAME}\n5\n", f"{NAME}\n05\nAAAA\n\n\u2014 x AAAA\n", f"{NAME}\n5\nAAAA\n\n- x AAAA\n",
     f"{NAME}\n٥\n{base64.b64encode(b'r' * 32).decode()}\n\n\u2014 x {base64.b64encode(b's' * 68).decode()}\n",
     f"{NAME}\n-5\n{base64.b64encode(b'r' * 32).decode()}\n\n\u2014 x {base64.b64encode(b's' * 68).decode()}\n"],
)  # fmt: skip
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_head(text)


def test_heads_are_found_in_files_and_in_mails_that_quote_and_wrap_them() -> None:
    key = signer()
    one, two = head_of(key, 256), head_of(key, 512)
    assert find_heads(f"{one}\n{two}\n") == [one, two]
    quoted = "\r\n".join(f"> {line}" for line in f"Digest\n\n{two}\nBye".split("\n"))
    assert find_heads(quoted) == [two]
    place = two.rindex(" ")
    assert find_heads(f"{two[:place]}\n{two[place + 1 :]}") == [two]
    assert find_heads("nothing\n") == []


def test_the_key_is_made_once_however_many_come_at_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(8) as pool:
        made = {one.public for one in pool.map(lambda _: signing.load_or_make(folder), range(16))}
    assert len(made) == 1
    assert [path.name for path in folder.iterdir()] == ["audit.key"]
    assert stat.S_IMODE((folder / "audit.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content", [b"", b"mention-monitor audit key 1\n", b"mention-monitor audit key 1\nAAAA\n", b"\xff\xfe"]
)
def test_a_damaged_key_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    """F61: it is never replaced in silence."""
    (tmp_path / "audit.key").write_bytes(content)
    with pytest.raises(SettingsError, match="backup"):
        signing.load_or_make(tmp_path)
    assert (tmp_path / "audit.key").read_bytes() == content


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="MONITOR_STATE"):
        signing.load_or_make(tmp_path / "file" / "keys")


def test_the_verifier_is_one_file_that_needs_the_standard_library_only(tmp_path: Path) -> None:
    path = tmp_path / "verify.py"
    path.write_text(verifier(), "utf-8")
    done = subprocess.run([sys.executable, "-I", "-S", str(path)], capture_output=True, text=True, check=False,
                          env={"PATH": os.environ["PATH"]})  # fmt: skip
    assert done.returncode == 1  # there is no log beside it: unknown is never ok
    assert done.stdout.startswith("broken")
    assert done.stderr == ""
    names = {line.split()[1].split(".")[0] for line in verifier().splitlines() if line.startswith(("import ", "from "))}
    assert names <= sys.stdlib_module_names
