"""ed25519: does a signature hold (RFC 8032), with the standard library alone? Many are checked in one equation."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
ZERO = (0, 1, 1, 0)
Point = tuple[int, int, int, int]  # x, y, z, t: extended coordinates
Signed = tuple[bytes, bytes, bytes]  # public key, message, signature


def _plus(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _point(data: bytes) -> Point | None:
    """The point that 32 bytes say, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT % P
        if v * x * x % P != u:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or ZERO


def _sum(pairs: Sequence[tuple[int, Point]]) -> Point:
    """The sum of scalar times point, by Pippenger's buckets."""
    width = max(2, min(11, len(pairs).bit_length() - 1))
    total = ZERO
    for low in range((max(scalar.bit_length() for scalar, _ in pairs) // width) * width, -1, -width):
        for _ in range(width if total is not ZERO else 0):
            total = _plus(total, total)
        buckets: dict[int, Point] = {}
        for scalar, point in pairs:
            digit = (scalar >> low) & ((1 << width) - 1)
            if digit:
                buckets[digit] = _plus(buckets[digit], point) if digit in buckets else point
        running = part = ZERO
        for digit in range(max(buckets, default=0), 0, -1):
            if digit in buckets:
                running = _plus(running, buckets[digit])
            part = _plus(part, running)
        total = _plus(total, part)
    return total


def all_signed(signed: Sequence[Signed]) -> bool:
    """Whether every (public key, message, signature) holds; one equation for all, blinded by random factors."""
    of_base = 0
    of_keys: dict[bytes, int] = {}
    pairs: list[tuple[int, Point]] = []
    for key, message, signature in signed:
        r, s = _point(signature[:32]), int.from_bytes(signature[32:], "little")
        if r is None or s >= L or len(key) != 32 or len(signature) != 64:
            return False
        h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
        z = int.from_bytes(os.urandom(16), "little") | 1
        of_base = (of_base - z * s) % L
        of_keys[key] = (of_keys.get(key, 0) + z * h) % L
        pairs.append((z, r))
    for key, scalar in of_keys.items():
        point = _point(key)
        if point is None:
            return False
        pairs.append((scalar, point))
    total = _sum([*pairs, (of_base, BASE)])
    for _ in range(3):  # times the cofactor
        total = _plus(total, total)
    return total[0] == 0 and total[1] == total[2]


def wrongly_signed(signed: Sequence[Signed]) -> list[int]:
    """The places of those that do not hold, found by halving."""
    if not signed or all_signed(signed):
        return []
    if len(signed) == 1:
        return [0]
    half = len(signed) // 2
    return wrongly_signed(signed[:half]) + [half + place for place in wrongly_signed(signed[half:])]
