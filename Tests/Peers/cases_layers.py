"""Norms, layers of one token, experts, recurrent layers, convolutions and positions against torch and transformers."""
import torch
from torch import nn
from torch.nn import functional as F
from transformers import LlamaConfig, MixtralConfig
from transformers.models.gptj import modeling_gptj
from transformers.models.llama import modeling_llama
from transformers.models.mixtral import modeling_mixtral

from case import Case, first, integers, load, normal, weight


def norms():
    for n, d in [(5, 8), (33, 96)]:
        x, gain, bias = 2 * normal(n, d) + 1, normal(d, centre=1, scale=0.2), normal(d)
        shape, epsilon = f"{n}×{d}", {"epsilon": 1e-5}
        yield Case("LayerNorm", "torch.nn.LayerNorm", "LayerNorm", shape, {"x": x, "gain": gain, "bias": bias},
                   lambda x, d=d: load(nn.LayerNorm(d), weight=x.gain, bias=x.bias)(x.x), 2 * d, sizes=epsilon)
        yield Case("RMSNorm", "torch.nn.RMSNorm", "RMSNorm", shape, {"x": x, "gain": gain},
                   lambda x, d=d: load(nn.RMSNorm(d, eps=1e-5), weight=x.gain)(x.x), d, sizes=epsilon)
        yield Case("RMSNorm of Llama", "LlamaRMSNorm", "RMSNorm", shape, {"x": x, "gain": gain},
                   lambda x, d=d: load(modeling_llama.LlamaRMSNorm(d, eps=1e-6), weight=x.gain)(x.x), d,
                   sizes={"epsilon": 1e-6})
        yield Case("unit length", "torch.nn.functional.normalize", "L2", shape, {"x": x}, lambda x: F.normalize(x.x), d)
        far = 1000 * normal(n, d)
        yield Case("softmax of scores in the thousands", "torch.softmax", "softmax", shape, {"x": far},
                   lambda x: torch.softmax(x.x, 1), d, sizes={"temperature": 1.0})
        yield Case("log-sum-exp of scores in the thousands", "torch.logsumexp", "log-sum-exp", shape, {"x": far},
                   lambda x: x.x.logsumexp(1, keepdim=True), d)
        # The rounding of a mean of 1000, beside a deviation of one.
        yield Case("LayerNorm far from zero", "torch.nn.LayerNorm", "LayerNorm", shape,
                   {"x": 1000 + normal(n, d), "gain": gain, "bias": bias},
                   lambda x, d=d: load(nn.LayerNorm(d), weight=x.gain, bias=x.bias)(x.x), 2 * d, units=1000,
                   sizes=epsilon)
        # A score's rounding is that of a weight's exponent: half a unit times its size, which is below 16 here.
        for temperature in (1.0, 0.5):
            yield Case(f"softmax at temperature {temperature:g}", "torch.softmax", "softmax", shape,
                       {"x": 2 * normal(n, d)}, lambda x, t=temperature: torch.softmax(x.x / t, 1), d + 16,
                       sizes={"temperature": temperature})
        yield Case("log-sum-exp", "torch.logsumexp", "log-sum-exp", shape, {"x": 2 * normal(n, d)},
                   lambda x: x.x.logsumexp(1, keepdim=True), d + 16)


