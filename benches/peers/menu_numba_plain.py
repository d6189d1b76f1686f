"""The menu kernel in numba with the loops that one writes first: configurations outside."""

import numpy as np
from numba import njit, prange

from menu_numba_words import lowest_in, ones_in


@njit(parallel=True, cache=True)
def dense(critical, weights, classes, levels, sums):
    """`critical[event][path]`: an event ends at the first path that it passes."""
    for c in prange(len(levels)):
        for event in range(len(weights)):
            for path in range(critical.shape[1]):
                if critical[event, path] > levels[c, path]:
                    sums[c, classes[event]] += weights[event]
                    break


@njit(parallel=True, cache=True)
def dense_prescaled(critical, weights, classes, levels, kept_shares, sums):
    for c in prange(len(levels)):
        for event in range(len(weights)):
            reject = 1.0
            for path in range(critical.shape[1]):
                if critical[event, path] > levels[c, path]:
                    reject *= 1.0 - kept_shares[c, path]
                    if reject == 0.0:
                        break
            sums[c, classes[event]] += weights[event] * (1.0 - reject)


@njit(parallel=True, cache=True)
def bitset(rows, planes, bits, word_classes, levels, sums):
    """`rows[path][level][word]`, `planes[bit][word]`; word by word."""
    for c in prange(len(levels)):
        for word in range(rows.shape[2]):
            accepted = np.uint64(0)
            for path in range(rows.shape[0]):
                accepted |= rows[path, levels[c, path], word]
            total = np.uint64(0)
            for bit in range(bits[word]):
                total += ones_in(accepted & planes[bit, word]) << np.uint64(bit)
            sums[c, word_classes[word]] += total


@njit(parallel=True, cache=True)
def bitset_prescaled(rows, planes, bits, word_classes, weights, unprescaled, prescaled, levels, kept_shares, sums):
    for c in prange(len(levels)):
        for word in range(rows.shape[2]):
            accepted = np.uint64(0)
            for path in unprescaled:
                accepted |= rows[path, levels[c, path], word]
            total = 0.0
            for bit in range(bits[word]):
                total += float(ones_in(accepted & planes[bit, word]) << np.uint64(bit))
            some = np.uint64(0)
            for path in prescaled:
                some |= rows[path, levels[c, path], word]
            some &= ~accepted
            while some != 0:
                place = lowest_in(some)
                reject = 1.0
                for path in prescaled:
                    if rows[path, levels[c, path], word] >> place & np.uint64(1):
                        reject *= 1.0 - kept_shares[c, path]
                total += weights[word * 64 + place] * (1.0 - reject)
                some &= some - np.uint64(1)
            sums[c, word_classes[word]] += total
