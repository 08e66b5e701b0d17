"""Reads the weights and logs that train.py left, and writes what the chapter needs beside them.

`characters.txt` has the characters that have a token, `held-out.txt` the text that no model has seen,
`logits.safetensors` what transformers computes of its beginning with each file of weights, and `models.txt` a line for
each figure of the training: parameters, updates, seconds of a processor, and the loss on the whole held-out text.
"""

import math
import re

import torch
from safetensors.torch import load_file, save_file

import corpus
import train

KINDS = ["dense", "balanced", "unbalanced"]
SHOWN = 64


def read(kind):
    """The model whose weights are the file's, in single precision."""
    learner = train.model(kind)
    stored = load_file(f"{kind}.safetensors")
    state = learner.state_dict()
    for name, place in state.items():
        if name == "lm_head.weight":
            continue
        before = name.split(".mlp.")[0] + ".block_sparse_moe."
        if ".mlp." in name and place.dim() == 3:
            names = ["w1", "w3"] if "gate_up" in name else ["w2"]
            whole = [torch.cat([stored.pop(f"{before}experts.{expert}.{part}.weight") for part in names])
                     for expert in range(train.EXPERTS)]
            state[name] = torch.stack(whole)
        else:
            state[name] = stored.pop(name.replace(".mlp.gate.", ".block_sparse_moe.gate."))
    if stored:
        raise SystemExit(f"{kind}: no place for {sorted(stored)}")
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    learner.load_state_dict({name: weight.float() for name, weight in state.items()})
    return learner.eval()


def main():
    torch.set_num_threads(1)
    learned, held = corpus.parts()
    listed = corpus.characters(learned)
    ids = corpus.tokens(held, listed)
    with open("characters.txt", "w", encoding="utf-8") as file:
        file.write("".join(listed[1:]) + "\n")
    with open("held-out.txt", "w", encoding="utf-8") as file:
        file.write(held)
    logits, lines = {}, [f"characters {len(learned)}"]
    for kind in KINDS:
        learner = read(kind)
        loss = train.mean_loss(learner, ids)
        with open(f"{kind}.log", encoding="utf-8") as file:
            seconds = re.findall(r"(\d+) s of a processor", file.read())[-1]
        lines += [f"{kind} parameters {sum(weight.numel() for weight in learner.parameters())}",
                  f"{kind} updates {train.STEPS}", f"{kind} seconds {seconds}", f"{kind} loss {loss:.6f}"]
        with torch.no_grad():
            logits[kind] = learner(input_ids=torch.tensor([ids[:SHOWN]])).logits[0, 3::12].contiguous()
        print(lines[-1], f"perplexity {math.exp(loss):.3f}", flush=True)
    save_file(logits, "logits.safetensors")
    with open("models.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