def tokenwise():
    activations = {"relu": nn.ReLU(), "gelu": nn.GELU(), "geluTanh": nn.GELU(approximate="tanh"), "swish": nn.SiLU()}
    for n, d, hidden in [(5, 8, 12), (19, 32, 80)]:
        shape = f"{n}×{d}, {hidden} hidden"
        given = {"x": normal(n, d), "up": weight(hidden, d), "upBias": normal(hidden), "down": weight(d, hidden),
                 "downBias": normal(d)}
        for name, activation in activations.items():
            yield Case(f"feed-forward, {name}", "torch.nn.Linear", f"feed-forward {name}", shape, given,
                       lambda x, a=activation: F.linear(a(F.linear(x.x, x.up, x.upBias)), x.down, x.downBias),
                       d + hidden)
        config = LlamaConfig(hidden_size=d, intermediate_size=hidden, num_attention_heads=1)
        yield Case("SwiGLU", "LlamaMLP", "SwiGLU", shape,
                   {"x": normal(n, d), "gate": weight(hidden, d), "up": weight(hidden, d), "down": weight(d, hidden)},
                   lambda x, c=config: load(modeling_llama.LlamaMLP(c), gate_proj__weight=x.gate, up_proj__weight=x.up,
                                            down_proj__weight=x.down)(x.x), d + hidden)
        rank = d // 4

        def adapted(x, rank=rank):
            merged = x.w + 6 / rank * (x.b @ x.a)
            return {"y": F.linear(x.x, x.w) + 6 / rank * F.linear(F.linear(x.x, x.a), x.b), "merged": merged}
        yield Case("LoRA", "formula in torch", "low-rank adapter", shape,
                   {"x": normal(n, d), "w": weight(hidden, d), "a": weight(rank, d), "b": weight(hidden, rank)},
                   adapted, d + rank, sizes={"alpha": 6.0})


def experts():
    for n, d, hidden, count in [(6, 8, 12, 4), (40, 24, 40, 8)]:
        config = MixtralConfig(hidden_size=d, intermediate_size=hidden, num_attention_heads=1,
                               num_key_value_heads=1, num_local_experts=count, num_experts_per_tok=2)
        config._experts_implementation = "eager"
        shape = f"{n}×{d}, 2 of {count}"
        router = {"x": normal(n, d), "router": weight(count, d)}

        def routed(x, config=config):
            gate = load(modeling_mixtral.MixtralTopKRouter(config), weight=x.router)
            logits, gates, chosen = gate(x.x)
            return {"gates": gates, "experts": chosen}
        yield Case("router of Mixtral", "MixtralTopKRouter", "router", shape, router, routed, d, sizes={"active": 2})
        parts = {f"{part}.{e}": weight(*size) for e in range(count)
                 for part, size in [("gate", (hidden, d)), ("up", (hidden, d)), ("down", (d, hidden))]}

        def mixed(x, config=config, count=count):
            x = vars(x)
            up = torch.stack([torch.cat([x[f"gate.{e}"], x[f"up.{e}"]]) for e in range(count)])
            down = torch.stack([x[f"down.{e}"] for e in range(count)])
            block = load(modeling_mixtral.MixtralSparseMoeBlock(config), gate__weight=x["router"],
                         experts__gate_up_proj=up, experts__down_proj=down)
            return first(block(x["x"][None]))[0]
        yield Case("experts of Mixtral", "MixtralSparseMoeBlock", "mixture of experts", shape, router | parts, mixed,
                   2 * d + hidden, sizes={"active": 2})
        for active in (1, 2):
            # transformers counts a token k times, so that its uniform value is k; here it is 1.
            yield Case(f"load-balancing loss, top {active}", "mixtral.load_balancing_loss_func", "load-balancing loss",
                       f"{n} tokens, {count} experts", {"x": normal(n, count)},
                       lambda x, k=active, e=count:
                           (modeling_mixtral.load_balancing_loss_func((x.x,), e, k) / k).reshape(1, 1),
                       n + count, sizes={"active": active})


