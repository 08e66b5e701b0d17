"""Gradients, losses and optimisers against torch."""
import torch
from torch.nn import functional as F

from case import Case, generator, integers, normal, weight


def differentiated(loss, *names, value_too=True):
    """The gradients of a loss at the named tensors, and the loss, unless it is a sum of either sign that may vanish."""
    def reference(x):
        with torch.enable_grad():
            for name in names:
                setattr(x, name, getattr(x, name).clone().requires_grad_())
            value = loss(x)
            gradients = torch.autograd.grad(value, [getattr(x, name) for name in names])
        return ({"loss": value.reshape(1, 1)} if value_too else {}) | dict(zip(names, gradients))
    return reference


def gradients():
    for n, d, hidden, classes in [(5, 6, 8, 4), (24, 16, 40, 10)]:
        shape = f"{n}×{d}"
        functions = [torch.relu, torch.tanh, torch.sigmoid, F.silu, F.gelu, lambda x: F.gelu(x, approximate="tanh"),
                     torch.exp]

        def activations(x):
            return sum((f(x.x) * vars(x)[f"g.{i}"]).sum() for i, f in enumerate(functions))
        yield Case("gradient of seven activations", "torch.autograd", "gradient of activations", shape,
                   {"x": normal(n, d)} | {f"g.{i}": normal(n, d) for i in range(len(functions))},
                   differentiated(activations, "x", value_too=False), len(functions))
        given = {"x": normal(n, d), "w1": weight(hidden, d).T.contiguous(), "b1": normal(1, hidden),
                 "w2": weight(classes, hidden).T.contiguous(), "b2": normal(1, classes),
                 "targets": integers(classes, n)}
        network = lambda x: F.cross_entropy(F.gelu(x.x @ x.w1 + x.b1) @ x.w2 + x.b2, x.targets)
        yield Case("gradient of a network, cross entropy", "torch.autograd", "gradient of a network",
                   f"{shape}, {hidden} hidden, {classes} classes", given,
                   differentiated(network, "x", "w1", "b1", "w2", "b2"), n + 2 * (d + hidden + classes))
        for scale in (1, 300):
            yield Case("cross entropy" + (f" of logits about {scale}" if scale > 1 else ""),
                       "torch.nn.functional.cross_entropy", "cross entropy", f"{n}×{classes}",
                       {"x": normal(n, classes, scale=scale), "targets": given["targets"]},
                       differentiated(lambda x: F.cross_entropy(x.x, x.targets), "x"), n + classes)
        rows = {"x": 2 * normal(n, d) + 1, "gain": normal(1, d, centre=1, scale=0.2), "bias": normal(1, d),
                "g": normal(n, d)}
        norm = lambda x: (F.layer_norm(x.x, x.x.shape[1:], x.gain[0], x.bias[0], 1e-5) * x.g).sum()
        yield Case("gradient of LayerNorm", "torch.autograd", "gradient of LayerNorm", shape, rows,
                   differentiated(norm, "x", "gain", "bias", value_too=False), n + 4 * d, sizes={"epsilon": 1e-5})
        root = lambda x: (F.rms_norm(x.x, x.x.shape[1:], x.gain[0], 1e-5) * x.g).sum()
        yield Case("gradient of RMSNorm", "torch.autograd", "gradient of RMSNorm", shape, rows,
                   differentiated(root, "x", "gain", value_too=False), n + 2 * d, sizes={"epsilon": 1e-5})
        allowed = (torch.rand(n, n, generator=generator) < 0.6).double()
        allowed[:, 0] = 1
        masked = lambda x: (F.scaled_dot_product_attention(x.q, x.k, x.v, attn_mask=x.allowed != 0) * x.g).sum()
        yield Case("gradient of masked attention, on the tape", "torch.autograd", "gradient of masked attention", shape,
                   {"q": normal(n, d), "k": normal(n, d), "v": normal(n, d), "g": normal(n, d), "allowed": allowed},
                   differentiated(masked, "q", "k", "v", value_too=False), 3 * d + 4 * n)
        yield Case("mean squared error", "torch.nn.functional.mse_loss", "mean squared error", shape,
                   {"x": normal(n, d), "target": normal(n, d)},
                   differentiated(lambda x: F.mse_loss(x.x, x.target), "x"), n * d)


