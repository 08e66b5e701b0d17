"""Whole language models, as transformers saves them: at once, token by token, after an eviction, and what they say."""
import torch
import transformers
from transformers import GPT2Config, LlamaConfig, MixtralConfig, Qwen2Config

from case import Case, integers, normal, precision


def model_of(config, weights):
    """A model of transformers with the given weights; those that are tied stand once."""
    with torch.no_grad():
        model = transformers.AutoModelForCausalLM.from_config(config).to(next(iter(weights.values())).dtype).eval()
        for name, parameter in model.named_parameters():
            parameter.copy_(weights[name])
    return model


def random_weights(config):
    """Gains near one, everything else of a size that lets each part matter."""
    with precision(torch.float64):
        model = transformers.AutoModelForCausalLM.from_config(config)
    weights = {}
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            gain = ("norm" in name or "ln_" in name) and not name.endswith("bias")
            weights[name] = normal(len(parameter), centre=1, scale=0.2) if gain else normal(len(parameter), scale=0.5)
        elif any(table in name for table in ("wte", "wpe", "embed")):
            weights[name] = normal(*parameter.shape, scale=0.5)
        else:
            # GPT-2's matrices lie in × out.
            inputs = parameter.shape[0 if config.model_type == "gpt2" and "lm_head" not in name else -1]
            weights[name] = normal(*parameter.shape, scale=1.5 * inputs**-0.5)
    return weights


def cases():
    rope = {"rope_type": "default", "rope_theta": 500.0}
    for small in (True, False):
        n, v, d, layers = (9, 31, 16, 2) if small else (24, 97, 48, 4)
        heads, groups, hidden = (4, 2, 24) if small else (6, 3, 96)
        common = dict(vocab_size=v, hidden_size=d, intermediate_size=hidden, num_hidden_layers=layers,
                      num_attention_heads=heads, num_key_value_heads=groups, rms_norm_eps=1e-5, rope_parameters=rope,
                      attn_implementation="eager", bos_token_id=None, eos_token_id=None, pad_token_id=None)
        configs = {
            "GPT-2": GPT2Config(vocab_size=v, n_positions=n + 6, n_embd=d, n_head=heads, n_layer=layers,
                                attn_implementation="eager", bos_token_id=None, eos_token_id=None),
            "Llama": LlamaConfig(head_dim=6 if small else 10, tie_word_embeddings=False, **common),
            "Qwen2": Qwen2Config(tie_word_embeddings=True, **common),
            "Mixtral": MixtralConfig(num_local_experts=4 if small else 8, num_experts_per_tok=2,
                                     tie_word_embeddings=False, **common),
        }
        for name, config in configs.items():
            config._experts_implementation = "eager"
            sizes = {"heads": heads, "epsilon": 1e-5}
            if name != "GPT-2":
                sizes |= {"groups": groups, "base": 500.0}
            # Sums of a layer: two projections, scores, softmax, values, two of the wide layer, two norms. Gains of 1.5
            # in each matrix let a difference grow from layer to layer as the numbers do.
            wide = 4 * d if name == "GPT-2" else hidden
            terms = layers * (6 * d + wide + 3 * n) + 2 * d
            shape = f"{layers} layers of {d}, {n} tokens"
            weights = random_weights(config)
            prompt = {"prompt": integers(v, n)}
            cls = {"GPT-2": "GPT2LMHeadModel"}.get(name, f"{name}ForCausalLM")

            def whole(given, config=config):
                tokens = given.pop("prompt")
                return {"logits": model_of(config, given)(tokens[None], use_cache=False).logits[0]}
            yield Case(f"model of {name}'s layout", cls, "model", shape, weights | prompt, whole, terms, sizes=sizes,
                       model=config)
            yield Case(f"{name}, token by token, against the whole", cls, "model step by step", shape, weights | prompt,
                       whole, terms, sizes=sizes, model=config)

            def steps(given, config=config):
                tokens, cache, logits = given.pop("prompt"), transformers.DynamicCache(), []
                model = model_of(config, given)
                for place, token in enumerate(tokens):
                    logits.append(model(token.reshape(1, 1), cache=cache, use_cache=True,
                                        position_ids=torch.tensor([[place]])).logits[0])
                return {"logits": torch.cat(logits)}
            yield Case(f"{name}, token by token", f"{cls}, DynamicCache", "model step by step", shape, weights | prompt,
                       steps, terms, sizes=sizes, model=config)

            seen, keep = n - 3, torch.tensor([0, 1] + list(range(n // 2, n - 3)))

            def evicted(given, config=config, seen=seen):
                tokens, keep, cache, logits = given.pop("prompt"), given.pop("keep"), transformers.DynamicCache(), []
                model = model_of(config, given)
                model(tokens[None, :seen], cache=cache, use_cache=True)
                for layer in cache.layers:
                    layer.keys, layer.values = layer.keys[:, :, keep], layer.values[:, :, keep]
                for place in range(seen, len(tokens)):
                    logits.append(model(tokens[place].reshape(1, 1), cache=cache, use_cache=True,
                                        position_ids=torch.tensor([[place]])).logits[0])
                return {"logits": torch.cat(logits)}
            yield Case(f"{name}, decoding after an eviction", f"{cls}, DynamicCache", "model after an eviction",
                       f"{shape}, {len(keep)} of {seen} kept", weights | prompt | {"keep": keep}, evicted, terms,
                       sizes=sizes | {"seen": seen}, model=config)

            def generated(given, config=config):
                tokens = given.pop("prompt")
                y = model_of(config, given).generate(
                    tokens[None], attention_mask=torch.ones_like(tokens[None]), max_new_tokens=5, do_sample=False,
                    pad_token_id=0)
                return {"tokens": y[0, len(tokens):, None]}
            yield Case(f"{name}, five greedy tokens", f"{cls}.generate", "greedy tokens", shape, weights | prompt,
                       generated, sizes=sizes | {"count": 5}, model=config)
