"""Optimisers in Python beside this repository's, on a menu of 30 paths with thresholds and prescales free.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r benches/peers/requirements.txt
    cargo build --release --example serve_menu
    /tmp/peers/bin/python benches/peers/optimize_peers.py

All get worths and violations from the same compiled evaluator (examples/serve_menu), in batches where they ask
for batches, and start from the study's own menu. Of two settings of each peer the one that is better with two
seeds runs with all. Ours: at equal evaluations, and in a tenth of each peer's median time.
"""

import argparse
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True
# Small matrices: more threads only wait for each other.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from optimize_menu import Menu
from optimize_solvers import SOLVERS, VERSIONS

USUAL_SEEDS = 10
USUAL = [2000, 10_000, 40_000]
# TPE takes longer for each trial the more there were.
EVALUATIONS = {"Optuna TPE": [600]}
# Seeds that decide between a peer's two settings.
TRIED = {"Optuna TPE": 1}
USUALLY_TRIED = 2
OURS = ["descent", "swarm", "annealing"]


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
    """Traces, seconds and seconds in the kernel of some seeds."""
    runs = []
    for seed in seeds:
        menu.reset()
        start = time.perf_counter()
        function(menu, evaluations, seed)
        seconds = time.perf_counter() - start
        runs.append((menu.trace(), seconds, menu.kernel_s))
    return runs


def peer(menu, solver):
    """Rows of the better setting; its evaluations, median worth and seconds."""
    checkpoints = EVALUATIONS.get(solver, USUAL)
    last, settings = checkpoints[-1], SOLVERS[solver]
    tried, seeds = TRIED.get(solver, USUALLY_TRIED), USUAL_SEEDS
    by_setting = {label: run_peer(menu, settings[label], last, range(tried)) for label in settings}
    medians = {
        label: statistics.median(reached(trace, last) for trace, *_ in runs)
        for label, runs in by_setting.items()
    }
    best = max(medians, key=medians.get)
    for label in medians:
        print(f"    {solver}, {label}: {medians[label]:.6f} of {tried}", flush=True)
    left = range(tried, seeds)
    runs = by_setting[best] + run_peer(menu, settings[best], last, left)
    for evaluations in checkpoints:
        worths = [reached(trace, evaluations) for trace, *_ in runs]
        # Of the way to fewer evaluations only the worth is known.
        seconds = [s for _, s, _ in runs] if evaluations == last else None
        median = row(f"{solver} ({best})", evaluations, worths, seconds)
    kernel = statistics.median(kernel / seconds for _, seconds, kernel in runs)
    print(f"    {100 * kernel:.0f} % of its time in the kernel and the pipe")
    return median, statistics.median(s for _, s, _ in runs)


def ours(menu, solver, evaluations, seeds, seconds=None):
    runs = [menu.search(solver, evaluations, seed, seconds) for seed in range(seeds)]
    limit = evaluations if seconds is None else f"{seconds:.3f}s"
    worths = [run["worth"] for run in runs]
    return row(f"ours: {solver}", limit, worths, [run["seconds"] for run in runs])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="*", default=["ours", *SOLVERS], help="parts of solvers' names")
    arguments = parser.parse_args()
    print(", ".join(f"{name} {version}" for name, version in VERSIONS.items()))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    menu = Menu(arguments.events)
    print(f"{len(menu.sizes)} knobs, loaded in {menu.load_s:.1f} s, own menu {menu.scores([menu.own])[0]}\n")
    print(f"{'solver':58} {'eval.':>7} {'median':8} {'least':8} {'most':8}  runs   seconds")
    only = [part.lower() for part in arguments.only]
    for solver in OURS if "ours" in only else []:
        for evaluations in [600, 1000, *USUAL]:
            ours(menu, solver, evaluations, USUAL_SEEDS)
    for solver in SOLVERS:
        if not any(part in solver.lower() for part in only):
            continue
        worth, seconds = peer(menu, solver)
        tenth = ours(menu, "descent", 10**9, USUAL_SEEDS, seconds / 10)
        verdict = "better" if tenth > worth else "equal" if tenth == worth else "WORSE"
        print(f"    in a tenth of its time: {verdict}")
    print(f"\nload {os.getloadavg()[0]:.1f}")
    menu.end()


main()
