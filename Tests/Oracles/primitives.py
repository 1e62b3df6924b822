#!/usr/bin/env python3
"""Golden values of primitives and of a few compositions, made with NumPy, SciPy and PyTorch.

    python3 Tests/Oracles/primitives.py

writes Tests/Fixtures/primitives/*.json (or into the folder given by --output). Everything is
computed in float64. A file holds a list of cases:

    {"operation": ..., "attributes": {...}, "inputs": [array...], "outputs": [array...],
     "cotangents": [array...], "gradients": [array...]}

An array is {"type": ..., "shape": [...], "values": [...]}, row-major; infinities and NaN are the
strings "inf", "-inf" and "nan". Where a case has cotangents (one for each output), its gradients
are those of the sum of output times cotangent with respect to each floating input, in order.
Elementwise cases may have a "derivative" instead.
"""

import argparse
import json
import math
import pathlib
import platform

import numpy
import scipy
import scipy.special
import torch
import torch.nn.functional as F

SEED = 7
source = numpy.random.Generator(numpy.random.PCG64(SEED))


def drawn(*shape):
    """Random multiples of 1/16 in [-2, 2]: exact in every type and short when written."""
    return torch.from_numpy(numpy.asarray(source.integers(-32, 33, shape) / 16.0))


def encoded(array):
    array = numpy.asarray(array)
    kind = {"f": "float64", "i": "int32", "b": "bool"}[array.dtype.kind]

    def entry(value):
        if isinstance(value, float) and not math.isfinite(value):
            return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
        return value

    return {
        "type": kind,
        "shape": list(array.shape),
        "values": [entry(value) for value in array.flatten().tolist()],
    }


def case(operation, inputs, outputs, **attributes):
    return {
        "operation": operation,
        "attributes": attributes,
        "inputs": [encoded(x) for x in inputs],
        "outputs": [encoded(y) for y in outputs],
    }


def differentiated(operation, function, inputs, **attributes):
    """A case whose outputs and gradients come from PyTorch's own differentiation."""
    leaves = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    result = function(*leaves)
    outputs = list(result) if isinstance(result, tuple) else [result]
    cotangents = [drawn(*y.shape) for y in outputs]
    wanted = [x for x in leaves if x.requires_grad]
    gradients = torch.autograd.grad(outputs, wanted, cotangents)
    made = case(operation, inputs, [y.detach() for y in outputs], **attributes)
    made["cotangents"] = [encoded(c) for c in cotangents]
    made["gradients"] = [encoded(g) for g in gradients]
    return made


# --- Elementwise ---------------------------------------------------------------------------------


