"""Attention and what stands in its place, against torch and transformers."""
import torch
from torch import nn
from torch.nn import functional as F
from transformers import LongformerConfig
from transformers.models.bloom import modeling_bloom
from transformers.models.longformer import modeling_longformer

from case import Case, generator, integers, load, normal, weight

sdpa = F.scaled_dot_product_attention


def product(q, k, v, **given):
    return sdpa(q[None], k[None], v[None], **given)[0]


def attended(x, **given):
    return product(x.q, x.k, x.v, **given)


def triple(n, m, d, dv):
    return {"q": normal(n, d), "k": normal(m, d), "v": normal(m, dv)}


def scaled_dot_product():
    for n, m, d, dv in [(5, 7, 4, 3), (33, 40, 16, 24)]:
        shape, given, terms = f"{n}×{m}, width {d}, {dv}", triple(n, m, d, dv), d + 2 * m
        name = "scaled_dot_product_attention"
        yield Case("attention", name, "attention", shape, given, attended, terms)
        yield Case("attention, scale 0.3", name, "attention", shape, given, lambda x: attended(x, scale=0.3), terms,
                   sizes={"scale": 0.3})
        # Half a unit of a score is that of an exponent.
        steep = given | {"q": 100 * given["q"]}
        highest = float((steep["q"] @ steep["k"].T).abs().max()) / d**0.5
        yield Case("attention, scores in the hundreds", name, "attention", shape, steep, attended, terms, units=highest)
        allowed = (torch.rand(n, m, generator=generator) < 0.5).double()
        allowed[:, 0] = 1
        masked = lambda x: attended(x, attn_mask=x.allowed != 0)
        yield Case("attention, masked", name, "attention", shape, given | {"allowed": allowed}, masked, terms)
        empty = allowed.clone()
        empty[1] = 0
        # A query without a key gets zeros from both.
        yield Case("attention, a query without keys", name, "attention", shape, given | {"allowed": empty},
                   lambda x: attended(x, attn_mask=x.allowed != 0), terms)
        yield Case("attention, with a bias", name, "attention", shape, given | {"bias": normal(n, m)},
                   lambda x: attended(x, attn_mask=x.bias), terms)
        square = triple(m, m, d, dv)
        causal = lambda x: attended(x, is_causal=True)
        yield Case("attention, causal", name, "attention", f"{m}×{m}, width {d}, {dv}", square, causal, terms,
                   sizes={"causal": 1})

        def tiles(x):
            scores = x.q @ x.k.T / x.q.shape[1] ** 0.5
            scores = scores.masked_fill(torch.ones_like(scores).triu(1) != 0, -torch.inf)
            return {"y": attended(x, is_causal=True), "logSumExp": scores.logsumexp(1, keepdim=True)}
        yield Case("attention in tiles, causal", name, "attention in tiles", f"{m}×{m}, width {d}, {dv}", square, tiles,
                   terms, sizes={"causal": 1})
        pages = torch.randperm(-(-m // 4) + 1, generator=generator)[:-(-m // 4)]

        def paged(x, m=m):
            tokens = torch.cat([torch.arange(4 * p, 4 * p + 4) for p in x.pages.tolist()])[:m]
            n = x.q.shape[0]
            seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
            return product(x.q, x.k[tokens], x.v[tokens], attn_mask=seen)
        store = 4 * (-(-m // 4) + 1)
        yield Case("attention over pages", name, "attention over pages", shape,
                   {"q": normal(n, d), "k": normal(store, d), "v": normal(store, dv), "pages": pages}, paged, terms,
                   sizes={"pageSize": 4, "length": m})
    for heads, groups, n, d in [(4, 2, 9, 8), (6, 3, 200, 32)]:
        parts = {f"{part}.{h}": normal(n, d) for part, count in [("q", heads), ("k", groups), ("v", groups)]
                 for h in range(count)}
        for mask in ({}, {"causal": 1}):
            def grouped(x, heads=heads, groups=groups, mask=mask):
                q, k, v = (torch.stack([vars(x)[f"{part}.{h}"] for h in range(count)])[None]
                           for part, count in [("q", heads), ("k", groups), ("v", groups)])
                return sdpa(q, k, v, is_causal=bool(mask), enable_gqa=True)[0].flatten(0, 1)
            yield Case("attention of heads" + (", causal" if mask else ""), "scaled_dot_product_attention",
                       "attention of heads", f"{heads} heads, {groups} groups, {n}×{d}", parts, grouped, d + 2 * n,
                       sizes=mask, types=("Float",))


def gradients():
    for n, m, d, dv in [(5, 7, 4, 3), (24, 30, 16, 12)]:
        given = triple(n, m, d, dv) | {"g": normal(n, dv)}
        allowed = (torch.rand(n, m, generator=generator) < 0.6).double()
        allowed[:, 0] = 1
        for mask in ({}, {"allowed": allowed}):
            def gradient(x):
                with torch.enable_grad():
                    leaves = [t.clone().requires_grad_() for t in (x.q, x.k, x.v)]
                    y = product(*leaves, attn_mask=x.allowed != 0 if "allowed" in vars(x) else None)
                    return dict(zip("qkv", torch.autograd.grad((y * x.g).sum(), leaves)))
            for tiles in ("", " in tiles"):
                yield Case(f"gradient of attention{tiles}" + (", masked" if mask else ""), "torch.autograd",
                           f"gradient of attention{tiles}", f"{n}×{m}, width {d}, {dv}", given | mask, gradient,
                           2 * (d + dv) + 3 * m + n)


def multi_head():
    for n, d, heads in [(6, 8, 2), (21, 24, 4)]:
        given = {"x": normal(n, d)} | {f"w{part}": weight(d, d) for part in "qkvo"}
        for mask in ({}, {"causal": 1}):
            def layer(x, n=n, d=d, heads=heads, mask=mask):
                module = load(nn.MultiheadAttention(d, heads, bias=False, batch_first=True),
                              in_proj_weight=torch.cat([x.wq, x.wk, x.wv]), out_proj__weight=x.wo)
                forbidden = torch.ones(n, n, dtype=torch.bool).triu(1) if mask else None
                y, weights = module(x.x[None], x.x[None], x.x[None], attn_mask=forbidden, average_attn_weights=False)
                return {"y": y[0], "weights": weights[0].flatten(0, 1)}
            yield Case("MultiheadAttention" + (", causal" if mask else ""), "torch.nn.MultiheadAttention",
                       "multi-head attention", f"{n}×{d}, {heads} heads", given, layer, 3 * d + 2 * n, sizes=mask |
                       {"heads": heads})
    for n, d, heads, window in [(8, 6, 2, 2), (48, 16, 4, 6)]:
        given = {"x": normal(n, d)} | {f"w{part}": weight(d, d) for part in "qkv"}
        given |= {f"b{part}": normal(d) for part in "qkv"} | {"wo": torch.eye(d, dtype=torch.float64)}
        for globals_ in (0, 2):
            def windowed(x, n=n, d=d, heads=heads, window=window, globals_=globals_):
                config = LongformerConfig(hidden_size=d, num_attention_heads=heads, attention_window=[2 * window],
                                          attention_probs_dropout_prob=0.0)
                parts = {f"{part}{kind}__{what}": vars(x)[what[0] + part[0]] for part in ("query", "key", "value")
                         for kind in ("", "_global") for what in ("weight", "bias")}
                module = load(modeling_longformer.LongformerSelfAttention(config, 0), **parts)
                mask = torch.zeros(1, n)
                mask[0, :globals_] = 10000.0
                return module(x.x[None], attention_mask=mask, is_index_masked=mask < 0, is_index_global_attn=mask > 0,
                              is_global_attn=globals_ > 0)[0][0]
            yield Case("Longformer's window" + (", two global tokens" if globals_ else ""), "LongformerSelfAttention",
                       "grouped-query attention", f"{n}×{d}, {heads} heads, {window} a side", given, windowed,
                       2 * d + 2 * (2 * window + 1 if not globals_ else n),
                       sizes={"heads": heads, "groups": heads, "window": window, "global": globals_})


def others():
    for n, m, d, dv in [(5, 7, 4, 3), (33, 40, 16, 24)]:
        shape, given, terms = f"{n}×{m}, width {d}, {dv}", triple(n, m, d, dv), d + 2 * m
        cosine = lambda x: torch.softmax(7 * F.normalize(x.q) @ F.normalize(x.k).T, 1) @ x.v
        yield Case("cosine attention", "torch.nn.functional.normalize", "cosine attention", shape, given, cosine,
                   7 * d + 2 * m, sizes={"scale": 7.0})

        def best(x, keep=m // 3):
            scores = x.q @ x.k.T / x.q.shape[1] ** 0.5
            least = scores.topk(keep).values[:, -1:]
            return torch.softmax(scores.masked_fill(scores < least, -torch.inf), 1) @ x.v
        yield Case("attention to the best keys", "torch.topk", "top-k attention", shape, given, best, terms,
                   sizes={"keep": m // 3})

        def passed(x):
            scores = (x.q[x.receivers] * x.k[x.senders]).sum(1) / x.q.shape[1] ** 0.5
            weights = torch.exp(scores)
            total = torch.zeros(x.q.shape[0], 1).index_add(0, x.receivers, weights[:, None])
            sums = torch.zeros(x.q.shape[0], x.v.shape[1]).index_add(0, x.receivers, weights[:, None] * x.v[x.senders])
            return torch.where(total > 0, sums / total, 0)
        edges = torch.unique(torch.stack([integers(n, 3 * n), integers(m, 3 * n)]), dim=1)
        edges = {"receivers": edges[0].contiguous(), "senders": edges[1].contiguous()}
        yield Case("attention along edges", "torch.index_add", "message passing", shape, given | edges, passed, terms)
        features = lambda t: F.elu(t) + 1

        def linear(x):
            q, k = features(x.q), features(x.k)
            return (q @ (k.T @ x.v)) / (q @ k.sum(0))[:, None]
        yield Case("linear attention", "formula in torch", "linear attention", shape, given, linear, 2 * (d + m))

        def linear_causal(x):
            weights = (features(x.q) @ features(x.k).T).tril()
            return weights @ x.v / weights.sum(1, keepdim=True)
        yield Case("linear attention, causal", "formula in torch", "causal linear attention",
                   f"{m}×{m}, width {d}, {dv}", triple(m, m, d, dv), linear_causal, 2 * (d + m))
    for n, d, heads in [(9, 4, 8), (40, 16, 6)]:
        given, shape = triple(n, n, d, d), f"{n}×{n}, {heads} heads"
        for rule in ("authors' code", "paper"):
            def biased(x, n=n, heads=heads, rule=rule):
                if rule == "paper":
                    slopes = 2.0 ** (-8.0 * torch.arange(1, heads + 1, dtype=x.q.dtype) / heads)
                    apart = (torch.arange(n)[:, None] - torch.arange(n)[None]).abs()
                    bias = -slopes[:, None, None] * apart
                else:
                    # Bloom's tensor grows with the key's position: for a softmax it is the same.
                    bias = modeling_bloom.build_alibi_tensor(torch.ones(1, n), heads, x.q.dtype)
                    slopes = bias[:, 0, 1]
                bias = bias.masked_fill(torch.ones(n, n).triu(1) != 0, -torch.inf)
                y = sdpa(x.q.expand(heads, n, -1), x.k.expand(heads, n, -1), x.v.expand(heads, n, -1), attn_mask=bias)
                return {"y": y.flatten(0, 1), "slopes": slopes[:, None]}
            # A bias of up to n·slope has its rounding in the exponent.
            yield Case(f"ALiBi, {rule}", "build_alibi_tensor of Bloom" if rule != "paper" else "formula in torch",
                       "linear biases", shape, given, biased, d + 3 * n,
                       sizes={"heads": heads} | ({"paper": 1} if rule == "paper" else {}))


def cases():
    for topic in (scaled_dot_product, gradients, multi_head, others):
        yield from topic()
