"""Numbers that look random and are not: each is a pure function of a seed, a stream and a key.

There is no generator to advance: a school draws the same numbers however many counties and years
are asked for, in whatever order and on however many threads they are computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b

import polars as pl

_GOLDEN, _MIX1, _MIX2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def _whole(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)


def _shift_mix(bits: pl.Expr, shift: int) -> pl.Expr:
    return bits ^ (bits // _whole(1 << shift))


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws for one seed. `key` is a column of whole numbers that names who draws."""

    seed: int
    key: str

    def by(self, key: str) -> Dice:
        """Give the dice of the same seed thrown by the holders of another key column."""
        return Dice(self.seed, key)

    def bits(self, stream: str, key: pl.Expr | None = None) -> pl.Expr:
        """Draw 64 bits (SplitMix64) for a key: that of a row, or any other expression."""
        digest = blake2b(f"{self.seed} {stream}".encode(), digest_size=8).digest()
        drawer = (pl.col(self.key) if key is None else key).cast(pl.UInt64)
        mixed = (drawer + _whole(int.from_bytes(digest, "big"))) * _whole(_GOLDEN)
        mixed = _shift_mix(mixed, 30) * _whole(_MIX1)
        mixed = _shift_mix(mixed, 27) * _whole(_MIX2)
        return _shift_mix(mixed, 31)

    def uniform(self, stream: str, low: float = 0.0, high: float = 1.0) -> pl.Expr:
        """Draw evenly from [low, high)."""
        part = (self.bits(stream) // _whole(1 << 11)).cast(pl.Float64) * 2.0**-53
        drawn: pl.Expr = low + (high - low) * part
        return drawn

    def normal(self, stream: str, key: pl.Expr | None = None) -> pl.Expr:
        """Draw from nearly a standard normal distribution, never beyond 3.47 (a sum of four)."""
        bits = self.bits(stream, key)
        quarters = [bits // _whole(1 << shift) % _whole(1 << 16) for shift in (0, 16, 32, 48)]
        total = quarters[0] + quarters[1] + quarters[2] + quarters[3]
        around_2 = (total.cast(pl.Float64) + 2.0) * 2.0**-16
        return (around_2 - 2.0) * math.sqrt(3.0)

    def chance(self, stream: str, odds: float | pl.Expr) -> pl.Expr:
        """Say yes with these odds (0 never, 1 always)."""
        return self.uniform(stream) < odds