def recurrent():
    for n, d, h in [(6, 4, 5), (30, 12, 16)]:
        def named(x):
            zero = torch.zeros_like(x.b)
            return {"weight_ih_l0": x.w, "weight_hh_l0": x.u, "bias_ih_l0": x.b, "bias_hh_l0": zero}
        shape = f"{n}×{d}, {h} units"
        # A step's rounding stays in the state, but shrinks from step to step as the weights do.
        plain = {"x": normal(n, d), "w": weight(h, d), "u": 0.5 * weight(h, h), "b": normal(h, scale=0.5)}
        yield Case("RNN", "torch.nn.RNN", "recurrent network", shape, plain,
                   lambda x, d=d, h=h: load(nn.RNN(d, h), **named(x))(x.x)[0], 2 * (d + h))
        gates = {"x": normal(n, d), "w": weight(4 * h, d), "u": 0.5 * weight(4 * h, h), "b": normal(4 * h, scale=0.5)}
        yield Case("LSTM", "torch.nn.LSTM", "LSTM", shape, gates,
                   lambda x, d=d, h=h: load(nn.LSTM(d, h), **named(x))(x.x)[0], 2 * (d + h))
    for n, taps, dilation, inner, outer in [(9, 3, 1, 4, 5), (40, 5, 3, 8, 6)]:
        given = {f"taps.{t}": weight(outer, inner) for t in range(taps)} | {"x": normal(n, inner)}

        def convolved(x, taps=taps, dilation=dilation):
            weights = torch.stack([vars(x)[f"taps.{t}"] for t in range(taps)], 2)
            return F.conv1d(x.x.T[None], weights, padding=dilation * (taps // 2), dilation=dilation)[0].T
        yield Case("convolution", "torch.nn.functional.conv1d", "convolution",
                   f"{n}×{inner} to {outer}, {taps} taps {dilation} apart", given, convolved, taps * inner,
                   sizes={"dilation": dilation})


def positions():
    for n, d in [(7, 6), (50, 16)]:
        places = integers(3000, n)
        given, shape = {"x": normal(n, d), "positions": places}, f"{n}×{d}, to {int(places.max())}"

        # A pair's angle carries the rounding of a Double of its size, and of a frequency, which the kernel's pow
        # promises to 2i/d·ln(base) units: in both together less than a unit of the position. Float has the same
        # angles, rounded; the peer's own float32 loses digits in proportion to the position.
        turned = {"Float": 0, "Double": 3000}
        yield Case("RoPE, interleaved", "GPT-J's apply_rotary_pos_emb", "rotary interleaved", shape, given,
                   lambda x, d=d: interleaved_at(x.x, x.positions, d), units=turned, sizes={"base": 10000.0})
        yield Case("RoPE, half-split", "LlamaRotaryEmbedding", "rotary half-split", shape, given,
                   lambda x, d=d: half_split(x.x, x.positions, d, {"rope_type": "default", "rope_theta": 500.0}),
                   units=turned,
                   sizes={"base": 500.0})
        # Twice as many positions as were trained: transformers is told the factor, the kernel both lengths.
        linear = {"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}
        yield Case("position interpolation", "LlamaRotaryEmbedding, linear", "rotary half-split", f"{2 * n}×{d}",
                   {"x": normal(2 * n, d)},
                   lambda x, n=n, d=d, rope=linear: half_split(x.x, torch.arange(2 * n), d, rope),
                   units={"Float": 0, "Double": n},
                   sizes={"base": 10000.0, "trained": n})
    for n, d in [(9, 6), (300, 32)]:
        def encoded(x, n=n, d=d):
            angles = torch.arange(n)[:, None] / 10000.0 ** (torch.arange(0, d, 2).to(x.dtype.dtype) / d)
            return torch.stack([angles.sin(), angles.cos()], -1).reshape(n, d)
        yield Case("sinusoidal encoding", "formula in torch", "sinusoidal encoding", f"{n}×{d}",
                   {"dtype": torch.zeros(1, dtype=torch.float64)}, encoded, units={"Float": 0, "Double": n},
                   sizes={"n": n, "d": d})


def interleaved_at(x, places, d):
    sin, cos = modeling_gptj.create_sinusoidal_positions(3000, d)[places].to(x.dtype).chunk(2, -1)
    return modeling_gptj.apply_rotary_pos_emb(x[None, :, None], sin[None], cos[None])[0, :, 0]


def half_split(x, places, d, rope):
    config = LlamaConfig(hidden_size=d, num_attention_heads=1, head_dim=d, rope_parameters=rope)
    cos, sin = modeling_llama.LlamaRotaryEmbedding(config)(x, places[None])
    return modeling_llama.apply_rotary_pos_emb(x[None, None], x[None, None], cos, sin)[0][0, 0]


def cases():
    for topic in (norms, tokenwise, experts, recurrent, positions):
        yield from topic()
