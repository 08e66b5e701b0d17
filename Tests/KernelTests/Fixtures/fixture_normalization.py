"""Normalisations, the nGPT step and attention, angles and slerp: numpy; slerp through scipy where it exists."""
import numpy as np
from scipy.spatial import geometric_slerp
from scipy.special import softmax


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def cases():
    r = np.random.default_rng(28)
    rows = []
    for n, d in [(7, 13), (1, 33), (3, 2), (5, 16)]:
        x, y = r.normal(1, 3, (n, d)), r.normal(size=(n, d))
        gain, bias, rate = r.normal(1, 0.3, d), r.normal(size=d), r.uniform(0.02, 0.6, d)
        centred = x - x.mean(1, keepdims=True)
        small = 0.01 * x
        ms = lambda z: (z**2).mean(1, keepdims=True)
        h = unit(x)
        k, v, s = r.normal(size=(n + 2, d)), r.normal(size=(n + 2, 3)), r.uniform(0.5, 2, d)
        logits = np.sqrt(d) * (unit(x) * s) @ (unit(k) * s).T
        rows.append({
            "x": x, "y": y, "gain": gain, "bias": bias, "rate": rate, "l2": unit(x),
            "layerNorm": gain * centred / np.sqrt(x.var(1, keepdims=True) + 1e-5) + bias,
            "layerNormEpsilon0.1": centred / np.sqrt(x.var(1, keepdims=True) + 0.1),
            # Small inputs, where the default ε is seen.
            "small": small, "layerNormSmall": 0.01 * centred / np.sqrt(small.var(1, keepdims=True) + 1e-5),
            "rmsNormSmall": small / np.sqrt(ms(small) + 1e-5),
            "rmsNorm": gain * x / np.sqrt(ms(x) + 1e-5), "rmsNormEpsilon0.1": x / np.sqrt(ms(x) + 0.1),
            "h": h, "ngpt": unit(h + rate * (unit(y) - h)),
            "k": k, "v": v, "s": s, "ngptAttention": softmax(logits, axis=1) @ v,
        })
    arcs = []
    for d in (2, 7, 33):
        u, v = unit(r.normal(size=d)), unit(r.normal(size=d))
        for t in (0.0, 0.25, 0.5, 0.9, 1.0):
            arcs.append({"u": u, "v": v, "t": t, "point": geometric_slerp(u, v, t), "angle": np.arccos(u @ v)})
    for small in (1e-9, 1e-4):
        # The arc cosine sees nothing here; the angle is known by construction.
        u, v = np.array([1.0, 0.0, 0.0]), np.array([np.cos(small), np.sin(small), 0.0])
        arcs.append({"u": u, "v": v, "t": 0.5, "point": [np.cos(small / 2), np.sin(small / 2), 0.0], "angle": small})
    return {"rows": rows, "arcs": arcs}
