"""grams: where do any of ten thousand patterns stand in a text, at the price of a hundred?

An automaton over many patterns leaves the processor's cache, and each character waits for memory. Here a pattern is
known by one short run of its characters, the rarest it has. All runs of a text are hashed in a few array operations,
whatever the number of patterns; only where a known run stands is the text itself compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .forms import letter_chances
from .terms import Beside

WIDTHS: Final = np.array([1, 2, 3, 4, 6], dtype=np.int64)  # characters of a run
WIDEST_HAN: Final = 3  # no more are needed to be rare; a pattern in letters takes the widest run that it has room for
WINDOW: Final = 8  # characters compared at once, a byte of each in one number
BLOCK: Final = 8192  # characters hashed at once: what a step leaves, the next one finds in the cache
LEAST_BITS, MOST_BITS = 12, 20  # slots, 32 for each run and one megabyte at most: more would leave the cache
MIX: Final = 0x9E3779B97F4A7C15  # an odd number without a pattern in its bits: products with it spread well
RARE_PAIR: Final = -7.0  # log chance of what the letter counts do not know: any pair of Han characters

_PAD = b"\0" * (WINDOW - 1)
_MULTIPLIERS = np.array([(MIX << 8 * (WINDOW - int(width))) % 2**64 for width in WIDTHS], dtype=np.uint64)
_MASKS = np.array([2 ** (8 * size) - 1 for size in range(WINDOW + 1)], dtype=np.uint64)

_NOWHERE = np.zeros(0, dtype=np.int64)

_Numbers = NDArray[np.uint64]
_Places = NDArray[np.int64]
_Shape = tuple[int, int]  # of a pattern: how far its run lies behind its start, and its length


class Grams:
    """Many patterns to be found at once: folded texts of any length but zero, without NUL, each given once.

    A pattern that has something `beside` it is a hit only where that stands, too; the comparison may err to let it through.
    """

    def __init__(self, patterns: Sequence[str], beside: Mapping[int, Beside]) -> None:
        self._numbers = {pattern: number for number, pattern in enumerate(patterns)}
        sizes = np.fromiter(map(len, patterns), np.int64, len(patterns))
        grams = _windows("\0".join(pattern + "\0" * (WINDOW - 1) for pattern in patterns))
        starts = np.cumsum(sizes + WINDOW) - sizes - WINDOW
        room = np.where(list(map(str.isascii, patterns)), sizes, np.minimum(sizes, WIDEST_HAN))
        kinds = np.searchsorted(WIDTHS, room, "right") - 1
        leads = _rarest(grams, starts, sizes, kinds)
        runs = grams[starts + leads]
        self._multipliers = list(_MULTIPLIERS[np.unique(kinds)])
        bits = math.ceil(math.log2(32 * len(patterns)))
        self._shift = np.uint64(64 - min(max(bits, LEAST_BITS), MOST_BITS))
        slots = ((runs * _MULTIPLIERS.take(kinds)) >> self._shift).astype(np.int64)
        self._fill(slots, runs, _MASKS.take(np.minimum(sizes - leads, WINDOW)))
        self._shapes = self._shapes_of(slots, leads, sizes)
        self._asks = _Asks(self._rows.take(slots), leads, beside) if beside else None

    def _fill(self, slots: _Places, runs: _Numbers, masks: _Numbers) -> None:
        """The slots in use, and for each what all its patterns have in common."""
        order = np.argsort(slots, kind="stable")
        used, first = np.unique(slots[order], return_index=True)
        common, seen = np.bitwise_and.reduceat(runs[order], first), np.bitwise_or.reduceat(runs[order], first)
        self._masks = np.bitwise_and.reduceat(masks[order], first) & ~(common ^ seen)
        self._common = common & self._masks
        slot_count = 1 << (64 - int(self._shift))
        self._known = np.zeros(slot_count, dtype=np.bool_)
        self._known[used] = True
        self._rows = np.zeros(slot_count, dtype=np.int64)
        self._rows[used] = np.arange(used.size)

    def _shapes_of(self, slots: _Places, leads: _Places, sizes: _Places) -> list[tuple[_Shape, ...]]:
        """For each slot in use the shapes of its patterns; equal ones are one object."""
        shapes: list[tuple[_Shape, ...]] = [()] * self._masks.size
        shared: dict[tuple[_Shape, ...], tuple[_Shape, ...]] = {}
        rows = self._rows.take(slots).tolist()
        for row, lead, size in zip(rows, leads.tolist(), sizes.tolist(), strict=True):
            shape = (lead, size)
            if shape not in shapes[row]:
                longer = (*shapes[row], shape)
                shapes[row] = shared.setdefault(longer, longer)
        return shapes

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """All occurrences, overlapping ones too, as (pattern, start, end): by their end, the longest of an end first."""
        if not text:
            return []
        grams = _windows(text)
        places, rows = self._known_runs(grams)
        if places.size:
            sure = (grams[places] & self._masks.take(rows)) == self._common.take(rows)
            places, rows = places[sure], rows[sure]
        if self._asks is not None and places.size:
            stands = self._asks.stands(grams.astype(np.uint64), places, rows)  # aligned: it is read five times
            places, rows = places[stands], rows[stands]
        return self._compared(text, places.tolist(), rows.tolist())

    def _known_runs(self, grams: _Numbers) -> tuple[_Places, _Places]:
        """The places at which a slot in use is hit, and its row."""
        places, slots = [], []
        for base in range(0, grams.size, BLOCK):
            block = grams[base : base + BLOCK]
            for multiplier in self._multipliers:
                hashes = block * multiplier
                hashes >>= self._shift
                hit = hashes.view(np.int64)
                known = self._known.take(hit, mode="clip").nonzero()[0]
                if known.size:
                    slots.append(hit.take(known))
                    places.append(known + base if base else known)
        if not places:
            return _NOWHERE, _NOWHERE
        return np.concatenate(places), self._rows.take(np.concatenate(slots))

    def _compared(self, text: str, places: list[int], rows: list[int]) -> list[tuple[int, int, int]]:
        """The patterns that stand at places where one may."""
        shapes, numbers = self._shapes, self._numbers
        length = len(text)
        found: list[tuple[int, int, int]] = []
        for place, row in zip(places, rows, strict=True):
            for lead, size in shapes[row]:
                start = place - lead
                end = start + size
                if start >= 0 and end <= length and (number := numbers.get(text[start:end])) is not None:
                    found.append((number, start, end))
        return sorted(set(found), key=itemgetter(2, 1)) if len(found) > 1 else found


class _Asks:
    """What must stand beside the pattern of a row, as windows at a distance from its run."""

    def __init__(self, rows: _Places, leads: _Places, beside: Mapping[int, Beside]) -> None:
        count = int(rows.max()) + 1
        self._free = np.ones(count, dtype=np.bool_)
        alone = np.bincount(rows, minlength=count) == 1  # what is asked of several at once is too much to write down
        chosen = [(row, number) for number in beside if alone[row := int(rows[number])]]
        asked = [(beside[number], int(leads[number])) for _, number in chosen]
        self._free[[row for row, _ in chosen]] = False
        self._near = _Ask.of(count, chosen, [(one.near, one.near_at - lead) for one, lead in asked])
        self._far = _Ask.of(count, chosen, [(one.far, one.far_at - lead) for one, lead in asked])

    def stands(self, grams: _Numbers, places: _Places, rows: _Places) -> NDArray[np.bool_]:
        """Whether a row asks nothing, or has it."""
        stands = self._free.take(rows)
        asking = (~stands).nonzero()[0]
        if asking.size:
            places, rows = places.take(asking), rows.take(asking)
            stands[asking] = self._near.stands(grams, places, rows, 1) | self._far.stands(grams, places, rows, 3)
        return stands


@dataclass(frozen=True, slots=True)
class _Ask:
    """For each row a window that is looked for, which of its characters count, and how far from the run it lies."""

    at: _Places
    window: _Numbers
    mask: _Numbers

    @classmethod
    def of(cls, count: int, chosen: Sequence[tuple[int, int]], asked: Sequence[tuple[str, int]]) -> _Ask:
        """The windows of the chosen rows."""
        ask = cls(np.zeros(count, np.int64), np.zeros(count, np.uint64), np.zeros(count, np.uint64))
        for (row, _), (text, at) in zip(chosen, asked, strict=True):
            ask.at[row], ask.window[row], ask.mask[row] = at, _windows(text)[0], _MASKS[min(len(text), WINDOW)]
        return ask

    def stands(self, grams: _Numbers, places: _Places, rows: _Places, tries: int) -> NDArray[np.bool_]:
        """Whether it stands there or, with more tries, one place on; beyond the text's ends anything may be said."""
        at, window, mask = places + self.at.take(rows), self.window.take(rows), self.mask.take(rows)
        stands = np.zeros(places.size, np.bool_)
        for further in range(tries):
            stands |= (grams.take(at + further, mode="clip") & mask) == window
        return stands


