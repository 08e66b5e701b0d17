"""Activations at 50 digits."""
from mpmath import mp, mpf

mp.dps = 50
functions = {
    "relu": lambda x: max(x, mpf(0)),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "gelu": lambda x: x * mp.ncdf(x),
    "geluTanh": lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3))),
    "swish": lambda x: x / (1 + mp.exp(-x)),
}


def cases():
    mp.dps = 50
    xs = [i / 8 for i in range(-64, 65)] + [-30.0, 30.0, 1e-9, -1e-9]
    return [{"function": name, "x": xs, "y": [float(f(mpf(x))) for x in xs]} for name, f in functions.items()]