def elementwise():
    """Values and derivatives at easy, small, large and special arguments."""
    inf, nan = math.inf, math.nan
    reals = [-inf, -800.0, -30.0, -6.0, -2.5, -1.0, -0.75, -1e-9, -0.0, 0.0, 1e-300, 1e-9]
    reals += [0.3, 0.75, 1.0, 2.0, 3.75, 8.0, 40.0, 800.0, inf, nan]
    positive = [0.0, 1e-300, 1e-9, 0.25, 1.0, math.e, 10.0, 1e9, 1e300, inf]
    angles = [-100.0, -3.0, -0.5, -0.0, 1e-9, 1.0, 2.0, 3.141592653589793, 1e4]
    root = scipy.special.expit
    table = {
        "exp": (reals, numpy.exp, numpy.exp),
        "exponentialMinusOne": (reals, numpy.expm1, numpy.exp),
        "log": (positive, numpy.log, lambda x: 1 / x),
        "logOnePlus": (positive, numpy.log1p, lambda x: 1 / (1 + x)),
        "tanh": (reals, numpy.tanh, lambda x: 1 / numpy.cosh(x) ** 2),
        "logistic": (reals, root, lambda x: root(x) * root(-x)),
        "erf": (
            reals,
            scipy.special.erf,
            lambda x: 2 / math.sqrt(math.pi) * numpy.exp(-x * x),
        ),
        "squareRoot": (positive, numpy.sqrt, lambda x: 0.5 / numpy.sqrt(x)),
        "rsqrt": (
            positive,
            lambda x: 1 / numpy.sqrt(x),
            lambda x: -0.5 / (numpy.sqrt(x) * x),
        ),
        "sin": (angles, numpy.sin, numpy.cos),
        "cos": (angles, numpy.cos, lambda x: -numpy.sin(x)),
        "abs": (reals, numpy.abs, None),
        "sign": (reals, numpy.sign, None),
        "floor": (reals, numpy.floor, None),
        "silu": (reals[3:-3], lambda x: x * root(x), None),
        "geluByErf": (
            reals[3:-3],
            lambda x: 0.5 * x * (1 + scipy.special.erf(x / math.sqrt(2))),
            None,
        ),
        "softplus": (reals, lambda x: numpy.logaddexp(x, 0), root),
    }
    cases = []
    with numpy.errstate(all="ignore"):
        for name, (arguments, function, derivative) in table.items():
            x = numpy.array(arguments)
            made = case(name, [x], [function(x)])
            if derivative is not None:
                made["derivative"] = encoded(derivative(x))
            cases.append(made)
        bases = numpy.array([0.0, 0.5, 1.0, 2.0, 10.0, -2.0, -2.0, -8.0, 2.0, inf, 0.0, nan])
        powers = numpy.array([2.0, 3.5, inf, -2.0, 300.0, 3.0, 2.0, 1 / 3, 0.0, -1.0, 0.0, 0.0])
        cases.append(case("power", [bases, powers], [numpy.power(bases, powers)]))
        a = numpy.array([1.0, -1.0, nan, 2.0, -inf, 3.0, 0.0])
        b = numpy.array([2.0, -3.0, 1.0, nan, inf, 3.0, -5.0])
        cases.append(case("maximum", [a, b], [numpy.maximum(a, b)]))
        cases.append(case("minimum", [a, b], [numpy.minimum(a, b)]))
        a = numpy.array([7.0, -7.0, 7.0, -7.0, 5.5, 1.0])
        b = numpy.array([3.0, 3.0, -3.0, -3.0, 2.0, inf])
        cases.append(case("remainderTruncated", [a, b], [numpy.fmod(a, b)]))
    return cases


# --- Contraction and convolution -----------------------------------------------------------------


def contraction():
    """General dot products: batch axes first, then what is left of each operand, in order."""
    table = [
        ("mk,kn->mn", [], [], [1], [0], (3, 4), (4, 5)),
        ("k,k->", [], [], [0], [0], (6,), (6,)),
        ("m,n->mn", [], [], [], [], (3,), (4,)),
        ("bmk,bkn->bmn", [0], [0], [2], [1], (2, 3, 4), (2, 4, 2)),
        ("mbk,knb->bmn", [1], [2], [2], [0], (3, 2, 4), (4, 5, 2)),
        ("bhts,bhus->bhtu", [0, 1], [0, 1], [3], [3], (2, 2, 3, 4), (2, 2, 3, 4)),
        ("ijk,kjl->il", [], [], [1, 2], [1, 0], (2, 3, 4), (4, 3, 2)),
        ("mk,kn->mn", [], [], [1], [0], (3, 0), (0, 2)),
    ]
    return [
        differentiated(
            "dot",
            lambda a, b, rule=rule: torch.einsum(rule, a, b),
            [drawn(*left), drawn(*right)],
            batchingLeft=batch_left,
            batchingRight=batch_right,
            contractingLeft=left_axes,
            contractingRight=right_axes,
        )
        for rule, batch_left, batch_right, left_axes, right_axes, left, right in table
    ]


def dilated(x, steps):
    """Zeros between neighbours along the axes after the first two, steps - 1 of them."""
    for axis, step in enumerate(steps, start=2):
        shape = list(x.shape)
        shape[axis] = (shape[axis] - 1) * step + 1
        spread = torch.zeros(shape, dtype=x.dtype)
        index = [slice(None)] * x.ndim
        index[axis] = slice(None, None, step)
        spread[tuple(index)] = x
        x = spread
    return x


