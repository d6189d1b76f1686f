"""Peers beside the menu kernel of this repository: numpy, numba and JAX on the CPU, on one sample.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r benches/peers/requirements.txt
    cargo build --release --example export_menu_sample
    /tmp/peers/bin/python benches/peers/menu_peers.py

It writes the sample of benches/menu.rs to target/bench-menu, checks every peer's sums (without
prescales: equal to ours; with 8 prescaled paths: within 1e-6 relative), then times all of them in turn, ours
in each round, and prints the smallest times [us a configuration] and their ratios to ours with the same
number of threads. Compilation at run time is not timed. About 3 minutes.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "target" / "bench-menu"
OURS = ROOT / "target" / "release" / "examples" / "export_menu_sample"
PEERS = ["numpy", "numba", "jax"]
ROUNDS = 40
# Relative, with prescales.
TOLERANCE = 1e-6
# Configurations whose sums are also compared with plain f64, event by event.
REFERENCES = 8


class Worker:
    """A process that answers each line with one line."""

    def __init__(self, command, **environment):
        # Libraries' own threads aside: a peer's threads are what its kernel asks for.
        single = {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **single, **environment},
        )
        self.greeting = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.process.args} ended with {self.process.wait()}")
        return line

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def serve(peer, threads):
    """One peer: checks itself, says what it has, and times what it is asked for."""
    if peer == "jax":
        # XLA takes as many threads as it may run on.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    # Two processes of one numba compile once.
    os.environ["NUMBA_CACHE_DIR"] = str(FOLDER / "numba")
    import numpy as np
    from menu_sample import Sample

    module = __import__(f"menu_{peer}")
    sample = Sample(FOLDER)
    kernels = module.kernels(sample, threads)
    for name, prescaled, count, function in kernels:
        sums = np.asarray(function(), dtype=np.float64)
        ours = (sample.sums_prescaled if prescaled else sample.sums_plain)[:count]
        error = np.abs(sums / ours - 1).max()
        if not error <= (TOLERANCE if prescaled else 0):
            sys.exit(f"{name}, prescaled {prescaled}: sums differ by {error:.1e}")
    about = {"versions": module.VERSIONS, "kernels": [kernel[:3] for kernel in kernels]}
    print(json.dumps(about), flush=True)
    for line in sys.stdin:
        _, _, count, function = kernels[int(line)]
        start = time.perf_counter()
        function()
        print((time.perf_counter() - start) / count, flush=True)


def check_ours():
    """Our own sums against f64, event by event."""
    import numpy as np
    from menu_sample import Sample

    sample = Sample(FOLDER)
    for prescaled, ours in ((False, sample.sums_plain), (True, sample.sums_prescaled)):
        for configuration in range(REFERENCES):
            error = np.abs(sample.reference(configuration, prescaled) / ours[configuration] - 1).max()
            if not error <= (TOLERANCE if prescaled else 0):
                sys.exit(f"ours, prescaled {prescaled}: sums differ from f64 by {error:.1e}")
    print(f"{len(sample.weights)} events, {sample.paths} paths, {sample.off} levels, {len(sample.prescaled)} prescaled")
    return sample.about["instruction_set"]


def compare(threads, instruction_set):
    peers = [Worker([sys.executable, __file__, "serve", peer, str(threads)]) for peer in PEERS]
    ours = Worker([OURS, "time", str(threads)])
    about = [json.loads(peer.greeting) for peer in peers]
    best = {}

    def note(key, seconds):
        best[key] = min(best.get(key, seconds), seconds)

    for _ in range(ROUNDS):
        for kind in ("plain", "prescaled"):
            note(("ours", kind == "prescaled"), float(ours.ask(f"{kind} 1")))
        for peer, said in zip(peers, about):
            for i, (name, prescaled, count) in enumerate(said["kernels"]):
                note((name, prescaled, count), float(peer.ask(str(i))))
    for worker in [ours, *peers]:
        worker.end()
    versions = {name: version for said in about for name, version in said["versions"].items()}
    print(f"\n{threads} thread(s), {instruction_set}, " + ", ".join(" ".join(v) for v in versions.items()))
    for prescaled in (False, True):
        us = best["ours", prescaled]
        print(f"  {'8 prescaled paths' if prescaled else 'without prescales'}: ours {1e6 * us:.2f} us a configuration")
        for (name, with_prescales, *count), seconds in best.items():
            if name != "ours" and with_prescales == prescaled:
                print(f"    {name:30} {1e6 * seconds:9.2f} us  {seconds / us:7.1f}x  ({count[0]} configurations a run)")


def main():
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
        return
    subprocess.run([OURS, "write", FOLDER], check=True)
    instruction_set = check_ours()
    for threads in (1, 2):
        compare(threads, instruction_set)
    print(f"\nsmallest of {ROUNDS} runs each, in turn")


if __name__ == "__main__":
    main()
