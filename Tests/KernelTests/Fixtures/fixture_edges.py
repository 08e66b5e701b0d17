"""Values where numbers end or cancel: mpmath with as many digits as it takes, from the Doubles (or Floats) themselves."""
import math
import random

import numpy as np
from mpmath import mp, mpf


def exact(f, *arguments):
    mp.dps = 120
    return float(f(*[mpf(x) for x in arguments]))


def near(r, x):
    """x and its neighbours, a few ulps and a few powers of ten away."""
    steps = [x, math.nextafter(x, math.inf), math.nextafter(x, -math.inf)]
    return steps + [x + s * 10.0 ** -k for k in (1, 3, 6, 9, 12) for s in (1, -1)]


def functions(r):
    u = r.uniform
    wide = [-38.4, -37.0, -20.0, -8.5, -6.0, -1.25, -1.2, 0.0, 1e-300, -1e-300, 5e-324, 3.0, 40.0, 1e300, -1e300]
    wide += [u(-12, 3) for _ in range(40)] + [-(10.0 ** u(-20, 1)) for _ in range(20)]
    far = mpf(10000)  # beyond, the smaller tail is zero in any Double
    tail = lambda x: mp.erfc(-x / mp.sqrt(2)) / 2 if abs(x) < far else mpf(x > 0)
    inner = lambda x: mp.sqrt(2 / mp.pi) * (x + mpf(0.044715) * x**3)
    sigma = lambda x: 1 / (1 + mp.exp(-x)) if abs(x) < far else mpf(x > 0)
    density = lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi) if abs(x) < far else mpf(0)

    def tanh_slope(x):
        s = sigma(2 * inner(x))
        return s + 2 * x * s * (1 - s) * mp.sqrt(2 / mp.pi) * (1 + 3 * mpf(0.044715) * x * x)

    table = {
        "gelu": (lambda x: x * tail(x), wide),
        "geluTanh": (lambda x: x * sigma(2 * inner(x)), wide),
        "swish": (lambda x: x * sigma(x), wide + [-700.0, 700.0]),
        "softplus": (lambda x: mp.log1p(mp.exp(x)) if x < 1000 else x, [y for y in wide if abs(y) < 1e6] + [-700.0, 700.0]),
        "geluSlope": (lambda x: tail(x) + x * density(x), wide),
        "geluTanhSlope": (tanh_slope, wide),
        "swishSlope": (lambda x: sigma(x) * (1 + x * (1 - sigma(x))), wide),
        "logGamma": (
            mp.loggamma,
            near(r, 1.0) + near(r, 2.0) + near(r, 0.6) + near(r, 2.4) + near(r, 10.0)
            + [5e-324, 1e-300, 1e-10, 3e5, 1e17, 1e305] + [10.0 ** u(-5, 5) for _ in range(40)]),
        "held": (lambda z: mp.expm1(z) / z, [1e-300, -1e-300, 1e-9, -1e-9, 0.0099, 0.01, -0.011, 0.3, -0.7, 0.999, -1.0, 1.0, 5.0, -30.0, -1e4]),
    }
    return [
        {"function": name, "x": xs, "y": [exact(f, x) for x in xs]}
        for name, (f, xs) in table.items()
    ]


def betas(r):
    places = [(0.169, 0.69, 7.31), (1e-300, 0.5, 4.5), (5e-324, 0.5, 0.5), (1 - 2.0**-53, 0.5, 4.5), (0.5, 1e5, 1e5), (0.1, 1e-3, 5.0), (0.999, 2e5, 0.7)]
    for _ in range(140):
        a, b = 10 ** r.uniform(-3, 5), 10 ** r.uniform(-3, 5)
        mean, deviation = a / (a + b), math.sqrt(a * b / (a + b + 1)) / (a + b)
        turn = (a + 1) / (a + b + 2)
        x = r.choice([mean + deviation * r.gauss(0, 2), turn, math.nextafter(turn, 1), math.nextafter(turn, 0), r.random(), 10 ** r.uniform(-10, 0)])
        if 0 < x < 1:
            places.append((x, a, b))
    result = []
    for x, a, b in places:
        mp.dps = 60
        try:
            y = mp.betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True)
        except (ValueError, mp.NoConvergence):
            continue
        if y > mpf(10) ** -290:
            result.append({"x": x, "a": a, "b": b, "y": float(y)})
    return result


