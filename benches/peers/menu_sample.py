"""The exported menu sample: critical levels, bitset rows, and what every peer returns.

A peer's kernel takes configurations first to last and returns `[configuration][class]`, the accepted
weight in units of the class. Events of a class are neighbours, so that a class is a range of events.
"""

import json
from pathlib import Path

import numpy as np

BLOCK_EVENTS = 2048
BLOCK_WORDS = BLOCK_EVENTS // 64


class Sample:
    def __init__(self, folder):
        folder = Path(folder)
        self.about = json.loads((folder / "sample.json").read_text())
        for name, file in self.about["files"].items():
            values = np.fromfile(folder / name, dtype=file["type"])
            if file["columns"] > 1:
                values = values.reshape(-1, file["columns"])
            setattr(self, name, values)
        self.paths = self.about["paths"]
        self.off = self.about["levels"]
        # As in the kernel: events that pass the same paths stand together.
        pattern = np.packbits(self.critical > 0, axis=1)
        order = np.lexsort((*pattern.T[::-1], self.classes))
        for name in ("critical", "weights", "classes"):
            setattr(self, name, np.ascontiguousarray(getattr(self, name)[order]))
        # Where each class begins, and where the last ends.
        self.starts = np.flatnonzero(np.diff(self.classes.astype(np.int64), prepend=-1, append=-1)).astype(np.int64)
        # Paths that have a prescale in some configuration come last.
        self.prescaled = np.flatnonzero((self.kept_shares < 1).any(axis=0))
        self.unprescaled = np.setdiff1d(np.arange(self.paths), self.prescaled)

    def class_ranges(self):
        return list(zip(self.starts[:-1], self.starts[1:]))

    def reject_tables(self, kind):
        """Of each configuration the reject probability by pass pattern, bit k the k-th prescaled path."""
        tables = np.ones((len(self.levels), 1))
        for path in self.prescaled:
            factor = 1 - self.kept_shares[:, path, None]
            tables = np.concatenate([tables, tables * factor], axis=1)
        return np.ascontiguousarray(tables, dtype=kind)

    def reference(self, configuration, prescaled):
        """Sums of one configuration, event by event in f64."""
        passing = self.critical > self.levels[configuration]
        shares = self.kept_shares[configuration] if prescaled else np.ones(self.paths)
        accepted = 1 - np.where(passing, 1 - shares, 1).prod(axis=1)
        return np.add.reduceat(accepted * self.weights, self.starts[:-1])


def bits_of(flags):
    """Rows of flags as 64-bit words, the first flag lowest."""
    words = -(-flags.shape[-1] // 64)
    padded = np.zeros((*flags.shape[:-1], 64 * words), dtype=bool)
    padded[..., : flags.shape[-1]] = flags
    return np.packbits(padded, axis=-1, bitorder="little").view(np.uint64)


def rows_of(critical, levels):
    """`[path][level][word]`: the events that pass; the last level, "off", passes none."""
    return np.stack([bits_of(path[None, :] > np.arange(levels + 1)[:, None]) for path in critical.T])


def planes_of(weights):
    """`[bit][word]`: the weights' binary digits; one plane of ones where every weight is 1."""
    bits = int(weights.max()).bit_length()
    return np.stack([bits_of((weights >> bit & 1).astype(bool)) for bit in range(bits)])


class Block:
    """Up to 2048 events of one class: the rows of the paths that any of them passes."""

    def __init__(self, sample, of_class, start, end):
        critical, weights = sample.critical[start:end], sample.weights[start:end]
        self.of_class = of_class
        self.events = end - start
        self.active = np.flatnonzero(critical.any(axis=0))
        short = np.zeros((BLOCK_EVENTS, len(self.active)), dtype=np.uint8)
        short[: end - start] = critical[:, self.active]
        self.rows = rows_of(short, sample.off)
        ones = np.zeros(BLOCK_EVENTS, dtype=np.uint32)
        ones[: end - start] = weights
        self.planes = planes_of(ones)


def blocks_of(sample):
    return [
        Block(sample, of_class, start, min(start + BLOCK_EVENTS, end))
        for of_class, (first, end) in enumerate(sample.class_ranges())
        for start in range(first, end, BLOCK_EVENTS)
    ]
