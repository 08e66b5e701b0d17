"""State spaces and linear recurrences against transformers, scipy and torch."""
import numpy as np
import scipy.signal
import torch
from transformers import MambaConfig
from transformers.models.mamba import modeling_mamba
from transformers.models.rwkv import modeling_rwkv

from case import Case, load, normal, uniform, weight


def cases():
    for n, d, e, s, taps in [(7, 4, 6, 3, 4), (40, 12, 24, 16, 4)]:
        given = {"x": normal(n, e), "delta": uniform(0.01, 0.5, n, e), "a": -uniform(0.2, 3, e, s), "b": normal(n, s),
                 "c": normal(n, s), "skip": normal(e)}

        def scanned(x):
            h, y = torch.zeros_like(x.a), []
            for t in range(x.x.shape[0]):
                h = torch.exp(x.delta[t, :, None] * x.a) * h + (x.delta[t] * x.x[t])[:, None] * x.b[t]
                y.append(h @ x.c[t] + x.skip * x.x[t])
            return torch.stack(y)
        # A state forgets with its decay, and with it its rounding.
        yield Case("selective scan", "the paper's formula in torch", "selective scan", f"{n}×{e}, {s} states", given,
                   scanned, 2 * s + n)
        config = MambaConfig(hidden_size=d, state_size=s, conv_kernel=taps, intermediate_size=e, expand=e // d,
                             time_step_rank=1, use_conv_bias=False, use_bias=False)
        config.intermediate_size = e
        given = {"x": normal(n, d), "input": weight(2 * e, d), "convolution": normal(taps, e, scale=taps**-0.5),
                 "selection": weight(1 + 2 * s, e), "stepWeight": normal(e), "stepBias": normal(e, centre=-2),
                 "logDecay": torch.log(uniform(0.5, s, e, s)), "skip": normal(e, centre=1), "output": weight(d, e)}

        def mixed(x, config=config):
            mixer = load(modeling_mamba.MambaMixer(config, 0), in_proj__weight=x.input,
                         conv1d__weight=x.convolution.T[:, None], x_proj__weight=x.selection,
                         dt_proj__weight=x.stepWeight[:, None], dt_proj__bias=x.stepBias, A_log=x.logDecay, D=x.skip,
                         out_proj__weight=x.output)
            return mixer(x.x[None])[0]
        yield Case("block of Mamba", "MambaMixer", "Mamba block", f"{n}×{d}, {e} inner, {s} states", given, mixed,
                   d + 2 * e + 2 * s + taps + n)
        wkv = {"k": 2 * normal(n, d), "v": normal(n, d), "decay": uniform(0.05, 1.5, d), "bonus": normal(d)}

        def rwkv(x):
            y, _ = modeling_rwkv.rwkv_linear_attention_cpu(x.decay.log(), x.bonus, x.k[None], x.v[None])
            return {"recurrence": y[0], "parallel": y[0]}
        # The exponent of the oldest key reaches n·w.
        yield Case("RWKV", "rwkv_linear_attention_cpu", "RWKV", f"{n}×{d}", wkv, rwkv, 4 * n)

        def scan(x):
            h, y = torch.zeros_like(x.a[0]), []
            for a, b in zip(x.a, x.b):
                h = a * h + b
                y.append(h)
            return {"tree": torch.stack(y), "sequence": torch.stack(y)}
        yield Case("scan of linear steps", "loop in torch", "scan", f"{n}×{d}",
                   {"a": uniform(0.3, 1, n, d), "b": normal(n, d)}, scan, n)
        for name, method in [("zero-order hold", "zoh"), ("bilinear", "bilinear")]:
            given = {"x": normal(n), "a": -uniform(0.1, 2, s), "b": normal(s), "c": normal(s)}

            def discrete(x, s=s, method=method):
                a, b, c, signal = (t.double().numpy() for t in (x.a, x.b, x.c, x.x))
                if method == "zoh":
                    a, b = scipy.signal.cont2discrete((np.diag(a), b[:, None], c[None], np.eye(1)), 0.1, "zoh")[:2]
                    decay, entry = a.diagonal(), b[:, 0]
                else:
                    decay, entry = (1 + 0.1 * a / 2) / (1 - 0.1 * a / 2), 0.1 * b / (1 - 0.1 * a / 2)
                h, y = np.zeros(s), []
                for value in signal:
                    h = decay * h + entry * value
                    y.append([c @ h + 0.7 * value] * 3)
                return np.array(y)
            yield Case(f"state space, {name}", "scipy.signal.cont2discrete" if method == "zoh" else "formula in numpy",
                       f"state space, {name}", f"{n}, {s} states", given, discrete, 2 * s + 4 * n, exact=True,
                       sizes={"skip": 0.7, "step": 0.1})
