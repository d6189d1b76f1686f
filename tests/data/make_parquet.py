"""Writes the small Parquet files in tests/data/parquet/.

Their content is the same formula of the event as in make_root.py; tests/events computes it again.
Needs pyarrow 26.0.1, awkward 2.14.0 and numpy 2.4.6 from PyPI, then runs in any folder.
"""

from pathlib import Path

import awkward as ak
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).parent / "parquet"
EVENTS = range(100)
GROUP = 40

KINDS = {
    "bool": (pa.bool_(), lambda k: k % 3 == 0),
    "i8": (pa.int8(), lambda k: k % 200 - 100),
    "u8": (pa.uint8(), lambda k: k % 256),
    "i16": (pa.int16(), lambda k: 30 * k - 30000),
    "u16": (pa.uint16(), lambda k: 60 * k),
    "i32": (pa.int32(), lambda k: 1000003 * k - 500000000),
    "u32": (pa.uint32(), lambda k: 4000000 * k),
    "i64": (pa.int64(), lambda k: k * 2**40 - 2**45),
    "u64": (pa.uint64(), lambda k: k * 2**53),
    "f32": (pa.float32(), lambda k: k / 2 - 10),
    "f64": (pa.float64(), lambda k: k / 4 - 10),
}


def flat(kind):
    dtype, value = KINDS[kind]
    return pa.array([value(k) for k in EVENTS], dtype)


def lists(kind, of=pa.list_):
    dtype, value = KINDS[kind]
    events = [[value(10 * k + j) for j in range(k * 7 % 5)] for k in EVENTS]
    return pa.array(events, of(dtype))


def write(name, columns, **options):
    options = {"row_group_size": GROUP, "store_schema": False} | options
    pq.write_table(pa.table(columns), FOLDER / f"{name}.parquet", **options)


def main():
    FOLDER.mkdir(exist_ok=True)
    every = {f"flat_{kind}": flat(kind) for kind in KINDS}
    every |= {f"jagged_{kind}": lists(kind) for kind in KINDS}
    write("kinds", every, compression="snappy")
    write("kinds_large_v2", {f"jagged_{kind}": lists(kind, pa.large_list) for kind in KINDS},
          compression="zstd", data_page_version="2.0", use_dictionary=False)
    few = {"n": flat("i32"), "Jet_pt": lists("f32"), "L1_SingleMu22": flat("bool")}
    for codec in ["none", "snappy", "zstd", "lz4", "gzip", "brotli"]:
        write(f"codec_{codec}", few, compression=codec)
    write("checksums", few, compression="zstd", write_page_checksum=True)
    write("empty", {"n": flat("i32").slice(0, 0), "Jet_pt": lists("f32").slice(0, 0)})
    write("odd_names", {"μ_pt [GeV]": lists("f32"), "Überschuß": flat("f64")})
    write("nulls", {
        "pt": pa.array([[1.5, None], None, [], [2.5]], pa.list_(pa.float32())),
        "met": pa.array([None, 1.0, 2.0, None], pa.float64()),
        "charge": pa.array([[1], [None], [], [-1]], pa.list_(pa.int32())),
    })
    write("unreadable", {
        "n": flat("i32"),
        "text": pa.array([str(k) for k in EVENTS]),
        "time": pa.array(list(EVENTS), pa.timestamp("us")),
        "lists_of_lists": pa.array([[[1.0], []] for _ in EVENTS], pa.list_(pa.list_(pa.float32()))),
    })
    # As awkward users write them: a list of records, and lists side by side.
    jets = lists("f32").to_pylist()
    ak.to_parquet(
        ak.zip({
            "Jet": ak.zip({"pt": ak.values_astype(ak.Array(jets), np.float32),
                           "eta": ak.values_astype(ak.Array(jets), np.float64)}),
            "nJet": ak.num(ak.Array(jets)),
        }, depth_limit=1),
        FOLDER / "awkward.parquet",
    )


main()
