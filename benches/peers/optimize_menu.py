"""The menu of benches/optimize_quality.rs through the compiled evaluator examples/serve_menu."""

import json
import subprocess
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "target" / "release" / "examples" / "serve_menu"


class Menu:
    """Costs of menus, counted, and our own searches on the same events."""

    def __init__(self, events):
        self.process = subprocess.Popen(
            [str(SERVER), str(events)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        greeting = json.loads(self.process.stdout.readline())
        self.sizes = np.array(greeting["sizes"])
        self.own = np.array(greeting["own"])
        self.load_s = greeting["load_s"]
        self.evaluations = 0
        self.kernel_s = 0.0

    def scores(self, places):
        """Worth of each row of places, and its excess over the budget: at most 0 where it holds."""
        places = np.clip(np.rint(places), 0, self.sizes - 1).astype("<u4")
        start = time.perf_counter()
        self.process.stdin.write(b"evaluate %d\n" % len(places) + places.tobytes())
        self.process.stdin.flush()
        answer = self.process.stdout.read(16 * len(places))
        self.kernel_s += time.perf_counter() - start
        self.evaluations += len(places)
        return np.frombuffer(answer, "<f8").reshape(-1, 2)

    def costs(self, places):
        """What to make small; Deb's rule: whatever violates costs more than anything that does not."""
        worth, excess = self.scores(places).T
        return np.where(excess > 0, 1 + excess, -worth)

    def reset(self):
        self.evaluations, self.kernel_s = 0, 0.0
        self.ask("reset")

    def trace(self):
        """Evaluations and worth of each feasible menu that was better than all before."""
        return json.loads(self.ask("trace"))

    def search(self, solver, evaluations, seed, seconds=None):
        limit = "" if seconds is None else f" {seconds}"
        return json.loads(self.ask(f"search {solver} {evaluations} {seed}{limit}"))

    def ask(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def end(self):
        self.process.stdin.close()
        self.process.wait()
