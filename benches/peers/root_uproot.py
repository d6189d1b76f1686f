"""uproot beside benches/root.rs: the same files, the same branches.

    python benches/peers/root_uproot.py make      # writes target/bench-root/<codec>.root
    python benches/peers/root_uproot.py time      # reads them: smallest of several runs
    python benches/peers/root_uproot.py time lz4  # one codec only

A file holds 10^6 events: jets and muons as NanoAOD has them, floats rounded to 10 bits of mantissa.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import awkward as ak
import numpy as np
import uproot

FOLDER = Path(__file__).resolve().parents[2] / "target" / "bench-root"
CODECS = {
    "none": None,
    "zlib": uproot.ZLIB(1),
    "lzma": uproot.LZMA(1),
    "lz4": uproot.LZ4(4),
    "zstd": uproot.ZSTD(5),
}
EVENTS, BASKET = 1_000_000, 50_000
RUNS = 7


def rounded(values):
    """Ten bits of mantissa, the rest zero."""
    bits = np.asarray(values, dtype=np.float32).view(np.uint32)
    return ((bits + 0x1000) & 0xFFFFE000).astype(np.uint32).view(np.float32)


def objects(random, mean, fields):
    counts = random.poisson(mean, BASKET)
    total = int(counts.sum())
    content = {}
    for field in fields:
        if field == "eta":
            values = random.normal(0, 1.8, total)
        elif field == "phi":
            values = random.uniform(-np.pi, np.pi, total)
        else:
            values = 15 + random.exponential(25, total)
        content[field] = ak.unflatten(rounded(values), counts)
    return ak.zip(content)


def chunk(random):
    return {
        "Muon": objects(random, 1.2, ["pt", "eta", "phi"]),
        "Jet": objects(random, 4.5, ["pt", "eta", "phi", "mass"]),
        "MET_pt": rounded(random.exponential(30, BASKET)),
        "event": np.cumsum(random.integers(1, 50, BASKET)).astype(np.uint64),
        "HLT_IsoMu24": random.uniform(size=BASKET) < 0.05,
    }


def make(codecs):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in codecs:
        random = np.random.default_rng(1)
        path = FOLDER / f"{name}.root"
        with uproot.recreate(path, compression=CODECS[name]) as file:
            for start in range(0, EVENTS, BASKET):
                data = chunk(random)
                if start == 0:
                    file.mktree("Events", {key: ak.type(ak.Array(v)).content for key, v in data.items()})
                file["Events"].extend(data)
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def read(path, executors):
    """All columns, opened anew, nothing kept from the run before."""
    with uproot.open(path, object_cache=None, array_cache=None) as file:
        arrays = file["Events"].arrays(library="ak", array_cache=None, **executors)
        return len(arrays)


def smallest(path, threads):
    pool = ThreadPoolExecutor(threads) if threads > 1 else None
    executors = {}
    if pool is not None:
        executors = {"decompression_executor": pool, "interpretation_executor": pool}
        pool.num_workers = threads
    times = []
    for _ in range(RUNS):
        start, cpu = time.perf_counter(), time.process_time()
        assert read(path, executors) == EVENTS
        times.append((time.perf_counter() - start, time.process_time() - cpu))
    return min(wall for wall, _ in times), min(cpu for _, cpu in times)


def main():
    what, codecs = sys.argv[1], sys.argv[2:] or list(CODECS)
    if what == "make":
        make(codecs)
        return
    for name in codecs:
        for threads in (1, 2):
            wall, cpu = smallest(FOLDER / f"{name}.root", threads)
            print(f"uproot {name:5} {threads} thread(s): {1e3 * wall:7.1f} ms, {1e3 * cpu:7.1f} ms CPU")


if __name__ == "__main__":
    main()
