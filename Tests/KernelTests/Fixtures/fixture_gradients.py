"""Gradients by JAX in float64: attention under masks, the parts of a block, losses; and linear attention's values."""
import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np


def attention(q, k, v, mask):
    scores = jnp.where(mask, q @ k.T / jnp.sqrt(q.shape[1]), -jnp.inf)
    return jax.nn.softmax(scores, axis=1) @ v


def attentions(r):
    result = []
    for n, m, d, dv, kind, size in [
        (7, 13, 5, 3, "none", 1), (13, 13, 4, 7, "causal", 1), (9, 6, 3, 2, "random", 1), (1, 5, 2, 1, "none", 1), (6, 11, 4, 3, "none", 6),
    ]:
        q, k, v, g = size * r.normal(size=(n, d)), size * r.normal(size=(m, d)), r.normal(size=(m, dv)), r.normal(size=(n, dv))
        if size > 1:
            # Scores that fall from key to key: every block's maximum is below the one before.
            k = np.sort(k, axis=0)[::-1].copy()
            q = np.abs(q)
        mask = np.ones((n, m), bool) if kind != "causal" else np.tril(np.ones((n, m), bool))
        if kind == "random":
            mask = r.random((n, m)) < 0.5
            mask[:, 1] = True
        y, back = jax.vjp(lambda q, k, v: attention(q, k, v, mask), q, k, v)
        dq, dk, dv_ = back(g)
        scores = np.where(mask, q @ k.T / np.sqrt(d), -np.inf)
        result.append({
            "q": q, "k": k, "v": v, "g": g, "mask": mask, "y": np.array(y), "dq": np.array(dq), "dk": np.array(dk), "dv": np.array(dv_),
            "lse": np.array(jax.scipy.special.logsumexp(scores, axis=1)),
        })
    return result


def network(x, w):
    mean = x.mean(axis=1, keepdims=True)
    normed = (x - mean) / jnp.sqrt(((x - mean) ** 2).mean(axis=1, keepdims=True) + 1e-5) * w[0] + w[1]
    h = jax.nn.gelu(normed @ w[2] + w[3], approximate=False)
    h = h + jax.nn.gelu(h, approximate=True) + jax.nn.silu(h) + jnp.tanh(h) + jax.nn.sigmoid(h)
    return h / jnp.sqrt((h**2).mean(axis=1, keepdims=True) + 1e-6) * w[4] @ w[5]


def networks(r):
    result = []
    for n, d, h, c in [(5, 3, 7, 4), (1, 6, 5, 3)]:
        x, targets = r.normal(size=(n, d)), r.integers(0, c, n)
        w = [r.normal(size=s) for s in [(1, d), (1, d), (d, h), (1, h), (1, h), (h, c)]]
        def loss(w):
            logits = network(x, w)
            return -jnp.mean(jax.nn.log_softmax(logits, axis=1)[jnp.arange(n), targets])
        value, gradient = jax.value_and_grad(loss)(w)
        result.append({"x": x, "targets": targets, "w": w, "loss": float(value), "gradient": [np.array(g) for g in gradient]})
    return result


def linear(r):
    result = []
    for n, d, dv in [(7, 3, 2), (1, 4, 5), (13, 5, 1)]:
        q, k, v = r.normal(size=(n, d)), r.normal(size=(n, d)), r.normal(size=(n, dv))
        a, b = np.array(jax.nn.elu(q) + 1), np.array(jax.nn.elu(k) + 1)
        full, lower = a @ b.T, np.tril(a @ b.T)
        result.append({
            "q": q, "k": k, "v": v, "y": full @ v / full.sum(axis=1, keepdims=True), "causal": lower @ v / lower.sum(axis=1, keepdims=True),
        })
    return result


def cases():
    r = np.random.default_rng(61)
    return {"attention": attentions(r), "networks": networks(r), "linear": linear(r)}
