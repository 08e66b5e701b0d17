"""Entropies and mutual informations by scipy.stats, inner-product searches by a full sort."""
import numpy as np
from scipy.stats import entropy


def cases():
    r = np.random.default_rng(94)
    channels = []
    for n, m, l in [(2, 2, 2), (3, 5, 2), (7, 4, 3)]:
        first, second, p = r.dirichlet(np.ones(m), n), r.dirichlet(np.ones(l), m), r.dirichlet(np.ones(n))
        def information(t):
            joint = p[:, None] * t
            return entropy(joint.ravel(), np.outer(p, joint.sum(axis=0)).ravel(), base=2)
        channels.append({
            "first": first, "second": second, "input": p, "entropy": entropy(p, base=2), "output": p @ first,
            "information": information(first), "afterBoth": information(first @ second),
        })
    searches = []
    for n, d, k in [(1, 1, 1), (33, 7, 5), (13, 4, 13)]:
        store, query = r.normal(size=(n, d)), r.normal(size=d)
        scores = store @ query
        order = np.argsort(-scores, kind="stable")[:k]
        searches.append({"store": store, "query": query, "indices": order, "scores": scores[order]})
    return {"channels": channels, "searches": searches}
