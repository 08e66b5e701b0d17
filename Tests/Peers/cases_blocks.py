"""Blocks and their attention against transformers, one layer at a time and after an eviction from its cache."""
import torch
import transformers
from transformers import GPT2Config, LlamaConfig
from transformers.models.gpt2 import modeling_gpt2
from transformers.models.llama import modeling_llama

from case import Case, causal, first, load, normal, weight


def llama_config(d, heads, groups, width, **more):
    config = LlamaConfig(hidden_size=d, num_attention_heads=heads, num_key_value_heads=groups, head_dim=width,
                         rms_norm_eps=1e-5, rope_parameters={"rope_type": "default", "rope_theta": 500.0},
                         attn_implementation="eager", **more)
    return config


def attention_weights(d, heads, groups, width, biases=True):
    sizes = {"q": (heads * width, d), "k": (groups * width, d), "v": (groups * width, d), "o": (d, heads * width)}
    weights = {f"w{part}": weight(*size) for part, size in sizes.items()}
    return weights | ({f"b{part}": normal(size[0]) for part, size in sizes.items()} if biases else {})


def projections(x, prefix="", biases=True):
    names = {f"{prefix}{part}_proj__weight": vars(x)[f"w{part}"] for part in "qkvo"}
    return names | ({f"{prefix}{part}_proj__bias": vars(x)[f"b{part}"] for part in "qkvo"} if biases else {})


def rotation(config, x, positions):
    return modeling_llama.LlamaRotaryEmbedding(config)(x, positions[None])


def cases():
    for n, d, heads, groups, width in [(6, 8, 4, 2, 6), (25, 24, 6, 3, 8)]:
        shape = f"{n}×{d}, {heads} heads, {groups} groups"
        sizes = {"heads": heads, "groups": groups, "base": 500.0, "causal": 1}
        config = llama_config(d, heads, groups, width, attention_bias=True)

        def grouped(x, n=n, config=config):
            layer = load(modeling_llama.LlamaAttention(config, 0), **projections(x))
            return layer(x.x[None], position_embeddings=rotation(config, x.x, torch.arange(n)),
                         attention_mask=causal(n, x.x.dtype))[0][0]
        # Both turn by angles that carry the rounding of positions below n.
        yield Case("GQA with RoPE", "LlamaAttention", "grouped-query attention", shape,
                   {"x": normal(n, d)} | attention_weights(d, heads, groups, width), grouped, 2 * d + width + 3 * n,
                   sizes=sizes)

        seen, keep = n - 1, torch.tensor([0] + list(range(n // 2, n - 1)))

        def evicted(x, seen=seen, config=config):
            layer, cache = load(modeling_llama.LlamaAttention(config, 0), **projections(x)), transformers.DynamicCache()
            run = lambda rows, mask: layer(
                x.x[None, rows], position_embeddings=rotation(config, x.x, torch.arange(seen + 1)[rows]),
                attention_mask=mask, cache=cache)[0][0]
            run(slice(0, seen), causal(seen, x.x.dtype))
            cache.layers[0].keys, cache.layers[0].values = (
                t[:, :, x.keep] for t in (cache.layers[0].keys, cache.layers[0].values))
            return run(slice(seen, seen + 1), None)
        yield Case("GQA after an eviction", "LlamaAttention, DynamicCache", "grouped-query attention after an eviction",
                   f"{shape}, {len(keep)} of {seen} kept",
                   {"x": normal(n, d), "keep": keep} | attention_weights(d, heads, groups, width), evicted,
                   2 * d + width + 3 * n, sizes=sizes | {"seen": seen})

        hidden = 2 * d
        plain = llama_config(d, heads, groups, width, intermediate_size=hidden)
        given = {"x": normal(n, d)} | attention_weights(d, heads, groups, width, biases=False)
        given |= {"gate": weight(hidden, d), "up": weight(hidden, d), "down": weight(d, hidden)}
        given |= {f"gain{i}": normal(d, centre=1, scale=0.2) for i in (1, 2)}

        def llama(x, n=n, config=plain):
            mlp = {f"mlp__{part}_proj__weight": vars(x)[part] for part in ("gate", "up", "down")}
            block = load(modeling_llama.LlamaDecoderLayer(config, 0), **projections(x, "self_attn__", biases=False),
                         **mlp, input_layernorm__weight=x.gain1, post_attention_layernorm__weight=x.gain2)
            return first(block(x.x[None], attention_mask=causal(n, x.x.dtype),
                               position_embeddings=rotation(config, x.x, torch.arange(n))))[0]
        yield Case("block of Llama", "LlamaDecoderLayer", "Llama block", shape, given, llama,
                   4 * d + width + hidden + 3 * n, sizes=sizes | {"epsilon": 1e-5})
    for n, d, heads in [(6, 8, 2), (25, 24, 4)]:
        config = GPT2Config(n_embd=d, n_head=heads, attn_implementation="eager")
        given = {"x": normal(n, d)} | attention_weights(d, heads, heads, d // heads)
        given |= {"up": weight(4 * d, d), "upBias": normal(4 * d), "down": weight(d, 4 * d), "downBias": normal(d)}
        given |= {f"gain{i}": normal(d, centre=1, scale=0.2) for i in (1, 2)} | {f"bias{i}": normal(d) for i in (1, 2)}

        def gpt2(x, n=n, config=config):
            block = load(
                modeling_gpt2.GPT2Block(config, 0), ln_1__weight=x.gain1, ln_1__bias=x.bias1, ln_2__weight=x.gain2,
                ln_2__bias=x.bias2, attn__c_attn__weight=torch.cat([x.wq, x.wk, x.wv]).T,
                attn__c_attn__bias=torch.cat([x.bq, x.bk, x.bv]), attn__c_proj__weight=x.wo.T, attn__c_proj__bias=x.bo,
                mlp__c_fc__weight=x.up.T, mlp__c_fc__bias=x.upBias, mlp__c_proj__weight=x.down.T,
                mlp__c_proj__bias=x.downBias)
            return first(block(x.x[None], attention_mask=causal(n, x.x.dtype)))[0]
        yield Case("block of GPT-2", "GPT2Block", "GPT-2 block", f"{n}×{d}, {heads} heads", given, gpt2,
                   8 * d + d // heads + 2 * n, sizes={"heads": heads, "groups": heads, "epsilon": 1e-5})