def convolution():
    """Convolutions: input [N, C, space...], kernel [O, C / groups, space...], no kernel flip."""
    table = [
        # space, kernel, strides, padding (low, high), input dilation, kernel dilation, groups, C, O
        ([7], [3], [1], [(0, 0)], [1], [1], 1, 2, 3),
        ([7], [3], [2], [(1, 2)], [1], [1], 1, 2, 2),
        ([8], [3], [1], [(2, 2)], [1], [2], 1, 1, 2),
        ([4], [3], [1], [(2, 1)], [2], [1], 1, 2, 2),
        ([9], [4], [3], [(0, 1)], [2], [2], 1, 1, 1),
        ([6], [2], [1], [(1, 0)], [1], [1], 2, 4, 4),
        ([6], [3], [1], [(2, 0)], [1], [1], 3, 3, 3),
        ([6], [2], [1], [(-1, -1)], [1], [1], 1, 2, 1),
        ([5, 6], [3, 2], [1, 1], [(0, 0), (0, 0)], [1, 1], [1, 1], 1, 2, 2),
        ([5, 6], [3, 3], [2, 1], [(1, 1), (0, 2)], [1, 1], [1, 2], 1, 1, 2),
        ([3, 4], [2, 3], [1, 2], [(1, 2), (2, 1)], [2, 1], [1, 1], 2, 2, 4),
        ([4, 3], [1, 1], [1, 1], [(0, 0), (0, 0)], [1, 1], [1, 1], 1, 3, 2),
    ]
    cases = []
    for space, kernel, strides, padding, spread, kernel_spread, groups, channels, made in table:

        def convolved(x, w):
            x = dilated(x, spread)
            flat = [edge for low_high in reversed(padding) for edge in low_high]
            x = F.pad(x, flat)
            function = F.conv1d if len(space) == 1 else F.conv2d
            return function(x, w, stride=strides, dilation=kernel_spread, groups=groups)

        cases.append(
            differentiated(
                "convolution",
                convolved,
                [drawn(2, channels, *space), drawn(made, channels // groups, *kernel)],
                strides=strides,
                padding=[list(edges) for edges in padding],
                inputDilation=spread,
                kernelDilation=kernel_spread,
                featureGroupCount=groups,
            )
        )
    return cases


# --- Ordering and moving -------------------------------------------------------------------------


def ordering():
    """Sorting and top-k along the last axis; equal values keep their order."""
    cases = []
    plain = source.permutation(24).reshape(2, 12) / 4.0
    ties = source.integers(0, 4, (3, 7)) / 2.0
    single = numpy.array([[3.0]])
    extreme = numpy.array([[1.0, -math.inf, math.inf, -5.0, 0.25, math.inf]])
    for x in [plain, ties, single, extreme]:
        rising = numpy.argsort(x, axis=-1, kind="stable")
        falling = numpy.argsort(-x, axis=-1, kind="stable")
        for name, order in [("ascending", rising), ("descending", falling)]:
            cases.append(
                case(
                    "sort",
                    [x],
                    [numpy.take_along_axis(x, order, -1), order.astype(numpy.int32)],
                    direction=name,
                )
            )
        for k in sorted({1, min(3, x.shape[-1]), x.shape[-1]}):
            top = falling[:, :k]
            cases.append(
                case(
                    "topK",
                    [x],
                    [numpy.take_along_axis(x, top, -1), top.astype(numpy.int32)],
                    k=k,
                )
            )
    return cases


def padded(x, low, high, interior, value):
    """XLA's pad: interior zeros first, then edges, of which negative ones cut off."""
    shape = [
        a + b + n + max(n - 1, 0) * i for a, b, n, i in zip(low, high, x.shape, interior)
    ]
    result = numpy.full(shape, value)
    for index in numpy.ndindex(x.shape):
        place = tuple(a + n * (i + 1) for a, n, i in zip(low, index, interior))
        if all(0 <= p < n for p, n in zip(place, shape)):
            result[place] = x[index]
    return result


def moving():
    """Padding, and rows looked up and added up by index."""
    cases = []
    for low, high, interior in [
        ([0, 0], [0, 0], [0, 0]),
        ([1, 2], [0, 1], [0, 0]),
        ([0, 1], [2, 0], [1, 2]),
        ([-1, 0], [0, -2], [0, 0]),
        ([-1, 1], [2, -1], [2, 1]),
    ]:
        x = numpy.asarray(drawn(3, 4))
        cases.append(
            case(
                "pad",
                [x],
                [padded(x, low, high, interior, -1.5)],
                low=low,
                high=high,
                interior=interior,
                value=-1.5,
            )
        )
    for rows, shape in [(5, (3,)), (4, (2, 3)), (3, (2, 0))]:
        indices = torch.from_numpy(source.integers(0, rows, shape)).int()
        table = drawn(rows, 3)
        cases.append(
            differentiated(
                "takeRows",
                lambda t, i: t[i.long()],
                [table, indices],
            )
        )
        updates = drawn(*shape, 3)
        cases.append(
            differentiated(
                "addRows",
                lambda t, i, u: t.index_add(0, i.long().flatten(), u.reshape(-1, 3)),
                [table, indices, updates],
            )
        )
    return cases


# --- Compositions --------------------------------------------------------------------------------


def compositions():
    """Layers as PyTorch has them, with their gradients."""
    cases = [
        differentiated("softmax", lambda x: x.softmax(-1), [drawn(3, 5)]),
        differentiated("softmax", lambda x: x.softmax(-1), [drawn(2, 3) * 400]),
        differentiated("logSoftmax", lambda x: x.log_softmax(-1), [drawn(3, 5)]),
        differentiated("logSumExp", lambda x: x.logsumexp(-1), [drawn(3, 5) * 300]),
        differentiated(
            "rmsNorm",
            lambda x, gain: F.rms_norm(x, (6,), gain, eps=1e-5),
            [drawn(2, 3, 6), drawn(6)],
            epsilon=1e-5,
        ),
        differentiated(
            "crossEntropy",
            lambda x, t: F.cross_entropy(x, t.long(), reduction="none"),
            [drawn(4, 7), torch.tensor([0, 6, 3, 3], dtype=torch.int32)],
        ),
        differentiated(
            "causalAttention",
            lambda q, k, v: F.scaled_dot_product_attention(
                q, k, v, is_causal=True, enable_gqa=True
            ),
            [drawn(1, 4, 5, 2), drawn(1, 2, 5, 2), drawn(1, 2, 5, 2)],
            layout="[batch, heads, tokens, head size]; queries share key/value heads in order",
        ),
        differentiated("cumulativeSum", lambda x: x.cumsum(-1), [drawn(2, 6)]),
        differentiated("product", lambda x: x.prod(-1), [drawn(3, 4)]),
    ]
    return cases


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--output", type=pathlib.Path, default=root / "Tests/Fixtures/primitives"
    )
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for make in [elementwise, contraction, convolution, ordering, moving, compositions]:
        cases = make()
        header = {
            "format": 1,
            "generator": "Tests/Oracles/primitives.py",
            "about": make.__doc__,
            "seed": SEED,
            "versions": {
                "python": platform.python_version(),
                "numpy": numpy.__version__,
                "scipy": scipy.__version__,
                "torch": torch.__version__,
            },
        }
        rows = ",\n".join(
            "    " + json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases
        )
        text = json.dumps(header, indent=2)[:-2] + ',\n  "cases": [\n' + rows + "\n  ]\n}\n"
        json.loads(text)
        path = output / f"{make.__name__}.json"
        path.write_text(text)
        print(f"{path.name}: {len(cases)} cases, {len(text)} bytes")


if __name__ == "__main__":
    main()
