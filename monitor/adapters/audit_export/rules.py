"""rules: what must hold between entries, bodies, rows, heads and anchors, and what is said when it does not?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .ed25519 import Signed, wrongly_signed
from .notes import GENESIS, Head, Key, NoteError, parse_head, parse_key

MOST_FINDINGS = 50
#: Kinds of entries whose bodies are read for more than the rows that they commit to.
TELLING = frozenset({"attempted", "ruled", "regrouped", "erased", "audit key introduced", "restored", "purged"})
COMMITS = b'"commit":'  # in every body that commits to rows, whatever its kind
ROWS = (("hits", "hit"), ("versions", "version"), ("deliveries", "delivery"), ("copies", "copy"))


class Entry(NamedTuple):
    """An entry as stored; `digest` is the SHA-256 (hex) of its canonical JSON, computed anew."""

    seq: int
    at: str
    kind: str
    commit: str
    prev: str
    hash: str
    salt: bytes | None
    body: bytes | None
    digest: str


class Finder:
    """Collects findings; the first entry that is wrong is where the log is broken."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.broken_at: int | None = None

    def __call__(self, text: str, seq: int | None = None) -> None:
        """Notes a finding."""
        if seq is not None and (self.broken_at is None or seq < self.broken_at):
            self.broken_at = seq
        if len(self.texts) < MOST_FINDINGS:
            self.texts.append(text)
        elif len(self.texts) == MOST_FINDINGS:
            self.texts.append("… and more")


