"""Rotary embedding as multiplication by e^{i·position·θ} of complex numbers."""
import numpy as np


def cases():
    r = np.random.default_rng(25)
    result = []
    for n, d, base in [(7, 2, 10000.0), (13, 6, 10000.0), (1, 16, 500000.0), (33, 14, 100.0)]:
        x = r.normal(size=(n, d))
        positions = r.integers(0, 5000, n)
        theta = base ** (-2 * np.arange(d // 2) / d)
        turn = np.exp(1j * positions[:, None] * theta)
        interleaved = (x[:, 0::2] + 1j * x[:, 1::2]) * turn
        half = (x[:, : d // 2] + 1j * x[:, d // 2 :]) * turn
        a = np.empty_like(x)
        a[:, 0::2], a[:, 1::2] = interleaved.real, interleaved.imag
        fractional = (x[:, 0::2] + 1j * x[:, 1::2]) * np.exp(1j * (positions[:, None] / 8) * theta)
        c = np.empty_like(x)
        c[:, 0::2], c[:, 1::2] = fractional.real, fractional.imag
        result.append({
            "x": x, "positions": positions, "base": base, "frequencies": theta, "interleaved": a,
            "halfSplit": np.concatenate([half.real, half.imag], axis=1), "interleavedAtEighths": c,
        })
    return result
