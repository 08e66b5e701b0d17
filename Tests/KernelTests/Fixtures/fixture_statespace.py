"""Discretisation by scipy.signal, recurrences as digital filters, selective scans and RWKV's mean by plain loops, FFTs."""
import numpy as np
from mpmath import mp, mpf
from scipy.signal import cont2discrete, lfilter


def systems(r):
    result = []
    for states, length, step in [(1, 1, 0.1), (4, 13, 0.05), (3, 33, 0.7)]:
        a, b, c, x = -r.random(states) * 2, r.normal(size=states), r.normal(size=states), r.normal(size=length)
        for rule, method in [("zeroOrderHold", "zoh"), ("bilinear", "bilinear"), ("euler", "euler")]:
            skip = 0.5
            y = skip * x
            decay, gain = [], []
            for i in range(states):
                if method == "bilinear":
                    # scipy's Tustin also moves the output; the state's recurrence itself is what is wanted.
                    d, g = (1 + step * a[i] / 2) / (1 - step * a[i] / 2), step * b[i] / (1 - step * a[i] / 2)
                else:
                    ad, bd, *_ = cont2discrete((np.array([[a[i]]]), np.array([[b[i]]]), np.eye(1), np.zeros((1, 1))), step, method)
                    d, g = ad[0, 0], bd[0, 0]
                decay.append(d)
                gain.append(g)
                y = y + lfilter([c[i] * g], [1, -d], x)
            result.append({
                "a": a, "b": b, "c": c, "x": x, "step": step, "rule": rule, "skip": skip, "decay": decay, "input": gain, "y": y,
            })
    return result


def scans(r):
    result = []
    for n, d, s in [(1, 1, 1), (7, 3, 2), (13, 5, 4)]:
        x, delta = r.normal(size=(n, d)), r.random((n, d))
        a, b, c, skip = -r.random((d, s)) * 3, r.normal(size=(n, s)), r.normal(size=(n, s)), r.normal(size=d)
        h, y = np.zeros((d, s)), np.zeros((n, d))
        for t in range(n):
            h = np.exp(delta[t][:, None] * a) * h + (delta[t] * x[t])[:, None] * b[t]
            y[t] = h @ c[t] + skip * x[t]
        result.append({"x": x, "delta": delta, "a": a, "b": b, "c": c, "skip": skip, "y": y})
    return result


def means(r):
    mp.dps = 60
    result = []
    for n, d, size in [(1, 1, 1), (7, 3, 1), (12, 2, 300), (33, 1, 5)]:
        k, v, w, u = size * r.normal(size=(n, d)), r.normal(size=(n, d)), r.random(d), r.normal(size=d)
        if d > 1:
            w[0] = 0.0
        y = np.zeros((n, d))
        for c in range(d):
            for t in range(n):
                weights = [mp.exp(mpf(k[i, c]) - (t - 1 - i) * mpf(w[c])) for i in range(t)] + [mp.exp(mpf(u[c]) + mpf(k[t, c]))]
                y[t, c] = float(mp.fsum(p * mpf(v[i, c]) for i, p in enumerate(weights)) / mp.fsum(weights))
        result.append({"k": k, "v": v, "decay": w, "bonus": u, "y": y})
    return result


def transforms(r):
    result = []
    for n in (1, 2, 8, 64):
        x = r.normal(size=n) + 1j * r.normal(size=n)
        y = np.fft.fft(x)
        result.append({"re": x.real, "im": x.imag, "outRe": y.real, "outIm": y.imag})
    return result


def cases():
    r = np.random.default_rng(77)
    return {"systems": systems(r), "scans": scans(r), "wkv": means(r), "fourier": transforms(r)}
