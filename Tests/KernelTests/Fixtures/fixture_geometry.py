"""Incomplete beta and log-gamma at 40 digits."""
from mpmath import mp, mpf


def cases():
    mp.dps = 40
    beta = []
    for a, b in [(0.5, 0.5), (0.5, 4.5), (0.5, 499.5), (2.0, 3.0), (10.0, 0.5), (49.5, 49.5)]:
        for x in (0.0, 1e-4, 0.01, 0.3, 0.5, 0.9, 1.0):
            beta.append({"x": x, "a": a, "b": b, "value": float(mp.betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True))})
    gamma = [{"x": x, "value": float(mp.loggamma(mpf(x)))} for x in (0.1, 0.5, 1.5, 3.25, 9.99, 10.0, 50.5, 1000.0)]
    return {"beta": beta, "logGamma": gamma}
