"""What one comparison is, and what the cases' modules share."""
import contextlib
import dataclasses
import types
import typing

import torch

generator = torch.Generator().manual_seed(18)


def normal(*shape, scale=1.0, centre=0.0):
    return centre + scale * torch.randn(*shape, generator=generator, dtype=torch.float64)


def uniform(low, high, *shape):
    return low + (high - low) * torch.rand(*shape, generator=generator, dtype=torch.float64)


def integers(below, *shape):
    return torch.randint(below, shape, generator=generator)


def weight(outputs, inputs):
    """Weights that keep the size of what passes through them."""
    return normal(outputs, inputs, scale=inputs**-0.5)


@dataclasses.dataclass
class Case:
    """One row for each type.

    `given` goes to the kernel, each floating-point tensor rounded to the type; whole numbers and `sizes` as they are.
    `reference` gets the rounded tensors again and gives what the peer makes of them: first in float64, which the kernel
    is held against, and where the type is Float once more in float32, to see what the peer itself loses there.

    The tolerance, in units in the last place of 1: with `terms`, the number of terms of all sums that a result passes
    through, one sum after another, it is 4 + 2·√terms: each term is rounded once in either computation, by up to half
    a unit and either way, so that the roundings add up as the root of their number; 4 for the functions on the way. It
    is relative to the result's largest element, which is of the size of the terms. With `ulps` it is so many, relative
    to each element by itself: for functions of one number, which promise that.
    """
    module: str
    peer: str
    work: str
    shape: str
    given: dict
    reference: typing.Callable
    terms: int = 0
    # What is added to the tolerance, where a rounding is magnified; each with its reason. One number, or one a type.
    units: float | dict = 0
    ulps: float = 0
    sizes: dict = dataclasses.field(default_factory=dict)
    types: tuple = ("Float", "Double")
    # Computed by mpmath or scipy, in more digits or in Double only: there is no peer in Float.
    exact: bool = False
    # The configuration of a model of transformers; `given` are its weights.
    model: typing.Any = None


@contextlib.contextmanager
def precision(dtype):
    """Modules made and run in one type throughout.

    Some of transformers' code takes norms, angles and softmax in float32 whatever it is given; within, float32 means
    float64, too.
    """
    saved = torch.float32, torch.float, torch.Tensor.float, torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    if dtype == torch.float64:
        torch.float32 = torch.float = torch.float64
        torch.Tensor.float = torch.Tensor.double
    try:
        yield
    finally:
        torch.float32, torch.float, torch.Tensor.float = saved[:3]
        torch.set_default_dtype(saved[3])


def computed(case, given, dtype):
    """What the peer makes of the given tensors, by name."""
    cast = {k: v.to(dtype) if v.is_floating_point() else v for k, v in given.items()}
    with precision(dtype):
        result = case.reference(cast if case.model else types.SimpleNamespace(**cast))
    if not isinstance(result, dict):
        result = {"y": result}
    return {k: torch.as_tensor(v).detach().to(torch.float64) for k, v in result.items()}


def load(module, **weights):
    """The module with weights set by their names, a dot written as two underscores; all that it has must be named."""
    module.load_state_dict({k.replace("__", "."): v for k, v in weights.items()})
    return module.eval()


def first(result):
    return result[0] if isinstance(result, tuple) else result


def causal(n, dtype):
    """The causal mask of one sequence as transformers' layers take it: what is added to scores."""
    return torch.full((n, n), -torch.inf, dtype=dtype).triu(1)[None, None]
