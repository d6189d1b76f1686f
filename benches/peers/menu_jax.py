"""The menu kernel in JAX on the CPU: dense levels, and bitset rows. A kernel is compiled by XLA as one."""

import os

# One device a thread: JAX runs the parts of a call on different devices at the same time.
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={len(os.sched_getaffinity(0))}"

import jax
import jax.numpy as jnp
import jaxlib
import numpy as np

from menu_sample import bits_of, rows_of

VERSIONS = {"jax": jax.__version__, "jaxlib": jaxlib.__version__}
# f32 sums are added in runs of so many, and the runs in f64.
RUN = 512


def padded(of_events, ranges, multiple):
    """Each class's events filled up with zeros to a multiple, and where the classes then stand."""
    parts, edges = [], [0]
    for start, end in ranges:
        fill = -(end - start) % multiple
        parts.append(np.pad(of_events[start:end], [(0, fill)] + [(0, 0)] * (of_events.ndim - 1)))
        edges.append(edges[-1] + end - start + fill)
    return np.concatenate(parts), list(zip(edges[:-1], edges[1:]))


class Kernels:
    def __init__(self, sample):
        self.sample = sample
        # Sums of f32 in whole runs, bits in whole words.
        critical, self.ranges = padded(sample.critical, sample.class_ranges(), RUN)
        weights, _ = padded(sample.weights, sample.class_ranges(), RUN)
        words = [(start // 32, end // 32) for start, end in self.ranges]
        self.words = list(zip(words, [int(weights[s:e].max()).bit_length() for s, e in self.ranges]))
        bits = int(weights.max()).bit_length()
        self.data = {
            "critical": np.ascontiguousarray(critical.T),
            "weights": weights.astype(np.int32),
            "real_weights": weights.astype(np.float32),
            "rows": rows_of(critical, sample.off).view(np.uint32),
            "planes": np.stack([bits_of((weights >> bit & 1).astype(bool)) for bit in range(bits)]).view(np.uint32),
        }

    def dense(self, data, levels, shares):
        passing = self.passing(data, levels, range(self.sample.paths))
        runs = jnp.where(passing, data["weights"], 0).reshape(-1, RUN).sum(axis=1, dtype=jnp.int32)
        return jnp.stack([runs[start // RUN : end // RUN].sum() for start, end in self.ranges])

    def dense_prescaled(self, data, levels, shares):
        reject = jnp.where(self.passing(data, levels, self.sample.unprescaled), 0.0, data["real_weights"])
        for path in self.sample.prescaled:
            reject *= jnp.where(data["critical"][path] > levels[path], 1 - shares[path], 1.0)
        return self.in_runs(data["real_weights"] - reject)

    def passing(self, data, levels, paths):
        passing = False
        for path in paths:
            passing |= data["critical"][path] > levels[path]
        return passing

    def in_runs(self, values):
        runs = values.reshape(-1, RUN).sum(axis=1).astype(jnp.float64)
        return jnp.stack([runs[start // RUN : end // RUN].sum() for start, end in self.ranges])

    def any_of(self, data, levels, paths):
        accepted = jnp.zeros(data["rows"].shape[2], dtype=jnp.uint32)
        for path in paths:
            accepted |= data["rows"][path, levels[path]]
        return accepted

    def bitset(self, data, levels, shares):
        return self.weigh(data, self.any_of(data, levels, range(self.sample.paths)))

    def weigh(self, data, accepted):
        sums = []
        for (start, end), bits in self.words:
            if bits == 1:
                sums.append(jax.lax.population_count(accepted[start:end]).sum(dtype=jnp.int32))
                continue
            planes = jax.lax.population_count(accepted[None, start:end] & data["planes"][:, start:end])
            sums.append((planes.sum(axis=1, dtype=jnp.int32) << jnp.arange(bits, dtype=jnp.int32)).sum())
        return jnp.stack(sums)

    def bitset_prescaled(self, data, levels, shares):
        accepted = self.any_of(data, levels, self.sample.unprescaled)
        places = jnp.arange(32, dtype=jnp.uint32)
        reject = jnp.where(accepted[:, None] >> places & 1 == 1, 0.0, data["real_weights"].reshape(-1, 32))
        for path in self.sample.prescaled:
            row = data["rows"][path, levels[path]]
            reject *= jnp.where(row[:, None] >> places & 1 == 1, 1 - shares[path], 1.0)
        return self.in_runs(data["real_weights"] - reject.reshape(-1))


def kernels(sample, threads):
    """(name, with prescales, configurations a run, function)."""
    jax.config.update("jax_enable_x64", True)
    devices = jax.devices()[:threads]
    made = Kernels(sample)
    on_devices = [jax.device_put(made.data, device) for device in devices]

    def parted(kernel, count):
        compiled = jax.jit(lambda data, levels, shares: jax.lax.map(lambda of: kernel(data, *of), (levels, shares)))
        edges = [count * i // threads for i in range(threads + 1)]
        parts = [
            jax.device_put((sample.levels[start:end], sample.kept_shares[start:end].astype(np.float32)), device)
            for start, end, device in zip(edges[:-1], edges[1:], devices)
        ]

        def run():
            sums = [compiled(data, *part) for data, part in zip(on_devices, parts)]
            return np.concatenate([np.asarray(part) for part in sums])

        return run

    return [
        ("JAX, dense", False, 64, parted(made.dense, 64)),
        ("JAX, bitset", False, 512, parted(made.bitset, 512)),
        ("JAX, dense", True, 64, parted(made.dense_prescaled, 64)),
        ("JAX, bitset", True, 64, parted(made.bitset_prescaled, 64)),
    ]
