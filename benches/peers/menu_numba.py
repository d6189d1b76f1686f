"""The menu kernel in numba: dense levels and bitset rows, each as one writes it first, and tuned."""

import llvmlite
import numba
import numpy as np

import menu_numba_plain as plain
import menu_numba_tuned as tuned
from menu_sample import BLOCK_EVENTS, BLOCK_WORDS, blocks_of

VERSIONS = {"numba": numba.__version__, "llvmlite": llvmlite.__version__}


class Blocks:
    """All blocks as arrays."""

    def __init__(self, sample):
        blocks = blocks_of(sample)
        count, most = len(blocks), max(len(block.planes) for block in blocks)
        self.classes = np.array([block.of_class for block in blocks])
        self.starts = np.cumsum([0] + [len(block.active) for block in blocks])
        self.active = np.concatenate([block.active for block in blocks])
        self.bits = np.array([len(block.planes) for block in blocks])
        self.planes = np.zeros((count, most, BLOCK_WORDS), dtype=np.uint64)
        self.weights = np.zeros((count, BLOCK_EVENTS), dtype=np.uint32)
        # Without the row of "off": it is not chosen.
        self.rows = np.concatenate([block.rows[:, :-1].reshape(-1, BLOCK_WORDS) for block in blocks])
        self.critical = np.zeros((len(self.active), BLOCK_EVENTS), dtype=np.uint8)
        # The same rows for all paths, block after block, with "off".
        self.all_rows = np.zeros((sample.paths, sample.off + 1, count * BLOCK_WORDS), dtype=np.uint64)
        done = 0
        for b, block in enumerate(blocks):
            self.planes[b, : len(block.planes)] = block.planes
            events = slice(done, done + block.events)
            self.weights[b, : block.events] = sample.weights[events]
            critical = sample.critical[events][:, block.active]
            self.critical[self.starts[b] : self.starts[b + 1], : block.events] = critical.T
            self.all_rows[block.active, :, b * BLOCK_WORDS : (b + 1) * BLOCK_WORDS] = block.rows
            done += block.events


def kernels(sample, threads):
    """(name, with prescales, configurations a run, function)."""
    numba.set_num_threads(threads)
    of_class = len(sample.starts) - 1
    blocks = Blocks(sample)
    digits = np.zeros(sample.paths, dtype=np.uint8)
    digits[sample.prescaled] = 1 << np.arange(len(sample.prescaled))
    accept = 1 - sample.reject_tables(np.float64)
    word_planes = np.ascontiguousarray(blocks.planes.transpose(1, 0, 2)).reshape(-1, len(blocks.bits) * BLOCK_WORDS)
    word_bits, word_classes = np.repeat(blocks.bits, BLOCK_WORDS), np.repeat(blocks.classes, BLOCK_WORDS)
    block_arrays = (blocks.classes, blocks.starts, blocks.active)

    def sums_of(function, count, kind, *arguments):
        def run():
            sums = np.zeros((count, of_class), dtype=kind)
            function(*arguments, sums)
            return sums

        return run

    def parts_of(function, count, kind, *arguments):
        def run():
            parts = np.zeros((threads, count, of_class), dtype=kind)
            function(*arguments, parts)
            return parts.sum(axis=0)

        return run

    levels, shares = sample.levels, sample.kept_shares
    few, some, many = 16, 128, 1024
    events = (sample.critical, sample.weights, sample.classes)
    words = (blocks.all_rows, word_planes, word_bits, word_classes)
    tuned_dense = (blocks.critical, blocks.weights, blocks.bits, *block_arrays)
    return [
        ("numba, dense", False, few, sums_of(plain.dense, few, np.uint64, *events, levels[:few])),
        (
            "numba, dense, tuned",
            False,
            some,
            parts_of(tuned.dense, some, np.uint64, *tuned_dense, levels[:some], sample.off),
        ),
        ("numba, bitset", False, some, sums_of(plain.bitset, some, np.uint64, *words, levels[:some])),
        (
            "numba, bitset, tuned",
            False,
            many,
            parts_of(
                tuned.bitset,
                many,
                np.uint64,
                blocks.rows,
                blocks.planes,
                blocks.bits,
                *block_arrays,
                levels,
                sample.off,
            ),
        ),
        (
            "numba, dense",
            True,
            few,
            sums_of(plain.dense_prescaled, few, np.float64, *events, levels[:few], shares[:few]),
        ),
        (
            "numba, dense, tuned",
            True,
            some,
            parts_of(
                tuned.dense_prescaled, some, np.float64, *tuned_dense, digits, levels[:some], sample.off, accept[:some]
            ),
        ),
        (
            "numba, bitset",
            True,
            some,
            sums_of(
                plain.bitset_prescaled,
                some,
                np.float64,
                *words,
                blocks.weights.reshape(-1),
                sample.unprescaled,
                sample.prescaled,
                levels[:some],
                shares[:some],
            ),
        ),
        (
            "numba, bitset, tuned",
            True,
            many,
            parts_of(
                tuned.bitset_prescaled,
                many,
                np.float64,
                blocks.rows,
                blocks.planes,
                blocks.bits,
                blocks.weights,
                *block_arrays,
                digits,
                levels,
                sample.off,
                accept,
            ),
        ),
    ]
