"""Products and statistics: numpy, with the sums in exact rational arithmetic."""
from fractions import Fraction

import numpy as np
from scipy import stats


def exact_sum(values):
    return float(sum(map(Fraction, values), Fraction(0)))


def cases():
    r = np.random.default_rng(3)
    products, vectors = [], []
    for m, k, n in [(1, 1, 1), (7, 13, 33), (6, 16, 16), (13, 7, 8), (12, 300, 17), (33, 1, 5), (5, 33, 1)]:
        a, b = r.normal(size=(m, k)), r.normal(size=(k, n))
        c = [[exact_sum(Fraction(x) * Fraction(y) for x, y in zip(row, column)) for column in b.T] for row in a]
        products.append({"a": a, "b": b, "product": c})
    for n in (1, 7, 13, 16, 33, 100):
        x, y = r.normal(3, 2, n), r.normal(size=n)
        p = np.exp(2 * y) / np.exp(2 * y).sum()
        vectors.append({
            "x": x, "y": y, "sum": exact_sum(x), "dot": exact_sum(Fraction(a) * Fraction(b) for a, b in zip(x, y)),
            "norm": np.linalg.norm(x), "mean": x.mean(), "variance": x.var(), "difference": np.abs(x - y).max(),
            "p": p, "entropy": stats.entropy(p), "effective": np.exp(stats.entropy(p)),
            "topMass": [np.sort(p)[::-1][:k].sum() for k in range(n + 1)],
        })
    return {"products": products, "vectors": vectors}