def transformers_of_the_book():
    for sequences, n, v, d, heads, layers, hidden in [(2, 6, 11, 8, 2, 2, 12), (3, 16, 29, 24, 4, 2, 0)]:
        sizes = [(v, d), (n + 2, d)]
        for _ in range(layers):
            sizes += [(1, d), (1, d), (d, 3 * d), (d, d)]
            sizes += [(1, d), (1, d), (d, hidden), (1, hidden), (hidden, d), (1, d)] if hidden else []
        sizes += [(1, d), (1, d), (d, v)]
        given = {f"p.{i}": normal(*size, scale=size[0] ** -0.5 if size[0] > 1 else 0.3) for i, size in enumerate(sizes)}
        given["sequences"] = integers(v, sequences, n + 1).double()
        gains = [i for i, size in enumerate(sizes[:-1]) if size == (1, d) == sizes[i + 1]]
        for i in gains:
            given[f"p.{i}"] += 1

        def model(x, count=len(sizes), heads=heads, layers=layers, hidden=hidden, n=n, d=d):
            names = [f"p.{i}" for i in range(count)]
            tokens = x.sequences.long()

            def loss(x):
                p = iter([getattr(x, name) for name in names])
                norm = lambda y: F.layer_norm(y, (d,), next(p)[0], next(p)[0])
                y = next(p)[tokens[:, :-1]] + next(p)[:n]
                for _ in range(layers):
                    q, k, w = (norm(y) @ next(p)).reshape(*y.shape[:2], 3, heads, -1).permute(2, 0, 3, 1, 4)
                    mixed = F.scaled_dot_product_attention(q, k, w, is_causal=True)
                    y = y + mixed.transpose(1, 2).flatten(2) @ next(p)
                    if hidden:
                        y = y + F.gelu(norm(y) @ next(p) + next(p)[0]) @ next(p) + next(p)[0]
                logits.append((norm(y) @ next(p)).flatten(0, 1))
                return F.cross_entropy(logits[-1], tokens[:, 1:].flatten())
            logits = []
            return differentiated(loss, *names)(x) | {"logits": logits[-1]}
        yield Case("causal Transformer and its gradients", "torch.autograd", "causal Transformer",
                   f"{sequences} of {n}, {layers} layers of {d}", given, model,
                   2 * layers * (6 * d + 2 * hidden + 3 * n) + 4 * d + sequences * n,
                   sizes={"heads": heads, "layers": layers, "hidden": hidden})


def optimisers():
    for n, d in [(6, 3), (20, 12)]:
        def descended(make):
            def reference(x):
                with torch.enable_grad():
                    y = x.x.clone().requires_grad_()
                    optimiser = make([y])
                    for _ in range(5):
                        optimiser.zero_grad()
                        ((x.a @ y - x.b) ** 2).sum().backward()
                        optimiser.step()
                return {"x": y.detach()}
            return reference
        given = {"x": normal(d, 2), "a": weight(n, d), "b": normal(n, 2)}
        # Five gradients, each of two products.
        yield Case("Adam, five steps", "torch.optim.Adam", "Adam", f"{n}×{d}", given,
                   descended(lambda y: torch.optim.Adam(y, lr=0.05)), 5 * (n + d), sizes={"rate": 0.05})
        yield Case("SGD with momentum, five steps", "torch.optim.SGD", "SGD", f"{n}×{d}", given,
                   descended(lambda y: torch.optim.SGD(y, lr=0.05, momentum=0.9)), 5 * (n + d),
                   sizes={"rate": 0.05, "momentum": 0.9})


def cases():
    for topic in (gradients, transformers_of_the_book, optimisers):
        yield from topic()
