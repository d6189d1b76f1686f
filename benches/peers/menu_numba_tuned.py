"""The menu kernel in numba, tuned: blocks outside, configurations inside, inactive paths skipped, four rows
at a time, every n-th block for one of n threads, and unsigned indices where numba would otherwise look for
negative ones.

Blocks come as arrays of all blocks: `active[starts[b]:starts[b + 1]]` are the paths of block b, and its
rows and levels stand in the same order.
"""

import numpy as np
from numba import njit, prange

from menu_numba_words import lowest_in, ones_in

WORDS = 32
EVENTS = 2048


@njit(inline="always")
def any_above(critical, chosen, least, count, passing):
    """Which events pass any of the chosen paths: four at a time."""
    passing[:] = 0
    fours = count // 4 * 4
    for k in range(0, fours, 4):
        p, q, r, s = chosen[k], chosen[k + 1], chosen[k + 2], chosen[k + 3]
        a, b, c, d = least[k], least[k + 1], least[k + 2], least[k + 3]
        for i in range(EVENTS):
            first = (critical[p, i] > a) | (critical[q, i] > b)
            passing[i] |= first | (critical[r, i] > c) | (critical[s, i] > d)
    for k in range(fours, count):
        p, a = chosen[k], least[k]
        for i in range(EVENTS):
            passing[i] |= critical[p, i] > a


@njit(inline="always")
def weigh_passing(passing, weights, b, bits):
    total = np.uint32(0)
    if bits == 1:
        for i in range(EVENTS):
            total += np.uint32(passing[i])
        return total
    for i in range(EVENTS):
        total += np.uint32(passing[i]) * weights[b, i]
    return total


@njit(parallel=True, cache=True)
def dense(critical, weights, bits, block_classes, starts, active, levels, off, parts):
    """`critical[active][event]`; `parts[piece][configuration][class]`."""
    blocks, pieces = len(block_classes), len(parts)
    for piece in prange(pieces):
        passing = np.zeros(EVENTS, dtype=np.uint8)
        chosen = np.zeros(levels.shape[1], dtype=np.uint64)
        least = np.zeros(levels.shape[1], dtype=np.uint8)
        for b in range(piece, blocks, pieces):
            for c in range(len(levels)):
                count = 0
                for k in range(starts[b], starts[b + 1]):
                    level = levels[c, active[k]]
                    if level < off:
                        chosen[count] = k
                        least[count] = level
                        count += 1
                any_above(critical, chosen, least, count, passing)
                parts[piece, c, block_classes[b]] += weigh_passing(passing, weights, b, bits[b])


@njit(parallel=True, fastmath=True, cache=True)
def dense_prescaled(critical, weights, bits, block_classes, starts, active, digits, levels, off, accept, parts):
    """`digits[path]`: its bit in the pass pattern, 0 of an unprescaled path; `accept[c][pattern]`."""
    blocks, pieces = len(block_classes), len(parts)
    for piece in prange(pieces):
        passing = np.zeros(EVENTS, dtype=np.uint8)
        pattern = np.zeros(EVENTS, dtype=np.uint8)
        chosen = np.zeros(levels.shape[1], dtype=np.uint64)
        least = np.zeros(levels.shape[1], dtype=np.uint8)
        for b in range(piece, blocks, pieces):
            for c in range(len(levels)):
                count = 0
                pattern[:] = 0
                for k in range(starts[b], starts[b + 1]):
                    level, digit = levels[c, active[k]], digits[active[k]]
                    if level < off and digit == 0:
                        chosen[count] = k
                        least[count] = level
                        count += 1
                    elif level < off:
                        row = np.uint64(k)
                        for i in range(EVENTS):
                            pattern[i] |= digit * np.uint8(critical[row, i] > level)
                any_above(critical, chosen, least, count, passing)
                whole, shared = weigh_passing(passing, weights, b, bits[b]), 0.0
                for i in range(EVENTS):
                    shared += accept[c, pattern[i]] * (weights[b, i] * np.uint32(1 - passing[i]))
                parts[piece, c, block_classes[b]] += whole + shared


