"""Softmax, attention under masks, cosine attention, many heads and kernel smoothing: numpy, scipy and mpmath."""
import numpy as np
from mpmath import mp, mpf
from scipy.spatial.distance import cdist
from scipy.special import softmax

inf = float("inf")


def masked_softmax(s, mask):
    s = np.where(mask, s, -inf)
    p = np.zeros_like(s)
    for i, row in enumerate(s):
        if mask[i].any():
            p[i] = softmax(row)
    return p


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def softmaxes(r):
    rows = [
        [0.0], [1000.0, -1000.0, 999.0], [1.0, 2.0, -inf, 3.0], [-1000.0] * 7, [-inf, 5.0],
        list(r.normal(size=7)), list(r.normal(0, 300, 13)), list(r.normal(0, 3, 33)), [1000.0, 1000.0, 998.5, -inf],
    ]
    return [{"scores": s, "temperature": t, "weights": exact_softmax(s, t)} for s in rows for t in (1.0, 0.5, 3.0)]


def exact_softmax(scores, temperature):
    """Correctly rounded; scipy's own loses some of the last digits at scores of 1000."""
    mp.dps = 60
    powers = [mp.exp(mpf(s) / mpf(temperature)) for s in scores]
    return [float(p / mp.fsum(powers)) for p in powers]


def attentions(r):
    result = []
    for n, m, d, dv, kind, size in [
        (7, 13, 5, 3, "none", 1), (1, 33, 4, 7, "none", 1), (13, 13, 7, 13, "causal", 1), (33, 33, 8, 5, "random", 1),
        (7, 7, 3, 3, "emptyRow", 1), (13, 7, 16, 2, "none", 15), (5, 1, 6, 4, "none", 1),
    ]:
        q, k, v = size * r.normal(size=(n, d)), size * r.normal(size=(m, d)), r.normal(size=(m, dv))
        mask = np.ones((n, m), bool)
        if kind == "causal":
            mask = np.tril(mask)
        if kind in ("random", "emptyRow"):
            mask = r.random((n, m)) < 0.5
            mask[:, 0] = True
        if kind == "emptyRow":
            mask[2] = False
        plain = masked_softmax(q @ k.T / np.sqrt(d), mask)
        scaled = masked_softmax(q @ k.T * 0.3, mask)
        cosine = unit(q) @ unit(k).T
        result.append({
            "q": q, "k": k, "v": v, "mask": mask, "scores": q @ k.T / np.sqrt(d), "weights": plain, "output": plain @ v,
            "outputAtScale0.3": scaled @ v, "cosines": cosine, "cosineOutput": masked_softmax(cosine, mask) @ v,
            "cosineOutputAtScale10": masked_softmax(10 * cosine, mask) @ v,
        })
    return result


def heads(r):
    result = []
    for n, d, h in [(7, 12, 3), (13, 15, 5), (1, 8, 2), (5, 6, 1)]:
        x = r.normal(size=(n, d))
        wq, wk, wv, wo = (r.normal(size=(d, d)) / np.sqrt(d) for _ in range(4))
        for causal in (False, True):
            mask = np.tril(np.ones((n, n), bool)) if causal else np.ones((n, n), bool)
            width = d // h
            total, weights = 0, []
            for i in range(h):
                own = slice(i * width, (i + 1) * width)
                a = masked_softmax((x @ wq[:, own]) @ (x @ wk[:, own]).T / np.sqrt(width), mask)
                weights.append(a)
                # The sum over heads of A·X·W_V·W_O: no concatenation.
                total = total + a @ x @ wv[:, own] @ wo[own]
            result.append({"x": x, "query": wq, "key": wk, "value": wv, "output": wo, "heads": h, "causal": causal, "weights": weights, "result": total})
    return result


def smoothings(r):
    result = []
    for n, m, d, dv in [(7, 13, 3, 2), (1, 33, 2, 5)]:
        q, k, v = r.normal(size=(n, d)), r.normal(size=(m, d)), r.normal(size=(m, dv))
        w = np.exp(-cdist(q, k, "sqeuclidean") / (2 * 0.7**2))
        result.append({"q": q, "k": k, "v": v, "bandwidth": 0.7, "output": (w / w.sum(1, keepdims=True)) @ v})
    return result


def cases():
    r = np.random.default_rng(6)
    return {"softmax": softmaxes(r), "attention": attentions(r), "heads": heads(r), "smoothing": smoothings(r)}
