"""Sums, elementary and special functions against torch, scipy and mpmath."""
import mpmath
import numpy as np
import scipy.linalg
import torch
from torch.nn import functional as F

from case import Case, integers, normal, uniform

mpmath.mp.dps = 60


def exactly(f):
    """f with 60 digits of each row of x, and the result rounded once."""
    def reference(x):
        rows = x.x.tolist()
        values = [f(*map(mpmath.mpf, row)) for row in rows]
        return torch.tensor([float(value) for value in values], dtype=torch.float64)[:, None]
    return reference


def products():
    for m, k, n in [(7, 13, 5), (65, 129, 33)]:
        a, b = normal(m, k), normal(k, n)
        shape = f"{m}×{k}·{k}×{n}"
        yield Case("matrix product", "torch.matmul", "matmul", shape, {"a": a, "b": b}, lambda x: x.a @ x.b, k)
        yield Case("product with a transposed right", "torch.matmul", "matmul of a transposed right", shape,
                   {"a": a, "b": b.T.contiguous()}, lambda x: x.a @ x.b.T, k)
        yield Case("product with a transposed left", "torch.matmul", "matmul of a transposed left", shape,
                   {"a": a.T.contiguous(), "b": b}, lambda x: x.a.T @ x.b, k)
        yield Case("product with a vector", "torch.matmul", "matmul of a vector", f"{m}×{k}·{k}",
                   {"a": a, "v": normal(k)}, lambda x: (x.a @ x.v)[:, None], k)


def reductions():
    for n, d in [(5, 9), (17, 200)]:
        shape, x = f"{n}×{d}", {"x": normal(n, d)}
        yield Case("norm", "torch.linalg.vector_norm", "norm", shape, x,
                   lambda x: torch.linalg.vector_norm(x.x, dim=1, keepdim=True), d)
        for scale in (1e30, 1e-30):
            yield Case(f"norm of numbers about {scale:g}", "torch.linalg.vector_norm", "norm", shape,
                       {"x": normal(n, d, scale=scale)},
                       lambda x: torch.linalg.vector_norm(x.x, dim=1, keepdim=True), d)
        yield Case("mean", "torch.mean", "mean", shape, x, lambda x: x.x.mean(1, keepdim=True), d)
        yield Case("variance", "torch.var", "variance", shape, x,
                   lambda x: x.x.var(1, unbiased=False, keepdim=True), 2 * d)
        yield Case("entropy", "torch.special.entr", "entropy", shape, {"x": torch.softmax(2 * normal(n, d), 1)},
                   lambda x: torch.special.entr(x.x).sum(1, keepdim=True), d)
        k = d // 3
        yield Case("largest k", "torch.topk", "top indices", shape, x,
                   lambda x, k=k: x.x.topk(k).indices.reshape(-1, 1), sizes={"k": k})
        signal = 2 ** (n.bit_length() + 2)
        for inverse in ({}, {"inverse": 1}):
            transform = torch.fft.ifft if inverse else torch.fft.fft

            def transformed(x, transform=transform):
                y = transform(torch.complex(x.re, x.im))
                return {"re": y.real[:, None], "im": y.imag[:, None]}
            yield Case("Fourier transform" + (", inverse" if inverse else ""), "torch.fft", "Fourier transform",
                       f"{signal}", {"re": normal(signal), "im": normal(signal)}, transformed,
                       2 * signal.bit_length(), sizes=inverse)
    for m, n in [(4, 7), (20, 12)]:
        # The error of singular values is of the size of the largest one; a sweep of rotations passes each row min(m, n)
        # times, and some six sweeps are made.
        yield Case("singular values", "torch.linalg.svdvals", "singular values", f"{m}×{n}", {"a": normal(m, n)},
                   lambda x: torch.linalg.svdvals(x.a)[:, None], 6 * min(m, n) + max(m, n))
    for r, s, d in [(2, 3, 6), (5, 4, 16)]:
        u, v = (torch.linalg.qr(normal(d, rows)).Q.T.contiguous() for rows in (r, s))

        def angles(x):
            # Angles in more digits than float32, as the bases are only orthonormal within its rounding.
            return torch.from_numpy(scipy.linalg.subspace_angles(x.u.double().numpy().T, x.v.double().numpy().T)
                                    [::-1].copy())[:, None]
        yield Case("principal angles", "scipy.linalg.subspace_angles", "principal angles", f"{r}, {s} in {d}",
                   {"u": u, "v": v}, angles, 2 * d, exact=True)


