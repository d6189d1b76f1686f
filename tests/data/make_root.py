"""Writes the small ROOT files in tests/data/root/.

Their content is a formula of the event, which tests/root_files.rs computes again.
Needs uproot 5.7.7, awkward 2.14.0 and numpy 2.4.6 from PyPI, then runs in any folder.
"""

import datetime
import struct
import uuid
from pathlib import Path

import awkward as ak
import numpy as np
import uproot
import uproot.writing._cascade
import uproot.writing._cascadetree

FOLDER = Path(__file__).parent / "root"

# One tree each, in one file.
CODECS = {
    "zlib": uproot.ZLIB(4),
    "lzma": uproot.LZMA(5),
    "lz4": uproot.LZ4(4),
    "zstd": uproot.ZSTD(5),
}
# Events in each basket.
BASKETS = [40, 1, 59]

# The value number k of each kind.
KINDS = {
    "bool": (np.bool_, lambda k: k % 3 == 0),
    "i8": (np.int8, lambda k: k % 200 - 100),
    "u8": (np.uint8, lambda k: k % 256),
    "i16": (np.int16, lambda k: 30 * k - 30000),
    "u16": (np.uint16, lambda k: 60 * k),
    "i32": (np.int32, lambda k: 1000003 * k - 500000000),
    "u32": (np.uint32, lambda k: 4000000 * k),
    "i64": (np.int64, lambda k: k * 2**40 - 2**45),
    "u64": (np.uint64, lambda k: k * 2**53),
    "f32": (np.float32, lambda k: k / 2 - 10),
    "f64": (np.float64, lambda k: k / 4 - 10),
}


class Still(datetime.datetime):
    """The files are the same whenever they are written."""

    @classmethod
    def now(cls, tz=None):
        return cls(2026, 1, 1, tzinfo=tz)


uproot.writing._cascade.datetime.datetime = Still


def create(name):
    return uproot.recreate(
        FOLDER / f"{name}.root", compression=None, uuid_function=lambda: uuid.UUID(int=1)
    )


def flat(kind, events):
    number, formula = KINDS[kind]
    return np.array([formula(int(i)) for i in events], dtype=number)


def lengths(events):
    return [int(i) * 7 % 5 for i in events]


def jagged(kind, events):
    number, formula = KINDS[kind]
    counts = lengths(events)
    values = [formula(10 * int(i) + j) for i, n in zip(events, counts) for j in range(n)]
    return ak.unflatten(np.array(values, dtype=number), counts)


def all_kinds(file, tree):
    types = {f"flat_{kind}": number for kind, (number, _) in KINDS.items()}
    types |= {f"list_{kind}": f"var * {np.dtype(number)}" for kind, (number, _) in KINDS.items()}
    types["three"] = np.dtype((np.float32, (3,)))
    file.mktree(tree, types)
    start = 0
    for size in BASKETS:
        events = np.arange(start, start + size)
        data = {f"flat_{kind}": flat(kind, events) for kind in KINDS}
        data |= {f"list_{kind}": jagged(kind, events) for kind in KINDS}
        data["three"] = (100 * events[:, None] + np.arange(3)[None, :]).astype(np.float32)
        file[tree].extend(data)
        start += size


class Counted:
    """A basket's members as ROOT 6 writes them when it leaves the places of the events to their
    counter (its feature kGenerateOffsetMap); uproot does not."""

    format = struct.Struct(">HiiBii")
    size = format.size

    def __init__(self, events):
        self.events = events

    def pack(self, version, size, room, _, last):
        return self.format.pack(version, size, -room, 1, self.events, last)


def without_places(self, sink, name, compression, array, offsets):
    members = uproot.models.TBasket._tbasket_format2
    uproot.models.TBasket._tbasket_format2 = Counted(len(offsets) - 1)
    try:
        return self.write_np_basket(sink, name, compression, array)
    finally:
        uproot.models.TBasket._tbasket_format2 = members


def counted(file, tree):
    file.mktree(tree, {"y": "var * float64"})
    usual = uproot.writing._cascadetree.Tree.write_jagged_basket
    uproot.writing._cascadetree.Tree.write_jagged_basket = without_places
    for start, end in [(0, 20), (20, 50)]:
        file[tree].extend({"y": jagged("f64", np.arange(start, end))})
    uproot.writing._cascadetree.Tree.write_jagged_basket = usual


def small(file, tree, events, name="x"):
    file.mktree(tree, {name: np.int32})
    file[tree].extend({name: np.arange(events, dtype=np.int32)})


def main():
    FOLDER.mkdir(exist_ok=True)
    with create("events") as file:
        small(file, "another", 1)
        all_kinds(file, "Events")

    with create("codecs") as file:
        for name, codec in CODECS.items():
            file.compression = codec
            all_kinds(file, name)

    with create("trees") as file:
        small(file, "one", 1)
        small(file, "above/below/two", 2)
        small(file, "again", 3)
        small(file, "again", 4)
        small(file, "Événements", 5, "größe_π_μ")
        counted(file, "counted")
        file.mktree("empty", {"x": np.float32, "y": "var * float32"})
        file.mktree("hollow", {"y": "var * float32", "text": str})
        for _ in range(2):
            lists = ak.unflatten(np.zeros(0, np.float32), [0] * 7)
            file["hollow"].extend({"y": lists, "text": ["a", "bc"] * 3 + [""]})

    with create("only") as file:
        small(file, "folder/tree", 4)

    with create("ntuple") as file:
        data = {"x": flat("f32", np.arange(5)), "y": jagged("f32", np.arange(5))}
        file.mkrntuple("Events", data)


if __name__ == "__main__":
    main()
