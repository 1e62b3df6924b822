#!/usr/bin/env python3
"""The matrix products of a training step of a Llama in a library, timed: a roofline of `make bench`.

    python3 Benchmarks/peers/roofline.py --library openblas --layers 8 --width 256 --heads 8 --ffn 704 \\
        --vocabulary 8192 --batch 8 --length 256 --steps 10

One step runs, into memory that is at hand, what a training step multiplies by its
weights, each as often as the step does: forward, the gradient of the input and the gradient of the
weights, of query, key, value, output, gate, up and down of each layer and of the output projection.
Attention's own products are not among them. A product so counts by its share of the step's
operations. float32. The options and the output are those of protocol.py; `ready` also has what of the
library was at work and the operations of a step:

    {"event": "ready", "peer": "roofline", "mode": "SkylakeX", "version": "OpenBLAS 0.3.31",
     "threads": 2, "operationsPerStep": 1.05e11, "compileSeconds": null, ...}

The libraries are NumPy's OpenBLAS and what PyTorch multiplies with, MKL in its builds for x86. Each
needs a process of its own, since OpenBLAS chooses its kernel once.
"""

import re

import protocol


def weight_shapes(shape):
    """(inputs, outputs, how often in a step) of the matrices of the model."""
    inner = shape.width // shape.heads * shape.key_value_heads
    return [
        (shape.width, shape.width, 2 * shape.layers),  # query, output
        (shape.width, inner, 2 * shape.layers),  # key, value
        (shape.width, shape.ffn, 2 * shape.layers),  # gate, up
        (shape.ffn, shape.width, shape.layers),  # down
        (shape.width, shape.vocabulary, 1),  # output projection
    ]


class OpenBLAS:
    """NumPy's products; it has to be the OpenBLAS of its wheels."""

    def __init__(self, shape):
        import numpy
        import threadpoolctl

        threadpoolctl.threadpool_limits(shape.threads, user_api="blas")
        self.generator = numpy.random.default_rng(shape.seed)
        self.float32, self.matmul = numpy.float32, numpy.matmul
        found = [own for own in threadpoolctl.threadpool_info() if own["internal_api"] == "openblas"]
        if not found:
            raise SystemExit("error: NumPy here does not use OpenBLAS; install NumPy from PyPI")
        self.mode, self.threads = found[0]["architecture"], found[0]["num_threads"]
        self.version = f"OpenBLAS {found[0]['version']}"

    def array(self, *size):
        return self.generator.standard_normal(size, dtype=self.float32)

    def multiply(self, left, right, out):
        self.matmul(left, right, out=out)


class Torch:
    """PyTorch's products, by whatever its build multiplies with."""

    def __init__(self, shape):
        import torch

        torch.set_num_threads(shape.threads)
        torch.manual_seed(shape.seed)
        self.torch, self.threads = torch, torch.get_num_threads()
        self.mode = torch.backends.cpu.get_cpu_capability()
        libraries = torch.__config__.show()
        mkl = re.search(r"Math Kernel Library Version (\S+)", libraries)
        own = f"MKL {mkl.group(1)}" if torch.backends.mkl.is_available() and mkl else "without MKL"
        self.version = f"PyTorch {torch.__version__}, {own}"

    def array(self, *size):
        return self.torch.randn(size)

    def multiply(self, left, right, out):
        self.torch.mm(left, right, out=out)


class Products:
    """The three products of one weight matrix."""

    def __init__(self, library, tokens, inputs, outputs, count):
        self.library = library
        self.input, self.weight = library.array(tokens, inputs), library.array(inputs, outputs)
        self.output = library.array(tokens, outputs)
        self.output_gradient = library.array(tokens, outputs)
        self.input_gradient = library.array(tokens, inputs)
        self.weight_gradient = library.array(inputs, outputs)
        self.count, self.parameters = count, inputs * outputs * count
        self.operations = 3 * 2 * tokens * inputs * outputs * count

    def run(self):
        multiply = self.library.multiply
        for _ in range(self.count):
            multiply(self.input, self.weight, self.output)
            multiply(self.output_gradient, self.weight.T, self.input_gradient)
            multiply(self.input.T, self.output_gradient, self.weight_gradient)


def main():
    parser = protocol.parser(__doc__)
    parser.add_argument("--library", choices=["openblas", "torch"], default="openblas")
    shape = protocol.parsed(parser)
    library = {"openblas": OpenBLAS, "torch": Torch}[shape.library](shape)
    tokens = shape.batch * shape.length
    products = [Products(library, tokens, *sizes) for sizes in weight_shapes(shape)]

    def step():
        for product in products:
            product.run()

    timed = protocol.Timed(step)
    timed.warm_up(shape.warmup)
    protocol.report(
        event="ready",
        peer="roofline",
        mode=library.mode,
        version=library.version,
        threads=library.threads,
        parameters=sum(product.parameters for product in products),
        tokensPerStep=tokens,
        operationsPerStep=sum(product.operations for product in products),
        compileSeconds=None,
    )
    timed.serve(shape)


if __name__ == "__main__":
    main()
