"""Block quantisation by numpy's round-half-even, Hadamard rotations by scipy, attention on the rounded matrices."""
import numpy as np
from scipy.linalg import hadamard
from scipy.special import softmax


def quantised(x, bits, block):
    y = np.zeros_like(x)
    for start in range(0, len(x), block):
        part = x[start : start + block]
        scale = np.abs(part).max() / (2 ** (bits - 1) - 1)
        y[start : start + block] = 0 if scale == 0 else np.round(part / scale) * scale
    return y


def cases():
    r = np.random.default_rng(66)
    result = []
    for n, m, d, dv, bits, block in [(5, 7, 4, 3, 8, 4), (1, 13, 8, 5, 4, 64), (9, 1, 1, 1, 2, 3), (6, 6, 16, 2, 12, 1)]:
        q, k, v = r.normal(size=(n, d)), r.normal(size=(m, d)), r.normal(size=(m, dv))
        v[0] = 0
        signs = r.choice([-1.0, 1.0], d)
        rounded = [quantised(x, bits, block) for x in (q, k, v)]
        weights = softmax(rounded[0] @ rounded[1].T / np.sqrt(d), axis=1)
        result.append({
            "q": q, "k": k, "v": v, "bits": bits, "block": block, "signs": signs, "roundedQ": rounded[0], "roundedV": rounded[2],
            "turned": (q * signs) @ hadamard(d) / np.sqrt(d), "output": weights @ rounded[2],
        })
    return result