class Log:
    """What the log says, gathered while its chain is checked."""

    def __init__(self, find: Finder, sizes: Iterable[int]) -> None:
        self.find = find
        self.count = 0
        self.last = GENESIS
        self.hashes: dict[int, str] = {0: GENESIS}  # by size, of the sizes that heads and anchors speak of
        self.sizes = frozenset(sizes)
        self.known: dict[str, dict[int, str]] = {"hit": {}, "version": {}, "delivery": {}, "copy": {}}
        self.attempts: dict[tuple[str, int], str] = {}
        self.rulings: dict[int, Any] = {}
        self.moved: dict[int, Any] = {}
        self.bare: list[int] = []  # entries without their bodies
        self.erased: set[int] = set()
        self.purged: set[str] = set()  # texts of hits that are past their time
        self.blanked: set[int] = set()  # versions whose texts were erased
        self.keys: dict[Key, int] = {}  # public key of the log -> the entry that introduced it
        self.restores: list[tuple[int, int, str]] = []  # (entry, size the store was put back to, when)
        self.back: list[int] = []  # entries that are older than the one before

    def walk(self, entries: Iterable[Entry], progress: Callable[[int], None] | None = None) -> None:
        """Checks the chain and every commitment, and gathers what bodies say of rows."""
        sha256, find, count, last, at = hashlib.sha256, self.find, 0, GENESIS, ""
        for seq, when, kind, commit, prev, hashed, salt, body, digest in entries:
            count += 1
            if seq != count:
                find(f"entry {count} is missing (found {seq})" if seq > count else f"entry {seq} is there twice", count)
                count = seq
            if digest != hashed:
                find(f"entry {seq} was altered: its hash does not fit", seq)
            elif prev != last:
                find(f"entry {seq} is whole, but does not follow the one before it: the log was rewritten there, or "
                     "put together from two", seq)  # fmt: skip
            last = hashed
            if when < at:
                self.back.append(seq)
            at = when
            if seq in self.sizes:
                self.hashes[seq] = hashed
            if body is None or salt is None:
                self.bare.append(seq)
            elif sha256(salt + body).hexdigest() != commit:
                find(f"the body of entry {seq} was altered", seq)
            elif kind in TELLING or COMMITS in body or body[:1] != b"{":
                self._read(seq, when, kind, body)
            if progress is not None and not count % 20_000:
                progress(count)
        self.count, self.last = count, last
        for seq in self.bare:
            if seq not in self.erased:
                find(f"the body of entry {seq} is missing without an entry that erased it", seq)

    def _read(self, seq: int, at: str, kind: str, body: bytes) -> None:
        try:
            self._remember(seq, at, kind, json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:  # its commitment fits: forged as a whole
            self.find(f"the body of entry {seq} does not say what a `{kind}` entry says: {error!r}", seq)

    def _remember(self, seq: int, at: str, kind: str, body: Any) -> None:
        if kind == "attempted":
            self.attempts[body["message"], body["number"]] = body["outcome"]
        elif kind == "ruled":
            self.rulings[body["ruling"]] = body
        elif kind == "regrouped":
            self.moved.update({one["version"]: one for one in body["moved"]})  # the latest ruling counts
        elif kind == "audit key introduced":
            self.keys.setdefault(parse_key(body["key"]), seq)
        elif kind == "restored":
            self.restores.append((seq, int(body["size"]), at))
        elif kind == "purged":
            self.purged.update(body.get("gone", ()))
        elif kind == "erased":
            self._forget(seq, body)
        else:
            for one, number, commit in commitments(body):
                if number in self.known[one]:
                    self.find(f"{one} {number} is entered twice (again in entry {seq})", seq)
                self.known[one][number] = str(commit)

    def _forget(self, seq: int, body: Any) -> None:
        """An erasure names bodies, and rows with what they are committed to from now on (nothing: they are gone)."""
        bodies = body.get("bodies", ())
        if any(one >= seq for one in bodies):
            raise ValueError("it erases what came later")
        self.erased.update(bodies)
        for one, number, commit in commitments(body):
            if one == "version":
                self.blanked.add(number)
            if commit is None:
                self.known[one].pop(number, None)
            else:
                self.known[one][number] = commit


def commitments(body: Any) -> Iterator[tuple[str, int, str | None]]:
    """(table, number, commitment) of each row that a body commits to; some bodies only count rows."""
    for many, one in ROWS:
        rows = body.get(many)
        if isinstance(rows, list):
            yield from ((one, row[one], row["commit"]) for row in rows if isinstance(row, dict) and "commit" in row)


def check_rows(log: Log, name: str, rows: Iterable[tuple[int, str]]) -> None:
    """Every (number, commitment) of a table has exactly one entry that says the same, and the reverse."""
    left, find = log.known[name], log.find
    for number, commit in rows:
        expected = left.pop(number, None)
        if expected is None:
            find(f"{name} {number} has no entry in the log")
        elif expected != commit:
            find(f"{name} {number} was altered: it does not fit its entry")
    for number in sorted(left)[: MOST_FINDINGS + 1]:
        find(f"{name} {number} stands in the log but not in the store")


def check_attempts(log: Log, rows: Iterable[tuple[str, int, str]]) -> None:
    """Every ended attempt (message, number, outcome) is as the log says, and the reverse."""
    left = dict(log.attempts)
    for message, number, outcome in rows:
        said = left.pop((message, number), None)
        if said != outcome:
            log.find(f"attempt {number} of message {message} is stored as {outcome}, the log says {said}")
    for message, number in sorted(left)[: MOST_FINDINGS + 1]:
        log.find(f"attempt {number} of message {message} stands in the log but not in the store")


def check_ends(log: Log, rows: Iterable[tuple[int, str, str | None]]) -> None:
    """A delivery (number, state, message) is delivered when an attempt in the log says so, dead only when none does."""
    tried = {message for message, _ in log.attempts}
    heard = {message for (message, _), outcome in log.attempts.items() if outcome == "delivered"}
    for number, state, message in rows:
        if state in {"delivered", "dead"} and (message not in tried or (message in heard) != (state == "delivered")):
            log.find(f"delivery {number} is stored as {state}, no attempt in the log ended so")


def check_rulings(log: Log, rows: Iterable[Mapping[str, Any]]) -> None:
    """Every ruling, as canonical values, is the one its entry tells, and the reverse."""
    left = dict(log.rulings)
    for row in rows:
        said = left.pop(row["id"], None)
        stored = {("ruling" if name == "id" else name): value for name, value in row.items()}
        if said is None:
            log.find(f"ruling {row['id']} has no entry in the log")
        elif stored != said:
            log.find(f"ruling {row['id']} was altered: it does not fit its entry")
    for number in sorted(left):
        log.find(f"ruling {number} stands in the log but not in the store")


def check_moved(log: Log, rows: Iterable[Mapping[str, Any]]) -> None:
    """A version stands in the item to which the last ruling moved it, and only a ruling moves one."""
    left = dict(log.moved)
    for row in rows:
        if left.pop(row["version"], None) != dict(row):
            log.find(f"version {row['version']} stands in item {row['item']}, no ruling in the log put it there")
    for number in sorted(left):
        log.find(f"version {number} was moved by a ruling in the log, but not in the store")


class Heads:
    """The signed heads of the store, and those that were noted outside."""

    def __init__(self, stored: Iterable[tuple[int, str]], anchors: Iterable[str], find: Finder) -> None:
        self.find = find
        self.stored: list[Head] = []
        self.anchors: list[Head] = []
        self.strange: list[str] = []  # anchors that cannot be read
        before = 0
        for size, text in stored:
            try:
                head = parse_head(text)
            except NoteError as error:
                find(f"the head signed at entry {size} is no signed head: {error}", size)
                continue
            if head.size != size:
                find(f"the head stored for entry {size} was signed for entry {head.size}", size)
            elif head.after != before:
                find(f"a signed head is missing between entries {before} and {size}", size)
            before = head.size
            self.stored.append(head)
        for text in anchors:
            try:
                self.anchors.append(parse_head(text))
            except NoteError as error:
                self.strange.append(str(error))
        self.sizes = {head.size for head in (*self.stored, *self.anchors)}


class Verdict(NamedTuple):
    """What was found. `sealed` and `anchored` are how many entries a head of the store and an outside one vouch for."""

    status: str
    entries: int
    head: str
    broken_at: int | None
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    unsealed: int
    sealed: int
    anchored: int


Checker = Callable[[list[Signed]], list[int]]


Trusted = dict[tuple[str, bytes], Key]  # by name and id, as signatures name them


class Judge:
    """Holds the log against its heads and the anchors, and says what it all comes to."""

    def __init__(self, log: Log, heads: Heads, pinned: Iterable[Key], checker: Checker = wrongly_signed) -> None:
        self.log, self.heads, self.find, self.checker = log, heads, log.find, checker
        self.pinned = list(pinned)
        self.notes: list[str] = []
        self.stored_sizes = {head.size for head in heads.stored}
        self.sealed = self.anchored = 0
        self.cut = self.gone = self.fork = self.unknown = ""

    def verdict(self, remembered: tuple[int, str]) -> Verdict:
        """The verdict; `remembered` is (entries, hash) as the store itself says, and rows were checked before."""
        log, find = self.log, self.find
        size, digest = remembered
        chained = find.broken_at is None
        if log.count < size or (log.count == size and log.last != digest):
            self.cut = f"the log ends at entry {log.count}, its head says {size}: the end was cut"
        elif log.count > size:
            find(f"the log has {log.count} entries, its head says {size}", size + 1)
        self._stored(self._trusted())
        whole = not find.texts and not self.cut
        self._outside(whole)
        status = self._status(chained)
        self._tell()
        return Verdict(
            status, log.count, log.last if log.count else "", find.broken_at, tuple(find.texts), tuple(self.notes),
            log.count - self.sealed, self.sealed, self.anchored,
        )  # fmt: skip

    def _status(self, chained: bool) -> str:
        if self.cut:
            self.find.texts.insert(0, self.cut)
        if not chained:
            return "broken"
        if self.cut:
            self.find.broken_at = None
            return "cut"
        for status, told in (("rollback", self.gone), ("fork", self.fork)):
            if told:
                self.find.texts.insert(0, told)
                return status
        if self.find.texts:
            return "broken"
        if self.unknown:
            self.find.texts.append(self.unknown)
            return "unknown"
        return "ok"

    def _trusted(self) -> Trusted:
        """The keys that may sign, by (name, id): this installation's, and those that a head of a trusted one vouches for."""
        introduced = self.log.keys
        start = self.pinned or list(introduced)[:1]
        trusted = {(key.name, key.id): key for key in start}
        for key in self.pinned:
            if introduced and key not in introduced and self.heads.stored:
                self.find(
                    f"the log does not know this installation's key {key.id.hex()}: its heads were signed by others"
                )
        size = -1
        while True:
            vouched = max((head.size for head in self.heads.stored if self._fits(head, trusted)), default=0)
            if vouched == size:
                return trusted
            size = vouched
            trusted.update({(key.name, key.id): key for key, seq in introduced.items() if seq <= size})

    def _fits(self, head: Head, trusted: Trusted) -> bool:
        return self.log.hashes.get(head.size) == head.root and any(one[:2] in trusted for one in head.note.signatures)

    def _stored(self, trusted: Trusted) -> None:
        good = self._signed(self.heads.stored, trusted, "the head signed at entry")
        agreed = 0
        for head in good:
            if head.size > self.log.count:
                self.cut = (
                    self.cut
                    or f"the log ends at entry {self.log.count}, a signed head says {head.size}: the end was cut"
                )
            elif self.log.hashes.get(head.size) != head.root:
                self.find(f"the log was rewritten between entries {agreed + 1} and {head.size}: it is not what was signed",
                          agreed + 1)  # fmt: skip
            else:
                agreed = head.size
        self.sealed = agreed
        if len({one[:2] for head in good for one in head.note.signatures}) > 1:
            told = ", ".join(f"{key.id.hex()} from entry {seq} on" for key, seq in self.log.keys.items())
            self.notes.append(f"more than one key signed: {told}")

    def _signed(self, heads: list[Head], trusted: Trusted, what: str) -> list[Head]:
        """The heads that a trusted key signed, by size; the others are findings."""
        asked: list[Signed] = []
        owners: list[Head] = []
        origin = next(iter(trusted))[0] if trusted else None
        for head in sorted(heads, key=lambda one: one.size):
            known = [(trusted[one[:2]], one[2]) for one in head.note.signatures if one[:2] in trusted]
            if origin is not None and head.origin != origin:
                self.find(f"{what} {head.size} is of another log ({head.origin}): was this store put together from two?",
                          head.size)  # fmt: skip
            elif not known:
                self.find(f"{what} {head.size} is signed by a key that nothing vouches for", head.size)
            else:
                owners.append(head)
                asked.append((known[0][0].public, head.note.text.encode(), known[0][1]))
        wrong = set(self.checker(asked))
        for place in sorted(wrong):
            self.find(f"{what} {owners[place].size} is signed wrongly: it was altered", owners[place].size)
        return [head for place, head in enumerate(owners) if place not in wrong]

    def _outside(self, whole: bool) -> None:
        if self.heads.strange:
            self.unknown = f"an anchor is no signed head: {self.heads.strange[0]}"
        aside = Finder()
        self.find, kept = aside, self.find
        good = self._signed(self.heads.anchors, self._trusted(), "the anchor at entry")
        self.find = kept
        if aside.texts:
            self.unknown = aside.texts[0]
        for head in good:
            if self._explained(head):
                continue
            if head.size > self.log.count:
                lost = f"entries {self.log.count + 1} to {head.size}, signed {head.at}, are missing"
                if whole and not self.fork:
                    self.gone = f"an older state was put back: {lost}"
                else:
                    self.cut = self.cut or f"the log was cut below an anchor: {lost}"
            elif self.log.hashes.get(head.size) != head.root:
                self.fork = self.fork or (
                    f"the log differs from what was signed outside between entries {self.anchored + 1} and {head.size}"
                )
            elif not self.fork:
                self.anchored = max(self.anchored, head.size)
                self._kept(head)

    def _kept(self, head: Head) -> None:
        """A head went out from the store, so it is there; but for one that a restore took away."""
        if head.size not in self.stored_sizes and not any(at >= head.at for _, _, at in self.log.restores):
            self.find(f"the head signed at entry {head.size} went outside, but is not in the store", head.size)

    def _explained(self, head: Head) -> bool:
        """Whether a restore that the log tells of explains that what was signed then is there no more."""
        for seq, size, at in self.log.restores:
            if size < head.size and self.log.hashes.get(head.size) != head.root and head.at <= at:
                told = (
                    f"a restore put the store back to entry {size} (entry {seq} tells of it): what came after is lost"
                )
                if told not in self.notes:
                    self.notes.append(told)
                return True
        return False

    def _tell(self) -> None:
        log = self.log
        if log.bare:
            self.notes.append(f"{len(log.bare)} bodies were erased, each with an entry that says so")
        if log.back:
            self.notes.append(
                f"the clock went back {len(log.back)} times, first at entry {log.back[0]}; the order of entries holds"
            )
        if log.count > self.sealed:
            self.notes.append(f"unsealed tail: the last {log.count - self.sealed} entries have no signed head yet")
        if not self.heads.anchors:
            self.notes.append(
                "no head from outside was given: whoever holds the key could have written all of this anew"
            )
        elif log.count > self.anchored:
            self.notes.append(
                f"unanchored tail: the last {log.count - self.anchored} entries came after the newest head from outside"
            )
