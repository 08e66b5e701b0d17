"""Trains the book's three small language models and writes what Chapters/data holds of them.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    apt-get install libreoffice-help-ja
    .venv/bin/python train.py dense | tee dense.log      (and: balanced, unbalanced)
    .venv/bin/python measure.py

`dense` is of Llama's kind (RMSNorm, rotary positions, grouped queries, SwiGLU); `balanced` and `unbalanced` have eight
experts in place of each feed-forward layer, two of them for a token, of the same width together, and are trained with
and without the loss that balances their load, as transformers computes it; `layered`, which the book does not use yet,
computes it layer by layer. One model takes 15 to 20 minutes of a processor; nothing in the book's build runs this. The
weights are rounded to half precision, and all that is measured here is measured with those.
"""

import math
import sys
import time

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM, MixtralConfig, MixtralForCausalLM
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

import corpus

SEED = 20261128
KINDS = ["dense", "balanced", "unbalanced", "layered"]
WIDTH, LAYERS, HEADS, KEY_HEADS, HIDDEN = 128, 4, 8, 4, 176
EXPERTS, ACTIVE, BALANCE = 8, 2, 0.02
CONTEXT, BATCH, STEPS, RATE = 256, 16, 1500, 4e-3


def model(kind):
    shape = dict(
        vocab_size=corpus.VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        num_key_value_heads=KEY_HEADS, head_dim=WIDTH // HEADS, max_position_embeddings=2 * CONTEXT,
        rope_theta=10000.0, rms_norm_eps=1e-5, tie_word_embeddings=True, initializer_range=0.02,
        bos_token_id=None, eos_token_id=None, use_cache=False)
    if kind == "dense":
        return LlamaForCausalLM(LlamaConfig(intermediate_size=HIDDEN, **shape))
    return MixtralForCausalLM(MixtralConfig(
        intermediate_size=HIDDEN // ACTIVE, num_local_experts=EXPERTS, num_experts_per_tok=ACTIVE,
        output_router_logits=kind in ("balanced", "layered"), router_aux_loss_coef=BALANCE, sliding_window=None,
        **shape))


def rate(step):
    """Rises over the first 100 updates, then falls along half a cosine to a tenth."""
    if step < 100:
        return (step + 1) / 100
    return 0.55 + 0.45 * math.cos(math.pi * (step - 100) / (STEPS - 100))


def mean_loss(trained, text, windows=None):
    """Mean cross-entropy in nats a character over windows that stand one after the other, each read from its start."""
    trained.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(text) - CONTEXT - 1, CONTEXT)[:windows]:
            ids = torch.tensor([text[start:start + CONTEXT]])
            aims = torch.tensor(text[start + 1:start + CONTEXT + 1])
            logits = trained(input_ids=ids).logits[0]
            total += torch.nn.functional.cross_entropy(logits, aims, reduction="sum").item()
            count += CONTEXT
    trained.train()
    return total / count


def train(kind):
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    learned, held = corpus.parts()
    listed = corpus.characters(learned)
    ids, held_ids = (corpus.tokens(text, listed) for text in (learned, held))
    learner = model(kind)
    count = sum(weight.numel() for weight in learner.parameters())
    print(f"{kind}: {count} parameters, {len(ids)} characters to learn, {len(held_ids)} held out, seed {SEED}",
          flush=True)
    optimizer = torch.optim.AdamW(learner.parameters(), lr=RATE, betas=(0.9, 0.95), weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    stream, random = torch.tensor(ids), torch.Generator().manual_seed(SEED)
    begin = time.process_time()
    for step in range(STEPS):
        starts = torch.randint(len(stream) - CONTEXT - 1, (BATCH,), generator=random)
        batch = torch.stack([stream[start:start + CONTEXT] for start in starts.tolist()])
        aims = torch.stack([stream[start + 1:start + CONTEXT + 1] for start in starts.tolist()])
        given = learner(input_ids=batch)
        loss = torch.nn.functional.cross_entropy(given.logits.flatten(0, 1), aims.flatten())
        whole = loss
        if kind == "balanced":
            whole = loss + BALANCE * load_balancing_loss_func(given.router_logits, EXPERTS, ACTIVE)
        if kind == "layered":
            each = [load_balancing_loss_func((logits,), EXPERTS, ACTIVE) for logits in given.router_logits]
            whole = loss + BALANCE * sum(each) / LAYERS
        optimizer.zero_grad()
        whole.backward()
        torch.nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 49:
            seconds = time.process_time() - begin
            print(f"{step + 1:5d} updates, {seconds:6.0f} s of a processor: loss {loss.item():.3f}, "
                  f"held out {mean_loss(learner, held_ids, 20):.3f}", flush=True)
    learner.half()
    write(kind, learner)


def write(kind, learner):
    weights = {name: weight.contiguous() for name, weight in published(learner).items()}
    save_file(weights, f"{kind}.safetensors")


def published(learner):
    """The weights under the names of the published files, one matrix for each expert."""
    named = {}
    for name, weight in learner.state_dict().items():
        if name == "lm_head.weight":
            continue
        if ".mlp." in name and weight.dim() == 3:
            before = name.split(".mlp.")[0] + ".block_sparse_moe.experts."
            for expert, matrix in enumerate(weight):
                if "gate_up" in name:
                    gate, up = matrix.chunk(2)
                    named[f"{before}{expert}.w1.weight"], named[f"{before}{expert}.w3.weight"] = gate, up
                else:
                    named[f"{before}{expert}.w2.weight"] = matrix
        else:
            named[name.replace(".mlp.gate.", ".block_sparse_moe.gate.")] = weight
    return named


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in KINDS:
        raise SystemExit(f"train.py takes one of {', '.join(KINDS)}")
    train(sys.argv[1])
