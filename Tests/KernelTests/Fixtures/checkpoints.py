"""Writes small language models with random weights, as transformers saves them, and their logits.

    pip install -r checkpoints.txt
    python3 checkpoints.py         # rewrites the folder checkpoints/ beside it

A model's file holds its weights, rounded to the type it is stored in; the logits in checkpoints/logits.json are those
of the rounded weights, computed in float64 throughout: Llama's code takes norms, angles and softmax in float32 whatever
it is given, and so float32 means float64 while it runs.
It stands apart from fixtures.py, since torch and transformers are large and nothing else here needs them.
"""
import json
import pathlib
import tempfile

import torch
import transformers

here = pathlib.Path(__file__).resolve().parent / "checkpoints"
prompt = [3, 17, 0, 25, 9, 11, 3, 28]
gap = [0, 1, 2, 7, 8, 9, 10, 11]
hidden_keys = [1, 1, 0, 1, 1, 0, 1, 1]

models = {
    "gpt2": (torch.float32, transformers.GPT2Config(
        vocab_size=31, n_positions=14, n_embd=12, n_head=3, n_layer=2)),
    "llama": (torch.float16, transformers.LlamaConfig(
        vocab_size=31, hidden_size=12, intermediate_size=20, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=6, rms_norm_eps=1e-5, rope_theta=500.0, tie_word_embeddings=False)),
    "qwen2": (torch.float64, transformers.Qwen2Config(
        vocab_size=31, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, rms_norm_eps=1e-6, rope_theta=10000.0, tie_word_embeddings=True)),
    "mixtral": (torch.bfloat16, transformers.MixtralConfig(
        vocab_size=31, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, num_local_experts=4, num_experts_per_tok=2, rms_norm_eps=1e-5, rope_theta=10000.0,
        tie_word_embeddings=False)),
}


def compute_in_float64():
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double


def main():
    here.mkdir(exist_ok=True)
    compute_in_float64()
    torch.manual_seed(18)
    results = {"prompt": prompt, "gap": gap, "hidden": hidden_keys}
    for name, (stored, config) in models.items():
        config._attn_implementation = config._experts_implementation = "eager"
        model = transformers.AutoModelForCausalLM.from_config(config).double().eval()
        with torch.no_grad():
            for key, weight in model.named_parameters():
                # Gains near one, everything else of a size that lets each part matter.
                gain = "norm" in key or "ln_" in key
                random = torch.randn(weight.shape, dtype=torch.float64)
                if gain and not key.endswith("bias"):
                    random = 1 + 0.2 * random
                elif weight.dim() == 1 or "wte" in key or "wpe" in key or "embed" in key:
                    random = 0.5 * random
                else:
                    random = random * 1.5 / weight.shape[-1] ** 0.5
                weight.copy_(random.to(stored).double())
            run = lambda **given: model(torch.tensor([prompt]), use_cache=False, **given).logits[0].tolist()
            results[name] = {
                "logits": run(),
                # A mask of ones, since a gap alone is taken for the border of two texts.
                "withGap": run(attention_mask=torch.ones(1, len(prompt)), position_ids=torch.tensor([gap])),
                "masked": run(attention_mask=torch.tensor([hidden_keys]), position_ids=torch.arange(len(prompt))[None]),
            }
        with tempfile.TemporaryDirectory() as folder:
            model.to(stored).save_pretrained(folder)
            data = pathlib.Path(folder, "model.safetensors").read_bytes()
        (here / f"{name}.safetensors").write_bytes(data)
    (here / "logits.json").write_text(json.dumps(results, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