def _windows(text: str) -> _Numbers:
    """At each place of a text the characters from there on, one byte of each, the first the lowest; a view, unaligned."""
    size = len(text)
    if text.isascii():
        letters = np.frombuffer(text.encode("ascii") + _PAD, np.uint8)
    else:
        code = text.encode("utf-16-le")
        wide = np.frombuffer(code + 2 * _PAD, "<u2")
        if len(code) != 2 * size:
            wide = np.frombuffer(text.encode("utf-32-le") + 4 * _PAD, "<u4")
        letters = (wide ^ (wide >> 8)).astype(np.uint8)
    return np.ndarray((size,), "<u8", letters, 0, (1,))


def _rarest(grams: _Numbers, starts: _Places, sizes: _Places, kinds: _Places) -> _Places:
    """How far behind its start each pattern's rarest run lies: rare in English letters, shared by few patterns."""
    leads = np.zeros(sizes.size, dtype=np.int64)
    chances = _chances(grams)
    for kind in np.unique(kinds).tolist():
        width = int(WIDTHS[kind])
        chosen = np.flatnonzero(kinds == kind)
        counts = sizes[chosen] - width + 1
        begins = np.cumsum(counts) - counts
        offsets = np.arange(counts.sum()) - np.repeat(begins, counts)
        places = np.repeat(starts[chosen], counts) + offsets
        _, which, shared = np.unique(grams[places] & _MASKS[width], return_inverse=True, return_counts=True)
        costs = chances[places + width - 1] - chances[places] + np.log(shared)[which]
        cheapest = costs == np.repeat(np.minimum.reduceat(costs, begins), counts)
        owners = np.repeat(np.arange(chosen.size), counts)[cheapest]
        leads[chosen] = offsets[cheapest][np.unique(owners, return_index=True)[1]]
    return leads


def _chances(grams: _Numbers) -> NDArray[np.float64]:
    """Running sums of the log chance of each character after the one before it."""
    _, follows = letter_chances()
    table = np.full((256, 256), RARE_PAIR)
    for pair, chance in follows.items():
        table[ord(pair[0]), ord(pair[1])] = chance
    pairs = (grams & 0xFFFF).astype(np.int64)
    return np.concatenate(([0.0], np.cumsum(table[pairs & 0xFF, pairs >> 8])))