def hyperbolic(x, y, k=-1):
    mp.dps = 120
    x, y, k = [mpf(float(v)) for v in x], [mpf(float(v)) for v in y], mpf(k)
    xx, yy = sum(v * v for v in x), sum(v * v for v in y)
    apart = sum((v - w) ** 2 for v, w in zip(x, y))
    # arcosh(1 + 2δ) = 2·arsinh √δ, which keeps the smallest distances too.
    return float(2 * mp.asinh(mp.sqrt(-k * apart / ((1 + k * xx) * (1 + k * yy)))) / mp.sqrt(-k))


def balls(r):
    pairs = []
    edge = 1 - 1e-9
    for x, y in [
        ([edge, 0.0], [edge * math.cos(1e-6), edge * math.sin(1e-6)]),
        ([1 - 2.0**-53, 0.0], [-(1 - 2.0**-53), 0.0]),
        ([0.9999, 0.0], [0.9999, 0.0001]),
        ([0.6, 0.8 - 1e-15], [-0.6, -(0.8 - 1e-15)]),
        ([0.0, 0.0], [1e-200, 1e-200]),
        ([1e-9, 0.0], [1.00000001e-9, 0.0]),
    ]:
        pairs.append((x, y))
    for _ in range(40):
        d = r.choice([1, 2, 3, 5])
        def point():
            v = [r.gauss(0, 1) for _ in range(d)]
            length = math.sqrt(sum(c * c for c in v))
            return [c / length * (1 - 10 ** r.uniform(-15, 0)) for c in v]
        x = point()
        y = r.choice([point(), [-c for c in x], [c * (1 - 10 ** r.uniform(-12, -1)) for c in x]])
        pairs.append((x, y))
    result = [{"x": x, "y": y, "k": -1.0, "distance": hyperbolic(x, y)} for x, y in pairs]
    for k in (-0.3, -7.0):
        radius = 1 / math.sqrt(-k)
        for x, y in pairs[:20]:
            x, y = [c * radius * (1 - 1e-12) for c in x], [c * radius * (1 - 1e-12) for c in y]
            result.append({"x": x, "y": y, "k": k, "distance": hyperbolic(x, y, k)})
    return result


def singles():
    """The same from Floats."""
    result = []
    f = lambda *v: [float(np.float32(c)) for c in v]
    for x, y in [
        (f(0.9999, 0), f(0.9999, 0.0001)), (f(0.9999, 0), f(-0.9999, 0)), (f(1 - 2.0**-24, 0), f(-(1 - 2.0**-24), 0)),
        (f(0.7071, 0.7071), f(0.7071, 0.70711)), (f(0.1, 0.2), f(0.3, -0.4)), (f(1e-20, 0), f(0, 1e-20)),
    ]:
        result.append({"x": x, "y": y, "distance": hyperbolic(x, y)})
    return result


def norms():
    result = []
    for x in [[3e200, 4e200], [3e-200, 4e-200], [1e308, 1e308, -1e308], [5e-324] * 3, [1.0, 1e-200], [1e154] * 7, [1e-160] * 9, [2e-308, 1e-310]]:
        mp.dps = 60
        xs = [mpf(v) for v in x]
        square = sum(v * v for v in xs)
        mean = sum(xs) / len(xs)
        spread = sum((v - mean) ** 2 for v in xs) / len(xs)
        result.append({
            "x": x, "norm": float(mp.sqrt(square)), "unit": [float(v / mp.sqrt(square)) for v in xs], "mean": float(mean),
            "root": float(mp.sqrt(square / len(xs))), "deviation": float(mp.sqrt(spread)),
        })
    return result


def slopes(heads):
    """As the code published with "Train short, test long" computes them."""
    def power(n):
        start = 2 ** (-(2 ** -(math.log2(n) - 3)))
        return [start * start**i for i in range(n)]
    if math.log2(heads).is_integer():
        return power(heads)
    closest = 2 ** math.floor(math.log2(heads))
    return power(closest) + slopes(2 * closest)[0::2][: heads - closest]


def cases():
    r = random.Random(18)
    return {
        "functions": functions(r), "betas": betas(r), "balls": balls(r), "singles": singles(), "norms": norms(),
        "slopes": [{"heads": n, "paper": [2 ** (-8 * h / n) for h in range(1, n + 1)], "code": slopes(n)} for n in (1, 3, 6, 8, 12, 20, 25)],
        "binomials": [{"n": n, "k": k, "value": str(math.comb(n, k))} for n, k in [(62, 31), (66, 33), (61, 30), (60, 30), (100, 8), (2**31 - 1, 2), (1, 0), (0, 0)]],
    }
