"""Optimisers in Python beside this repository's, on a menu of 30 paths with thresholds and prescales free.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r benches/peers/requirements.txt
    cargo build --release --example serve_menu
    /tmp/peers/bin/python benches/peers/optimize_peers.py

All get worths and violations from the same compiled evaluator (examples/serve_menu), in batches where they ask
for batches, and start from the study's own menu. Each peer runs in two settings, of which the one with the
better median is in the table; `--all` shows both. Then ours: at equal evaluations, and in a tenth of each
peer's median time. About 40 minutes, most of it Optuna's; `--without optuna` takes 10.
"""

import argparse
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True

from optimize_menu import Menu
from optimize_solvers import SOLVERS, VERSIONS

SEEDS = 10
# TPE takes longer for each trial the more there were.
FEWER = {"Optuna TPE": 3}
EVALUATIONS = {"Optuna TPE": [2000]}
USUAL = [2000, 10_000, 40_000]
OURS = ["descent", "auto", "swarm", "annealing"]


def reached(trace, evaluations):
    """The best worth after so many evaluations."""
    worths = [worth for done, worth in trace if done <= evaluations]
    return worths[-1] if worths else float("nan")


def row(name, evaluations, worths, seconds):
    low, high = min(worths), max(worths)
    median = statistics.median(worths)
    time = "" if seconds is None else f"{statistics.median(seconds):9.3f}"
    print(f"{name:58} {evaluations:7} {median:.6f} {low:.6f} {high:.6f} {len(worths):3} {time}", flush=True)
    return median


def run_peer(menu, function, evaluations, seeds):
    """Traces, seconds and seconds in the kernel of all seeds."""
    runs = []
    for seed in range(seeds):
        menu.reset()
        start = time.perf_counter()
        function(menu, evaluations, seed)
        seconds = time.perf_counter() - start
        runs.append((menu.trace(), seconds, menu.kernel_s))
    return runs


def peer(menu, solver, show_all):
    """Rows of the better setting; its median worth and seconds by evaluations."""
    checkpoints = EVALUATIONS.get(solver, USUAL)
    seeds = FEWER.get(solver, SEEDS)
    by_setting = {
        label: run_peer(menu, function, checkpoints[-1], seeds)
        for label, function in SOLVERS[solver].items()
    }
    medians = {
        label: statistics.median(reached(trace, checkpoints[-1]) for trace, *_ in runs)
        for label, runs in by_setting.items()
    }
    best = max(medians, key=medians.get)
    for label, runs in by_setting.items():
        if not show_all and label != best:
            continue
        for evaluations in checkpoints:
            worths = [reached(trace, evaluations) for trace, *_ in runs]
            # Of the way to fewer evaluations only the worth is known.
            seconds = [s for _, s, _ in runs] if evaluations == checkpoints[-1] else None
            row(f"{solver} ({label})", evaluations, worths, seconds)
        kernel = statistics.median(kernel / seconds for _, seconds, kernel in runs)
        print(f"    {100 * kernel:.0f} % of it in the kernel and the pipe")
    return checkpoints[-1], medians[best], statistics.median(s for _, s, _ in by_setting[best])


def ours(menu, solver, evaluations, seeds, seconds=None):
    runs = [menu.search(solver, evaluations, seed, seconds) for seed in range(seeds)]
    limit = evaluations if seconds is None else f"{seconds:.3f}s"
    worths = [run["worth"] for run in runs]
    return row(f"ours: {solver}", limit, worths, [run["seconds"] for run in runs])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--without", nargs="*", default=[], help="part of a peer's name")
    parser.add_argument("--all", action="store_true", help="both settings of each peer")
    arguments = parser.parse_args()
    print(", ".join(f"{name} {version}" for name, version in VERSIONS.items()))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    menu = Menu(arguments.events)
    print(f"{len(menu.sizes)} knobs, loaded in {menu.load_s:.1f} s, own menu {menu.scores([menu.own])[0]}\n")
    print(f"{'solver':58} {'eval.':>7} {'median':8} {'least':8} {'most':8}  runs   seconds")
    for solver in OURS:
        for evaluations in USUAL:
            ours(menu, solver, evaluations, SEEDS)
    left_out = [w.lower() for w in arguments.without]
    for solver in SOLVERS:
        if any(word in solver.lower() for word in left_out):
            continue
        evaluations, worth, seconds = peer(menu, solver, arguments.all)
        tenth = ours(menu, "descent", 10**9, SEEDS, seconds / 10)
        verdict = "better" if tenth > worth else "equal" if tenth == worth else "WORSE"
        print(f"    in a tenth of its time: {verdict}")
    print(f"\nload {os.getloadavg()[0]:.1f}")
    menu.end()


main()
