"""Kinds of tampering times places: does each of the two verifiers find every one of them below the last anchor?

The attacker owns the database; in some kinds also the key of this installation. MONITOR_SOAK=1 tries 200 places a kind, and
otherwise 2. The verdicts of the inner verifier and of the export's verify.py are compared each time.
"""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from monitor.adapters import signing
from monitor.adapters.audit_export.disk import verify_export
from monitor.adapters.audit_export.folder import lay_down
from monitor.adapters.sql import open_database
from monitor.adapters.sql.audit import commit_body, entry_hash
from monitor.adapters.sql.heads import after, newest, origin
from monitor.adapters.sql.reconcile import material
from monitor.adapters.sql.verify import Trust, verify
from storage.engine import Database
from tests.fakes.long_log import fill

PLACES = 200 if os.environ.get("MONITOR_SOAK") else 2
BELOW, ABOVE = 1_030, 40  # entries: those below the last anchor (heads at 257, 513, 769, 1025), and those after it
ANCHORED = 1_025
FENCED = ("audit", "audit_body", "audit_head", "hit", "kept_copy")


@dataclass
class Attack:
    """The attacker at work on one connection; `n` is the entry he is after, `row` a row that it or one near it commits to."""

    connection: Connection
    signer: signing.Signer
    n: int

    def sql(self, statement: str, **values: object) -> None:
        """Runs a statement with :n and :row."""
        given = {"n": self.n, "row": self.row, **values}
        self.connection.execute(text(statement), {k: v for k, v in given.items() if f":{k}" in statement})

    @property
    def row(self) -> int:
        """The row of the last entry up to n that commits to one."""
        return max(4, (self.n - 2) // 4 * 4)

    def chain_again(self) -> None:
        """Computes all hashes from entry n on anew, and moves the store's own head."""
        find = text("SELECT hash FROM audit WHERE seq=:s")
        prev = self.connection.execute(find, {"s": self.n - 1}).scalar() or "0" * 64
        seq = self.n - 1
        for row in self.connection.execute(text("SELECT * FROM audit WHERE seq>=:n ORDER BY seq"), {"n": self.n}).all():
            digest = entry_hash(row.seq, row.at, row.actor, row.kind, row.body_commit, prev)
            self.sql("UPDATE audit SET prev=:p, hash=:h WHERE seq=:s", p=prev, h=digest, s=row.seq)
            prev, seq = digest, row.seq
        self.sql("UPDATE meta SET value=:v WHERE name='audit-head'", v=f"{seq} {prev}")

    def sign_again(self) -> None:
        """Signs all heads from n on anew, with the stolen key."""
        name = origin(self.connection) or ""
        for size, note in self.connection.execute(
            text("SELECT size, note FROM audit_head WHERE size>=:n"), {"n": self.n}
        ).all():
            digest = self.connection.execute(text("SELECT hash FROM audit WHERE seq=:s"), {"s": size}).scalar()
            lines = note.split("\n")[:-3]
            lines[2] = base64.b64encode(bytes.fromhex(digest or "0" * 64)).decode()
            self.sql(
                "UPDATE audit_head SET note=:t WHERE size=:s", t=self.signer.sign(name, "\n".join(lines) + "\n"), s=size
            )

    def drop_entry(self) -> None:
        """Takes entry n out and closes the gap."""
        for table in ("audit_body", "audit"):
            self.sql(f"DELETE FROM {table} WHERE seq=:n")
            self.sql(f"UPDATE {table} SET seq=-seq WHERE seq>:n")
            self.sql(f"UPDATE {table} SET seq=-seq-1 WHERE seq<0")

    def forge_body(self) -> None:
        """Another body for entry n, with a commitment that fits."""
        salt, body = b"s" * 16, '{"source":"forged"}'
        self.sql("UPDATE audit_body SET salt=:salt, body=:body WHERE seq=:n", salt=salt, body=body)
        self.sql("UPDATE audit SET body_commit=:c WHERE seq=:n", c=commit_body(salt, body))

    def swap(self) -> None:
        """Entry n and the one after it change places."""
        for table in ("audit_body", "audit"):
            self.sql(f"UPDATE {table} SET seq=-1 WHERE seq=:n")
            self.sql(f"UPDATE {table} SET seq=:n WHERE seq=:n+1")
            self.sql(f"UPDATE {table} SET seq=:n+1 WHERE seq=-1")

    def cut(self) -> None:
        """Everything from n on is gone, heads included, and the store's own head agrees."""
        for table, column in (("audit", "seq"), ("audit_body", "seq"), ("audit_head", "size")):
            self.sql(f"DELETE FROM {table} WHERE {column}>=:n")
        self.chain_again()

    def roll_back(self) -> None:
        """As if a copy of the file from then was put back: the rows that came later are gone too."""
        self.cut()
        last = self.n - 1 if self.n <= 257 else self.n - 2  # the key's own entry is not counted among them
        for table, column in (("hit", "id"), ("version", "id"), ("delivery", "id"), ("kept_copy", "id")):
            self.sql(f"DELETE FROM {table} WHERE {column}>:last", last=last)
        self.sql("DELETE FROM attempt WHERE CAST(substr(message, 2) AS INTEGER)>:last", last=last)


def does(*statements: str) -> Callable[[Attack], None]:
    """Statements with :n and :row."""
    return lambda attack: [attack.sql(one) for one in statements] and None


def then(*steps: Callable[[Attack], None]) -> Callable[[Attack], None]:
    """One step after the other."""
    return lambda attack: [step(attack) for step in steps] and None


STOLEN = (Attack.chain_again, Attack.sign_again)
EDIT = does("UPDATE audit SET actor='nobody' WHERE seq=:n")
KINDS: dict[str, Callable[[Attack], None]] = {
    "the actor edited": EDIT,
    "the time edited": does("UPDATE audit SET at='2020-01-01T00:00:00.000000Z' WHERE seq=:n"),
    "the kind edited": does("UPDATE audit SET kind='nothing' WHERE seq=:n"),
    "the hash edited": does(f"UPDATE audit SET hash='{'0' * 64}' WHERE seq=:n"),
    "the link back edited": does(f"UPDATE audit SET prev='{'0' * 63}1' WHERE seq=:n"),
    "the commitment edited": does(f"UPDATE audit SET body_commit='{'0' * 64}' WHERE seq=:n"),
    "the body edited": does("UPDATE audit_body SET body='{}' WHERE seq=:n"),
    "the salt edited": does("UPDATE audit_body SET salt=X'00' WHERE seq=:n"),
    "the body deleted": does("DELETE FROM audit_body WHERE seq=:n"),
    "the body replaced, its commitment too": Attack.forge_body,
    "the entry deleted": does("DELETE FROM audit WHERE seq=:n", "DELETE FROM audit_body WHERE seq=:n"),
    "the entry deleted and the gap closed": Attack.drop_entry,
    "two entries swapped": Attack.swap,
    "all that follows cut off": Attack.cut,
    "an older state put back": Attack.roll_back,
    "an entry edited, the chain made anew": then(EDIT, Attack.chain_again),
    "the chain made anew, heads deleted": then(EDIT, Attack.chain_again, does("DELETE FROM audit_head WHERE size>=:n")),
    "an entry edited with the stolen key": then(EDIT, *STOLEN),
    "an entry taken out with the stolen key": then(Attack.drop_entry, *STOLEN),
    "a body replaced with the stolen key": then(Attack.forge_body, *STOLEN),
    "a hit altered": does("UPDATE hit SET verdict='suppressed' WHERE id=:row"),
    "a hit deleted": does("DELETE FROM hit WHERE id=:row"),
    "a hit planted": does("CREATE TEMP TABLE c AS SELECT * FROM hit WHERE id=:row", "UPDATE c SET id=99999, topic='x'",
                          "INSERT INTO hit SELECT * FROM c", "DROP TABLE c"),
    "a version altered": does("UPDATE version SET url='https://x.example' WHERE id=:row"),
    "a delivery's recipient altered": does("UPDATE delivery SET recipient='eve' WHERE id=:row"),
    "an attempt's outcome altered": does("UPDATE attempt SET outcome='rejected' WHERE message='m'||(:row+1)"),
    "a kept copy's place altered": does('UPDATE kept_copy SET "offset"=7 WHERE id=:row'),
    "a text altered": does("UPDATE text SET content=X'789c030000000001' WHERE sha256=(SELECT text FROM version WHERE id=:row)"),
    "a head's signature altered": does("UPDATE audit_head SET note=substr(note,1,length(note)-9)||'AAAA'||substr(note,-5) "
                                       "WHERE size=(SELECT min(size) FROM audit_head WHERE size>=:n)"),
    "a head deleted": does("DELETE FROM audit_head WHERE size=(SELECT min(size) FROM audit_head WHERE size>=:n)"),
}  # fmt: skip


@dataclass
class Scene:
    """A store with a long log, the heads that went outside, and where exports are laid down."""

    database: Database
    signer: signing.Signer
    anchors: str
    folder: Path

    def judged(self, attack: Callable[[Attack], None], n: int, texts: bool = False) -> tuple[str, str, int, str]:
        """(inner status, status of the export's verifier, entries anchored, notes) after an attack that is then undone."""
        with self.database.writer.connect() as connection:
            for table in FENCED:
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
            attack(Attack(connection, self.signer, n))
            inner = verify(connection, Trust(self.signer, (self.anchors,)))
            export = self.folder / "export"
            lay_down(export, material(connection, "2026-03-02T09:00:00.000000Z", texts), self.signer)
            outer = verify_export(export, [self.anchors])
            shutil.rmtree(export)
            connection.rollback()
        return inner.status, outer.status, inner.anchored, "; ".join(inner.notes)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Heads at 257, 513, 769 and 1025, all of them outside; the key was introduced by entry 257."""
    folder = tmp_path_factory.mktemp("tamper")
    signer = signing.load_or_make(folder / "keys")
    database = open_database(f"sqlite:///{folder}/monitor.db")
    fill(database, BELOW, signer, one_in=4, batch=128)
    with database.read() as connection:
        anchors = "\n".join(after(connection, 0))
        assert f"\n{ANCHORED}\n" in (newest(connection) or "")
    fill(database, ABOVE, None, one_in=4, first=BELOW + 2, batch=128)
    yield Scene(database, signer, anchors, folder)
    database.close()


def places() -> list[int]:
    """Entries from the first to the last below the anchor."""
    return [3 + place * (ANCHORED - 6) // max(1, PLACES - 1) for place in range(PLACES)]


def test_nothing_altered_is_ok_and_the_tail_is_told_as_unanchored(scene: Scene) -> None:
    inner, outer, anchored, notes = scene.judged(lambda attack: None, 1)
    assert (inner, outer, anchored) == ("ok", "ok", ANCHORED)
    assert f"unsealed tail: the last {BELOW + 1 + ABOVE - ANCHORED} entries" in notes
    assert f"unanchored tail: the last {BELOW + 1 + ABOVE - ANCHORED} entries" in notes


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_tampering_below_the_last_anchor_is_found_by_both_verifiers(scene: Scene, kind: str) -> None:
    """F23, F24."""
    missed = []
    for place in places():
        inner, outer, _, notes = scene.judged(KINDS[kind], place, kind == "a text altered")
        if inner == "ok" or outer != inner:
            missed.append((place, inner, outer, notes))
    assert missed == []


def test_a_tail_rewritten_with_the_stolen_key_is_what_no_anchor_vouches_for(scene: Scene) -> None:
    """Above the last anchor nobody can tell; it is said how many entries that are."""
    for place in (ANCHORED + 4, BELOW + 10, BELOW + ABOVE):
        inner, outer, anchored, notes = scene.judged(then(EDIT, *STOLEN), place)
        assert (inner, outer, anchored) == ("ok", "ok", ANCHORED)
        assert "unanchored tail" in notes


def test_the_status_says_what_was_done(scene: Scene) -> None:
    expected = {
        "an older state put back": "rollback",
        "all that follows cut off": "cut",
        "an entry edited with the stolen key": "fork",
        "a hit altered": "broken",
    }
    assert {kind: scene.judged(KINDS[kind], 600)[0] for kind in expected} == expected


def test_every_byte_of_an_export_but_its_readme_is_covered(scene: Scene) -> None:
    """A flipped bit in any file is found, wherever it stands; a file that was put in or taken out too."""
    export = scene.folder / "bytes"
    with scene.database.read() as connection:
        lay_down(export, material(connection, "2026-03-02T09:00:00.000000Z", texts=True), scene.signer)
    assert verify_export(export, [scene.anchors]).status == "ok"
    names = [
        "log.tsv",
        "rows.tsv",
        "heads.txt",
        "key.txt",
        "MANIFEST",
        "verify.py",
        f"texts/{next((export / 'texts').iterdir()).name}",
    ]
    for name in names:
        whole = (export / name).read_bytes()
        for part in range(max(2, PLACES // 4)):
            place = part * (len(whole) - 1) // max(2, PLACES // 4)
            (export / name).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert unreadable_or_not_ok(export), (name, place)
        (export / name).write_bytes(whole)
    (export / "more.txt").write_text("planted")
    assert verify_export(export).status == "broken"
    (export / "more.txt").unlink()
    (export / "texts" / names[-1].split("/")[1]).unlink()
    assert verify_export(export).status == "broken"


def unreadable_or_not_ok(export: Path) -> bool:
    """As `main` of verify.py sees it: what cannot be read is not ok."""
    try:
        return verify_export(export).status != "ok"
    except (OSError, ValueError, KeyError, TypeError):
        return True
