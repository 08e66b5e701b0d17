"""Curved spaces, and angles and kernels of two vectors, against mpmath: the papers' formulas with 60 digits."""
import mpmath
import torch

from case import Case, normal, uniform

mpmath.mp.dps = 60


def vectors(rows):
    return [[mpmath.mpf(v) for v in row] for row in rows.tolist()]


def dot(x, y):
    return mpmath.fsum(a * b for a, b in zip(x, y))


def length(x):
    return mpmath.sqrt(dot(x, x))


def pairs(f):
    """f of each row of x and that of y: a number, or a vector."""
    def reference(x):
        values = [f(a, b) for a, b in zip(vectors(x.x), vectors(x.y))]
        rows = [value if isinstance(value, list) else [value] for value in values]
        return torch.tensor([[float(v) for v in row] for row in rows], dtype=torch.float64)
    return reference


def each(f):
    def reference(x):
        return torch.tensor([[float(v) for v in f(row)] for row in vectors(x.x)], dtype=torch.float64)
    return reference


def along(x, size):
    r = length(x)
    return [size(r) * v / r for v in x] if r else x


def ball_distance(x, y):
    apart = [a - b for a, b in zip(x, y)]
    return mpmath.acosh(1 + 2 * dot(apart, apart) / ((1 - dot(x, x)) * (1 - dot(y, y))))


def moebius(x, y):
    xy, xx, yy = dot(x, y), dot(x, x), dot(y, y)
    below = 1 + 2 * xy + xx * yy
    return [((1 + 2 * xy + yy) * a + (1 - xx) * b) / below for a, b in zip(x, y)]


def curved(k):
    def distance(x, y):
        k_ = mpmath.mpf(k)
        x = [-v for v in x]
        xy, xx, yy = dot(x, y), dot(x, x), dot(y, y)
        below = 1 - 2 * k_ * xy + k_ * k_ * xx * yy
        r = length([((1 - 2 * k_ * xy - k_ * yy) * a + (1 + k_ * xx) * b) / below for a, b in zip(x, y)])
        root = mpmath.sqrt(abs(k_))
        return 2 * (mpmath.atan(root * r) if k > 0 else mpmath.atanh(root * r)) / root if k else 2 * r
    return distance


def lift(v):
    return [mpmath.sqrt(1 + dot(v, v)), *v]


def lorentz_distance(x, y):
    return mpmath.acosh(mpmath.sqrt(1 + dot(x, x)) * mpmath.sqrt(1 + dot(y, y)) - dot(x, y))


def lorentz_exponential(v):
    r = length(v)
    return [mpmath.cosh(r), *(mpmath.sinh(r) / r * a for a in v)]


def in_ball(n, d, gap):
    """Directions at random, 1 − ‖x‖ between gap/10 and gap."""
    x = normal(n, d)
    return x / x.norm(dim=1, keepdim=True) * (1 - gap * uniform(0.1, 1, n, 1))


def cases():
    for n, d in [(20, 2), (20, 9)]:
        for place, gap, types in [("inside", 1.0, ("Float", "Double")), ("near the edge", 1e-5, ("Float", "Double")),
                                  ("at the edge", 1e-13, ("Double",))]:
            x, y = in_ball(n, d, gap), in_ball(n, d, gap)
            # The second half are neighbours.
            y[n // 2:] = x[n // 2:] * (1 - 1e-3 * gap) + 1e-3 * gap * normal(n - n // 2, d) / d
            shape, given = f"{n} of {d}, {place}", {"x": x, "y": y}
            yield Case("Poincaré distance", "mpmath", "Poincaré distance", shape, given, pairs(ball_distance),
                       ulps=16, exact=True, types=types)
            yield Case("Möbius addition", "mpmath", "Möbius addition", shape, given, pairs(moebius), 2 * d, exact=True,
                       types=types)
            yield Case("distance at curvature −1", "mpmath", "distance at a curvature", shape, given,
                       pairs(curved(-1)), ulps=16, exact=True, sizes={"curvature": -1.0}, types=types)
            yield Case("Poincaré logarithmic map", "mpmath", "Poincaré logarithmic map", shape, {"x": x},
                       each(lambda x: along(x, mpmath.atanh)), ulps=16, exact=True, types=types)
        for size in [1, 12]:
            # Beyond 8 in Float and 18 in Double tanh is one, and the result the nearest point inside.
            v = normal(n, d, scale=(0.3 if size == 1 else 1) * 2 / d**0.5)
            yield Case("Poincaré exponential map", "mpmath", "Poincaré exponential map", f"{n} of {d}, about {size}",
                       {"x": v}, each(lambda v: along(v, mpmath.tanh)), d, exact=True)
            x, y = (normal(n, d, scale=size) for _ in range(2))
            y[n // 2:] = x[n // 2:] + 1e-2 * normal(n - n // 2, d)
            shape = f"{n} of {d}, about {size}"
            # The rounding of a length is that of the exponent of its sinh, four times the size at the most.
            yield Case("Lorentz exponential map", "mpmath", "Lorentz exponential map", shape, {"x": x},
                       each(lorentz_exponential), ulps=8 * size + d, exact=True)
            yield Case("Lorentz logarithmic map", "mpmath", "Lorentz logarithmic map", shape, {"x": x},
                       each(lambda v: along(v, mpmath.asinh)), ulps=4 + d, exact=True)
            # x₀ carries half a unit of its size, which the distance of near points multiplies by that size again.
            yield Case("Lorentz distance", "mpmath", "Lorentz distance", shape, {"x": x, "y": y},
                       pairs(lorentz_distance), 2 * d, units=size * size, exact=True)
        x, y = normal(n, d, scale=0.4), normal(n, d, scale=0.4)
        for k in (1.0, 0.25, 0.0):
            yield Case(f"distance at curvature {k:g}", "mpmath", "distance at a curvature", f"{n} of {d}",
                       {"x": x, "y": y}, pairs(curved(k)), ulps=16, exact=True, sizes={"curvature": k})
        # The angle from the sum and the difference of directions, each of which carries the rounding of a norm.
        yield Case("angle", "mpmath", "angle", f"{n} of {d}", {"x": x, "y": y},
                   pairs(lambda x, y: mpmath.acos(dot(x, y) / length(x) / length(y))), d, exact=True)
        yield Case("RBF kernel", "mpmath", "RBF kernel", f"{n} of {d}", {"x": x, "y": y},
                   pairs(lambda x, y: mpmath.exp(-length([a - b for a, b in zip(x, y)]) ** 2 / 2)), d, exact=True)