def elementary():
    """Element by element, in units that the functions promise: one and a half at the most, and more where one is made
    of others. Float is Double's result, rounded."""
    near, far = uniform(-1.5, 1.5, 60), uniform(-9, 9, 60)
    positive = torch.exp(uniform(-30, 30, 60))
    gauss = lambda x: x * mpmath.ncdf(x)
    inner = lambda x: mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)
    sigmoid = lambda x: 1 / (1 + mpmath.exp(-x))
    small, wide = torch.exp(uniform(-80, -1, 60)), uniform(-80, 80, 60)
    turns = torch.arange(1, 61) * torch.pi / 2
    functions = [
        ("exp", mpmath.exp, near, far, wide, 2), ("log", mpmath.log, near.abs() + 0.1, positive, 1 + small / 2, 2),
        ("tanh", mpmath.tanh, near, far, -small, 2), ("sin", mpmath.sin, near, 1e5 * far, turns, 2),
        ("cos", mpmath.cos, near, 1e5 * far, turns, 2), ("erf", mpmath.erf, near, far, -small, 2),
        ("sigmoid", sigmoid, near, far, wide, 4),
        ("softplus", lambda x: mpmath.log1p(mpmath.exp(x)), near, far, wide, 4),
        # e^{−x²/2} and e^{2u} carry the rounding of their exponents, which reach 40 and 80.
        ("gelu", gauss, near, far, -small, 16),
        ("geluTanh", lambda x: x * sigmoid(2 * inner(x)), near, far, -small, 128),
        ("swish", lambda x: x * sigmoid(x), near, far, wide, 4),
    ]
    for name, f, *domains, ulps in functions:
        for domain in domains:
            sizes = domain.abs()
            yield Case(f"{name}, each number", "mpmath", name, f"{len(domain)}, {sizes.min():.1g} to {sizes.max():.1g}",
                       {"x": domain[:, None]}, exactly(f), ulps=ulps, exact=True)
    for low, high in [(-1, 1), (-7, 12)]:
        x, y = torch.exp(uniform(low, -low, 40)), uniform(-high, high, 40)

        def powers(x):
            pairs = zip(x.x.tolist(), x.y.tolist())
            return torch.tensor([float(mpmath.mpf(a) ** b) for a, b in pairs], dtype=torch.float64)[:, None]
        # The logarithm's rounding, half a unit, times an exponent up to 84, and twice as much where it is below.
        yield Case("pow, each pair", "mpmath", "pow", f"40, exponents to ±{high}", {"x": x, "y": y}, powers,
                   ulps=2 + high * high, exact=True)
    for n, d in [(6, 10), (33, 64)]:
        for name, f in [("relu", F.relu), ("gelu", F.gelu), ("geluTanh", lambda x: F.gelu(x, approximate="tanh")),
                        ("swish", F.silu), ("sigmoid", torch.sigmoid), ("softplus", F.softplus)]:
            # torch's softplus is x itself from 20 on, and its GELU cancels far below zero: so not element by element.
            yield Case(f"{name}", "torch.nn.functional", name, f"{n}×{d}", {"x": 3 * normal(n, d)},
                       lambda x, f=f: f(x.x))


def special():
    zeros = 1 + integers(2, 60) + 1e-6 * normal(60)
    yield Case("logGamma", "mpmath.loggamma", "logGamma", "60 near 1 and 2", {"x": zeros[:, None]},
               exactly(mpmath.loggamma), ulps=90, exact=True, types=("Double",))
    for low, high in [(0.05, 3), (3, 400)]:
        yield Case("logGamma", "mpmath.loggamma", "logGamma", f"60 in {low}…{high}",
                   {"x": uniform(low, high, 60)[:, None]}, exactly(mpmath.loggamma), ulps=90, exact=True,
                   types=("Double",))
    for top in [4, 300]:
        a, b = uniform(0.2, top, 60), uniform(0.2, top, 60)
        x = (a / (a + b) + 0.2 * normal(60)).clamp(0.01, 0.99)
        beta = lambda x, a, b: mpmath.betainc(a, b, 0, x, regularized=True)
        # The documentation promises 10⁻¹³ of the value, 450 units; where 1 − tail is taken, of one.
        yield Case("incompleteBeta", "mpmath.betainc", "incompleteBeta", f"60, a and b to {top}",
                   {"x": torch.stack([x, a, b], 1)}, exactly(beta), ulps=450, exact=True, types=("Double",))
    for top in [8, 900]:
        rows = torch.stack([2 + integers(top, 40).double(), uniform(0, 1, 40)], 1)
        near = lambda d, e: mpmath.betainc(mpmath.mpf(1) / 2, (d - 1) / 2, 0, e * e, regularized=True)
        yield Case("equatorProbability", "mpmath.betainc", "equatorProbability", f"40, dimensions to {top + 1}",
                   {"x": rows}, exactly(near), ulps=450, exact=True, types=("Double",))
    for top in [30, 62]:
        rows = torch.tensor([[top, k] for k in range(top + 1)], dtype=torch.float64)

        def coefficients(x):
            values = [int(mpmath.binomial(int(n), int(k))) for n, k in x.x.tolist()]
            return {"high": np.array([[float(v >> 32)] for v in values]),
                    "low": np.array([[float(v & 0xFFFFFFFF)] for v in values])}
        yield Case("binomial", "mpmath.binomial", "binomial", f"all of {top}", {"x": rows}, coefficients, exact=True,
                   types=("Double",))


def cases():
    for topic in (products, reductions, elementary, special):
        yield from topic()