@njit(inline="always")
def any_of(rows, chosen, count, accepted):
    """The OR of the chosen rows: four at a time, so that the words so far are loaded once for all four."""
    for i in range(WORDS):
        accepted[i] = 0
    fours = count // 4 * 4
    for k in range(0, fours, 4):
        p, q, r, s = chosen[k], chosen[k + 1], chosen[k + 2], chosen[k + 3]
        for i in range(WORDS):
            accepted[i] |= rows[p, i] | rows[q, i] | rows[r, i] | rows[s, i]
    for k in range(fours, count):
        p = chosen[k]
        for i in range(WORDS):
            accepted[i] |= rows[p, i]


@njit(inline="always")
def weigh(words, planes, b, bits):
    total = np.uint64(0)
    if bits == 1:
        for i in range(WORDS):
            total += ones_in(words[i])
        return total
    for bit in range(bits):
        events = np.uint64(0)
        for i in range(WORDS):
            events += ones_in(words[i] & planes[b, bit, i])
        total += events << np.uint64(bit)
    return total


@njit(parallel=True, cache=True)
def bitset(rows, planes, bits, block_classes, starts, active, levels, off, parts):
    """`rows[active * off + level][word]`, `planes[block][bit][word]`."""
    blocks, pieces = len(block_classes), len(parts)
    for piece in prange(pieces):
        accepted = np.zeros(WORDS, dtype=np.uint64)
        chosen = np.zeros(levels.shape[1], dtype=np.uint64)
        for b in range(piece, blocks, pieces):
            for c in range(len(levels)):
                count = 0
                for k in range(starts[b], starts[b + 1]):
                    level = levels[c, active[k]]
                    if level < off:
                        chosen[count] = k * off + level
                        count += 1
                any_of(rows, chosen, count, accepted)
                parts[piece, c, block_classes[b]] += weigh(accepted, planes, b, bits[b])


@njit(parallel=True, cache=True)
def bitset_prescaled(rows, planes, bits, weights, block_classes, starts, active, digits, levels, off, accept, parts):
    """Events that one prescaled path alone accepts are counted as words, the others looked up one by one."""
    blocks, pieces = len(block_classes), len(parts)
    for piece in prange(pieces):
        accepted = np.zeros(WORDS, dtype=np.uint64)
        once = np.zeros(WORDS, dtype=np.uint64)
        twice = np.zeros(WORDS, dtype=np.uint64)
        alone = np.zeros(WORDS, dtype=np.uint64)
        chosen = np.zeros(levels.shape[1], dtype=np.uint64)
        shared = np.zeros(8, dtype=np.uint64)
        bit_of = np.zeros(8, dtype=np.uint64)
        for b in range(piece, blocks, pieces):
            for c in range(len(levels)):
                count, some = 0, 0
                for k in range(starts[b], starts[b + 1]):
                    level, digit = levels[c, active[k]], digits[active[k]]
                    if level < off and digit == 0:
                        chosen[count] = k * off + level
                        count += 1
                    elif level < off:
                        shared[some] = k * off + level
                        bit_of[some] = digit
                        some += 1
                any_of(rows, chosen, count, accepted)
                total = float(weigh(accepted, planes, b, bits[b]))
                for i in range(WORDS):
                    once[i] = 0
                    twice[i] = 0
                for j in range(some):
                    row = shared[j]
                    for i in range(WORDS):
                        twice[i] |= once[i] & rows[row, i]
                        once[i] |= rows[row, i]
                for i in range(WORDS):
                    once[i] &= ~(accepted[i] | twice[i])
                    twice[i] &= ~accepted[i]
                for j in range(some):
                    row = shared[j]
                    for i in range(WORDS):
                        alone[i] = once[i] & rows[row, i]
                    total += accept[c, bit_of[j]] * weigh(alone, planes, b, bits[b])
                for i in range(WORDS):
                    rest = twice[i]
                    while rest != 0:
                        place = lowest_in(rest)
                        pattern = np.uint64(0)
                        for j in range(some):
                            pattern |= (rows[shared[j], i] >> place & np.uint64(1)) * bit_of[j]
                        total += accept[c, pattern] * weights[b, np.uint64(64 * i) + place]
                        rest &= rest - np.uint64(1)
                parts[piece, c, block_classes[b]] += total
