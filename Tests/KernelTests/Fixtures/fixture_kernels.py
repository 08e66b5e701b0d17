"""Kernels: Gram matrices by scipy distances, polynomial features by multinomial coefficients, random features."""
import itertools
import math

import numpy as np
from scipy.spatial.distance import cdist


def polynomial_features(x, degree, constant):
    """One feature for each multiset of `degree` factors out of (x₁ … x_d, √c)."""
    factors = list(x) + [math.sqrt(constant)]
    result = []
    for chosen in itertools.combinations_with_replacement(range(len(factors)), degree):
        ways = math.factorial(degree)
        for i in set(chosen):
            ways //= math.factorial(chosen.count(i))
        result.append(math.sqrt(ways) * math.prod(factors[i] for i in chosen))
    return result


def cases():
    r = np.random.default_rng(15)
    result = []
    for n, d, degree, constant, bandwidth, m in [(7, 3, 2, 1.0, 0.8, 5), (13, 2, 3, 0.5, 2.0, 33), (1, 4, 1, 0.0, 1.0, 1), (5, 3, 4, 2.0, 0.3, 7)]:
        x = r.normal(size=(n, d))
        w, b = r.normal(size=(m, d)) / bandwidth, r.uniform(0, 2 * np.pi, m)
        result.append({
            "x": x, "degree": degree, "constant": constant, "bandwidth": bandwidth,
            "rbf": np.exp(-cdist(x, x, "sqeuclidean") / (2 * bandwidth**2)), "polynomial": (x @ x.T + constant) ** degree,
            "polynomialFeatures": [polynomial_features(row, degree, constant) for row in x],
            "frequencies": w, "phases": b, "fourier": np.sqrt(2 / m) * np.cos(x @ w.T + b),
        })
    return result
