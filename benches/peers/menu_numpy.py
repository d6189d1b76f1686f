"""The menu kernel in numpy: thresholds in f64, dense levels, and bitset rows."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from menu_sample import BLOCK_WORDS, blocks_of

VERSIONS = {"numpy": np.__version__}
# Configurations that go over a block together: their words fit into the second cache.
TOGETHER = 256
BYTES = np.uint64(0x00FF_00FF_00FF_00FF)
FOLD = np.uint64(0x0001_0001_0001_0001)


class Dense:
    """u8 levels compared path after path; the prescaled paths make a pass pattern, looked up."""

    def __init__(self, sample):
        self.sample = sample
        self.by_path = np.ascontiguousarray(sample.critical.T)
        self.weights = sample.weights.astype(np.uint16)
        self.real_weights = sample.weights.astype(np.float32)
        self.all_ones = [self.weights[start:end].max() == 1 for start, end in sample.class_ranges()]
        self.accept = 1 - sample.reject_tables(np.float32)

    def passing(self, paths, configuration, passing, some):
        passing[:] = False
        for path in paths:
            level = self.sample.levels[configuration, path]
            if level < self.sample.off:
                np.greater(self.by_path[path], level, out=some)
                np.logical_or(passing, some, out=passing)

    def plain(self, first, last):
        sample, events = self.sample, len(self.weights)
        passing, some = np.empty((2, events), dtype=bool)
        weights = np.empty(events, dtype=np.uint16)
        sums = np.empty((last - first, len(sample.starts) - 1))
        for configuration in range(first, last):
            self.passing(range(sample.paths), configuration, passing, some)
            for c, (start, end) in enumerate(sample.class_ranges()):
                if self.all_ones[c]:
                    sums[configuration - first, c] = np.count_nonzero(passing[start:end])
                    continue
                np.multiply(passing[start:end].view(np.uint8), self.weights[start:end], out=weights[start:end])
                sums[configuration - first, c] = weights[start:end].sum(dtype=np.uint32)
        return sums

    def prescaled(self, first, last):
        sample, events = self.sample, len(self.weights)
        passing, some = np.empty((2, events), dtype=bool)
        pattern = np.empty(events, dtype=np.uint8)
        accepted, always = np.empty((2, events), dtype=np.float32)
        sums = np.empty((last - first, len(sample.starts) - 1))
        for configuration in range(first, last):
            self.passing(sample.unprescaled, configuration, passing, some)
            pattern[:] = 0
            for bit, path in enumerate(sample.prescaled):
                level = sample.levels[configuration, path]
                if level < sample.off:
                    np.greater(self.by_path[path], level, out=some)
                    digit = some.view(np.uint8)
                    np.multiply(digit, np.uint8(1 << bit), out=digit)
                    np.bitwise_or(pattern, digit, out=pattern)
            np.take(self.accept[configuration], pattern, out=accepted, mode="clip")
            np.copyto(always, passing)
            sums[configuration - first] = weigh_shares(accepted, always, self.real_weights, sample.class_ranges())
        return sums


class Notebook:
    """As one writes it in a notebook: f64 values against f64 thresholds, all paths of an event in one row."""

    def __init__(self, sample):
        self.sample = sample
        # Any values that pass the same thresholds serve: threshold l is l + 1.
        self.values = sample.critical.astype(np.float64)
        self.thresholds = sample.levels + 1.0
        self.weights = sample.weights.astype(np.float64)

    def plain(self, first, last):
        accepted = [(self.values >= self.thresholds[c]).any(axis=1) for c in range(first, last)]
        return self.weigh(accepted)

    def prescaled(self, first, last):
        rejects = 1 - self.sample.kept_shares
        passing = [self.values >= self.thresholds[c] for c in range(first, last)]
        accepted = [1 - np.where(p, rejects[c], 1.0).prod(axis=1) for c, p in zip(range(first, last), passing)]
        return self.weigh(accepted)

    def weigh(self, accepted):
        return np.stack([np.add.reduceat(a * self.weights, self.sample.starts[:-1]) for a in accepted])


class Bitset:
    """Rows ORed block after block, many configurations at a time; counted against the planes."""

    def __init__(self, sample):
        self.sample = sample
        self.blocks = blocks_of(sample)

    def plain(self, first, last):
        sums = np.zeros((last - first, len(self.sample.starts) - 1))
        for start in range(first, last, TOGETHER):
            end = min(last, start + TOGETHER)
            levels = np.ascontiguousarray(self.sample.levels[start:end].T).astype(np.intp)
            accepted, some = np.empty((2, end - start, BLOCK_WORDS), dtype=np.uint64)
            for block in self.blocks:
                any_of(block, range(len(block.active)), levels, accepted, some)
                sums[start - first : end - first, block.of_class] += weigh(accepted, block.planes, some)
        return sums


class PrescaledBitset:
    """The same with all blocks in one row: patterns of the prescaled paths unpacked from their bits."""

    def __init__(self, sample):
        self.sample = sample
        blocks = blocks_of(sample)
        words = BLOCK_WORDS * len(blocks)
        self.rows = np.zeros((sample.paths, sample.off + 1, words), dtype=np.uint64)
        self.weights = np.zeros(64 * words, dtype=np.float32)
        self.ranges = [[64 * words, 0] for _ in sample.class_ranges()]
        done = 0
        for b, block in enumerate(blocks):
            at = slice(b * BLOCK_WORDS, (b + 1) * BLOCK_WORDS)
            self.rows[block.active, :, at] = block.rows
            events = 64 * at.start
            self.weights[events : events + block.events] = sample.weights[done : done + block.events]
            done += block.events
            of_class = self.ranges[block.of_class]
            of_class[:] = min(of_class[0], events), 64 * at.stop
        self.accept = 1 - sample.reject_tables(np.float32)

    def prescaled(self, first, last):
        sample, words = self.sample, self.rows.shape[2]
        accepted, some = np.empty((2, words), dtype=np.uint64)
        pattern = np.empty(64 * words, dtype=np.uint8)
        shares, always = np.empty((2, 64 * words), dtype=np.float32)
        sums = np.empty((last - first, len(self.ranges)))
        for configuration in range(first, last):
            levels = sample.levels[configuration]
            accepted[:] = 0
            for path in sample.unprescaled:
                np.bitwise_or(accepted, self.rows[path, levels[path]], out=accepted)
            pattern[:] = 0
            for bit, path in enumerate(sample.prescaled):
                if levels[path] < sample.off:
                    digit = np.unpackbits(self.rows[path, levels[path]].view(np.uint8), bitorder="little")
                    np.multiply(digit, np.uint8(1 << bit), out=digit)
                    np.bitwise_or(pattern, digit, out=pattern)
            np.take(self.accept[configuration], pattern, out=shares, mode="clip")
            np.copyto(always, np.unpackbits(accepted.view(np.uint8), bitorder="little"))
            sums[configuration - first] = weigh_shares(shares, always, self.weights, self.ranges)
        return sums


def weigh_shares(shares, always, weights, ranges):
    """Sums by class, 1 where an unprescaled path passes. Added in pairs: a dot product in f32 would round more."""
    np.maximum(shares, always, out=shares)
    np.multiply(shares, weights, out=shares)
    return [shares[start:end].sum() for start, end in ranges]


def any_of(block, paths, levels, accepted, some):
    """The OR of one row a path, for each configuration."""
    accepted[:] = 0
    for i in paths:
        np.take(block.rows[i], levels[block.active[i]], axis=0, out=some, mode="clip")
        np.bitwise_or(accepted, some, out=accepted)


def weigh(accepted, planes, some):
    """Weight of the events whose bits are set, for each configuration."""
    if len(planes) == 1:
        return byte_sums(np.bitwise_count(accepted))
    total = 0
    for bit, plane in enumerate(planes):
        np.bitwise_and(accepted, plane, out=some)
        total = total + (byte_sums(np.bitwise_count(some)) << np.uint64(bit))
    return total


def byte_sums(counts):
    """Sums over 32 bytes of at most 64 each, eight bytes at a time."""
    x = counts.view(np.uint64)
    x = x[:, :2] + x[:, 2:]
    x = (x & BYTES) + (x >> np.uint64(8) & BYTES)
    return (x[:, 0] * FOLD >> np.uint64(48)) + (x[:, 1] * FOLD >> np.uint64(48))


def kernels(sample, threads):
    """(name, with prescales, configurations a run, function)."""
    pool = ThreadPoolExecutor(threads)

    def parted(function, count):
        if threads == 1:
            return lambda: function(0, count)
        edges = [count * i // threads for i in range(threads + 1)]
        return lambda: np.concatenate(list(pool.map(function, edges[:-1], edges[1:])))

    notebook, dense, bitset = Notebook(sample), Dense(sample), Bitset(sample)
    return [
        ("numpy, f64 thresholds", False, 4, parted(notebook.plain, 4)),
        ("numpy, dense", False, 32, parted(dense.plain, 32)),
        ("numpy, bitset", False, 512, parted(bitset.plain, 512)),
        ("numpy, f64 thresholds", True, 4, parted(notebook.prescaled, 4)),
        ("numpy, dense", True, 32, parted(dense.prescaled, 32)),
        ("numpy, bitset", True, 64, parted(PrescaledBitset(sample).prescaled, 64)),
    ]
