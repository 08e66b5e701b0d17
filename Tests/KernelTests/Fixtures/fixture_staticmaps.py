"""Convolution, squeeze and excitation, recurrent cells, feed-forward layers and expert mixtures, straight from their formulas."""
import numpy as np
from scipy.special import erf, expit, softmax


def convolutions(r):
    result = []
    for n, cin, cout, taps, dilation in [(7, 2, 3, 3, 1), (13, 1, 1, 5, 2), (1, 3, 2, 3, 1), (9, 2, 2, 1, 4)]:
        x, w = r.normal(size=(n, cin)), r.normal(size=(taps, cin, cout))
        y = np.zeros((n, cout))
        for t in range(n):
            for j in range(taps):
                s = t + (j - taps // 2) * dilation
                if 0 <= s < n:
                    y[t] += x[s] @ w[j]
        result.append({"x": x, "taps": [tap.T for tap in w], "dilation": dilation, "y": y})
    return result


def layers(r):
    result = []
    for n, d, hidden in [(5, 3, 7), (1, 4, 8), (13, 2, 5)]:
        x, up, upBias = r.normal(size=(n, d)), r.normal(size=(hidden, d)), r.normal(size=hidden)
        down, downBias, gate = r.normal(size=(d, hidden)), r.normal(size=d), r.normal(size=(hidden, d))
        inner = x @ up.T + upBias
        acts = {
            "relu": np.maximum(inner, 0), "gelu": inner * (1 + erf(inner / np.sqrt(2))) / 2, "swish": inner * expit(inner),
            "geluTanh": inner / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (inner + 0.044715 * inner**3))),
        }
        g = x @ gate.T
        result.append({
            "x": x, "up": up, "upBias": upBias, "down": down, "downBias": downBias, "gate": gate,
            "outputs": {name: a @ down.T + downBias for name, a in acts.items()},
            "swiGLU": (g * expit(g) * (x @ up.T)) @ down.T,
        })
    return result


def mixtures(r):
    result = []
    for t, d, n, k, hidden in [(7, 3, 4, 2, 5), (1, 2, 3, 3, 2), (13, 5, 8, 1, 3)]:
        x, w = r.normal(size=(t, d)), r.normal(size=(n, d))
        ups, downs = r.normal(size=(n, hidden, d)), r.normal(size=(n, d, hidden))
        logits = x @ w.T
        gates = softmax(logits, axis=1)
        outputs = np.stack([np.maximum(x @ ups[e].T, 0) @ downs[e].T for e in range(n)], axis=1)
        chosen = np.argsort(-logits, axis=1, kind="stable")[:, :k]
        renormalised, plain, load = np.zeros((t, d)), np.zeros((t, d)), np.zeros(n)
        for i in range(t):
            inner = softmax(logits[i, chosen[i]])
            for at, e in enumerate(chosen[i]):
                renormalised[i] += inner[at] * outputs[i, e]
                plain[i] += gates[i, e] * outputs[i, e]
                load[e] += 1 / (t * k)
        slots = r.normal(size=(d, 2 * n))
        dispatch, combine = softmax(x @ slots, axis=0), softmax(x @ slots, axis=1)
        inputs = dispatch.T @ x
        soft = combine @ np.concatenate([np.maximum(inputs[2 * e : 2 * e + 2] @ ups[e].T, 0) @ downs[e].T for e in range(n)])
        result.append({
            "x": x, "router": w, "ups": list(ups), "downs": list(downs), "active": k, "renormalised": renormalised, "plain": plain,
            "chosen": chosen, "gates": gates, "balancing": 0.01 * n * (load * gates.mean(axis=0)).sum(), "slots": slots, "soft": soft,
        })
    return result


def recurrences(r):
    result = []
    for n, d, h in [(7, 3, 2), (1, 2, 5), (13, 1, 4)]:
        x = r.normal(size=(n, d))
        w, u, b = r.normal(size=(h, d)), r.normal(size=(h, h)), r.normal(size=h)
        wl, ul, bl = r.normal(size=(4 * h, d)), r.normal(size=(4 * h, h)), r.normal(size=4 * h)
        state, hidden, cell = np.zeros(h), np.zeros(h), np.zeros(h)
        plain, long = [], []
        for row in x:
            state = np.tanh(w @ row + u @ state + b)
            plain.append(state)
            i, f, g, o = np.split(wl @ row + ul @ hidden + bl, 4)
            cell = expit(f) * cell + expit(i) * np.tanh(g)
            hidden = expit(o) * np.tanh(cell)
            long.append(hidden)
        result.append({
            "x": x, "w": w, "u": u, "b": b, "plain": plain, "lstmW": wl, "lstmU": ul, "lstmB": bl, "lstm": long,
        })
    return result


def grouped(r):
    """Attention with repeated key and value heads; the causal mask; and the expected weight of a key by quadrature."""
    result = []
    for n, heads, groups, width in [(7, 4, 2, 3), (1, 3, 1, 2), (13, 6, 3, 1)]:
        d = heads * width
        x, q, o = r.normal(size=(n, d)), r.normal(size=(d, d)), r.normal(size=(d, d))
        k, v = r.normal(size=(d, groups * width)), r.normal(size=(d, groups * width))
        repeat = lambda m: np.repeat((x @ m).reshape(n, groups, width), heads // groups, axis=1)
        scores = np.einsum("ihc,jhc->hij", (x @ q).reshape(n, heads, width), repeat(k)) / np.sqrt(width)
        scores = np.where(np.tril(np.ones((n, n), bool)), scores, -np.inf)
        y = np.einsum("hij,jhc->ihc", softmax(scores, axis=2), repeat(v)).reshape(n, d) @ o
        result.append({"x": x, "q": q, "k": k, "v": v, "o": o, "heads": heads, "groups": groups, "y": y})
    return result


def expectations(r):
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    result = []
    for m, d in [(5, 3), (1, 4), (7, 1)]:
        keys, mean, variance = r.normal(size=(m, d)), r.normal(size=d), r.random(d)
        # One Gauss–Hermite quadrature for each independent coordinate of q.
        factors = [
            [np.sum(weights * np.exp((mean[c] + np.sqrt(variance[c]) * nodes) * k[c] / np.sqrt(d))) for c in range(d)] for k in keys
        ]
        result.append({"keys": keys, "mean": mean, "variance": variance, "expected": np.prod(factors, axis=1)})
    return result


def cases():
    r = np.random.default_rng(17)
    return {"recurrences": recurrences(r), "grouped": grouped(r), "expectations": expectations(r), "convolutions": convolutions(r), "layers": layers(r), "mixtures": mixtures(r)}
