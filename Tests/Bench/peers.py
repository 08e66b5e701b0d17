"""peers.py THREADS: does what it is told, a line of standard input at a time, with each library that is installed.

A line names the work as kernel-bench does; the answer is one line of names and seconds, "numpy 0.0123 torch 0.0130".
On one thread the time is the process's own, on two the time on the wall. Results are made once before they are timed.
"""
import os
import sys
import time

threads = int(sys.argv[1])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)
os.environ["JAX_PLATFORMS"] = "cpu"
if threads == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np

try:
    import torch
    torch.set_num_threads(threads)
except ImportError:
    torch = None
try:
    import jax
    import jax.numpy as jnp
except ImportError:
    jax = None

random = np.random.default_rng(1)
prepared = {}


def product(kind):
    dtype = np.float64 if "double" in kind else np.float32
    m, k, n = map(int, kind.rsplit("-", 1)[1].split("x"))
    times = max(1, int(1e8 / (2 * m * k * n)))
    a = random.standard_normal((m, k)).astype(dtype)
    b = random.standard_normal((n, k) if "transposed" in kind else (k, n)).astype(dtype)
    if "transposed" in kind:
        b = b.T

    def repeat(f, x, y):
        def run():
            for _ in range(times):
                f(x, y)
        return run

    work = {"numpy": repeat(np.matmul, a, b)}
    if torch:
        work["torch"] = repeat(torch.matmul, torch.from_numpy(a), torch.from_numpy(b))
    if jax and "double" not in kind:
        f = jax.jit(lambda x, y: x @ y)
        work["jax"] = repeat(lambda x, y: f(x, y).block_until_ready(), jnp.asarray(a), jnp.asarray(b))
    return work


def attention(kind):
    causal = "causal" in kind
    heads, n, d = map(int, kind.rsplit("-", 1)[1].split("x"))
    q, k, v = (random.standard_normal((1, heads, n, d)).astype(np.float32) for _ in range(3))
    work = {}
    if torch:
        p, r, s = (torch.from_numpy(x) for x in (q, k, v))
        work["torch"] = lambda: torch.nn.functional.scaled_dot_product_attention(p, r, s, is_causal=causal)
    # JAX holds all scores at once.
    if jax and heads * n * n <= 2**25:
        x, y, z = (jnp.asarray(m.transpose(0, 2, 1, 3)) for m in (q, k, v))
        f = jax.jit(lambda x, y, z: jax.nn.dot_product_attention(x, y, z, is_causal=causal))
        work["jax"] = lambda: f(x, y, z).block_until_ready()
    return work


clock = time.process_time if threads == 1 else time.perf_counter
for line in sys.stdin:
    kind = line.strip()
    if kind not in prepared:
        prepared.clear()
        prepared[kind] = product(kind) if kind.startswith("product") else attention(kind)
        for run in prepared[kind].values():
            run()
    answer = []
    for name, run in prepared[kind].items():
        start = clock()
        run()
        answer.append(f"{name} {clock() - start:.6f}")
    print(" ".join(answer), flush=True)
