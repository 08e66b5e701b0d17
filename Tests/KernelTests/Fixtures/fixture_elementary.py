"""Correctly rounded values of the elementary functions at hard and ordinary places."""
import math
import random

from mpmath import mp, mpf


def places(name, r):
    u = r.uniform
    if name == "exp":
        return [u(-745, 709.7) for _ in range(60)] + [u(-1, 1) for _ in range(60)] + [0.0, -0.0, 709.78, -745.1, 1.0, 0.34662]
    if name == "log":
        near = [u(0.3, 3) for _ in range(60)] + [1 + u(-1e-3, 1e-3) for _ in range(20)]
        return [math.exp(u(-700, 700)) for _ in range(60)] + near + [5e-324, 1e-310, 2.0, 0.7, 1.0, 1.4142135623730951]
    if name in ("sin", "cos"):
        wide = [math.exp(u(5, 709)) * r.choice([1, -1]) for _ in range(60)]
        turns = [k * math.pi / 2 for k in (1, 2, 3, 4, 22, 355, 710, 100001)]
        return [u(-3, 3) for _ in range(60)] + [u(-5e5, 5e5) for _ in range(60)] + wide + turns + [6381956970095103 * 2.0**797, 1e22, 524288.0, -524289.5]
    if name == "tanh":
        return [u(-3, 3) for _ in range(60)] + [u(-25, 25) for _ in range(40)] + [math.exp(u(-50, 0)) for _ in range(30)] + [0.0, 22.5]
    if name == "erf":
        return [u(-6.5, 6.5) for _ in range(80)] + [math.exp(u(-50, 0)) for _ in range(30)] + [0.0, 0.875, 0.8749999, 6.0, -6.1]
    raise KeyError(name)


def cases():
    r = random.Random(20170612)
    result = []
    for name in ("exp", "log", "sin", "cos", "tanh", "erf"):
        xs = places(name, r)
        ys = []
        for x in xs:
            mp.prec = 1300 if name in ("sin", "cos") else 400
            ys.append(float(getattr(mp, name)(mpf(x))))
        result.append({"function": name, "x": xs, "y": ys})
    return result
