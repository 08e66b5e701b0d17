"""Position codes, linear biases, sparse masks, top-k weights, gates, features and capacities, straight from their papers' formulas."""
import math

import numpy as np
from mpmath import mp, mpf
from scipy.special import expit, softmax

inf = float("inf")


def encodings(r):
    mp.dps = 40
    result = []
    for n, d, base in [(1, 2, 10000.0), (7, 8, 10000.0), (33, 6, 100.0)]:
        table = [[float((mp.sin, mp.cos)[c % 2](p * mpf(base) ** (-mpf(c - c % 2) / d))) for c in range(d)] for p in range(n)]
        result.append({"n": n, "d": d, "base": base, "table": table})
    return result


def biases(r):
    result = []
    for n, d, dv, heads in [(7, 3, 2, 8), (1, 4, 1, 3), (13, 2, 5, 16)]:
        q, k, v = r.normal(size=(n, d)), r.normal(size=(n, d)), r.normal(size=(n, dv))
        slopes = [2.0 ** (-8 * h / heads) for h in range(1, heads + 1)]
        i, j = np.indices((n, n))
        outputs = [
            softmax(np.where(j <= i, q @ k.T / math.sqrt(d) - m * abs(i - j), -inf), axis=1) @ v for m in slopes
        ]
        result.append({"q": q, "k": k, "v": v, "heads": heads, "slopes": slopes, "outputs": outputs})
    return result


def masks(r):
    result = []
    for n in (1, 7, 16):
        i, j = np.indices((n, n))
        result.append({
            "n": n, "window": abs(i - j) <= 2, "strided": (j <= i) & ((i - j <= 4) | ((i - j) % 4 == 0)),
            "fixed": (j <= i) & ((i // 4 == j // 4) | (j % 4 >= 3)), "global": (i < 2) | (j < 2), "everyKey": j % 3 == 0,
            "causal": j <= i,
        })
    return result


def selections(r):
    result = []
    for n, m, d, keep in [(5, 7, 3, 2), (1, 1, 2, 1), (4, 13, 4, 13), (6, 5, 2, 1)]:
        q, k, v = 3 * r.normal(size=(n, d)), r.normal(size=(m, d)), r.normal(size=(m, 2))
        s = q @ k.T / math.sqrt(d)
        chosen = np.argsort(-s, axis=1, kind="stable")[:, :keep]
        mask = np.zeros((n, m), bool)
        np.put_along_axis(mask, chosen, True, axis=1)
        weights = softmax(np.where(mask, s, -inf), axis=1)
        dense = softmax(s, axis=1)
        entropies = -np.sum(dense * np.log(dense), axis=1)
        result.append({
            "q": q, "k": k, "v": v, "keep": keep, "weights": weights, "output": weights @ v, "effective": np.exp(entropies),
            "mass": np.take_along_axis(dense, chosen, axis=1).sum(axis=1), "dense": dense,
        })
    return result


def gates(r):
    result = []
    for n, c, s in [(7, 4, 2), (1, 3, 1), (5, 8, 3)]:
        x, squeeze, excite = r.normal(size=(n, c)), r.normal(size=(s, c)), r.normal(size=(c, s))
        gate = expit(excite @ np.maximum(squeeze @ x.mean(axis=0), 0))
        w, t = r.normal(size=(9, c)), r.normal(size=c)
        result.append({
            "x": x, "squeeze": squeeze, "excite": excite, "gate": gate, "y": x * gate, "directions": w, "vector": t,
            "features": np.exp(w @ t - t @ t / 2) / 3,
        })
    return result


def capacities(r):
    result = []
    for tokens, experts, factor in [(7, 3, 1.0), (1, 1, 0.5), (33, 4, 1.25), (12, 4, 0.34)]:
        choices = r.integers(0, experts, tokens)
        capacity, load, kept = math.ceil(factor * tokens / experts), [0] * experts, []
        for choice in choices:
            load[choice] += 1
            kept.append(int(choice) if load[choice] <= capacity else -1)
        result.append({
            "choices": choices, "experts": experts, "factor": factor, "capacity": capacity, "kept": kept,
            "dropped": kept.count(-1) / tokens,
        })
    return result


def cases():
    r = np.random.default_rng(26)
    return {
        "encodings": encodings(r), "biases": biases(r), "masks": masks(r), "selections": selections(r), "gates": gates(r),
        "capacities": capacities(r),
    }
