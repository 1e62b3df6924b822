#!/usr/bin/env python3
"""The matrix products of a training step of a Llama in OpenBLAS, timed: the roofline of `make bench`.

    python3 Benchmarks/peers/openblas_roofline.py --layers 8 --width 256 --heads 8 --ffn 704 \\
        --vocabulary 8192 --batch 8 --length 256 --steps 10

One step runs, as NumPy's matmul into memory that is at hand, what a training step multiplies by its
weights, each as often as the step does: forward, the gradient of the input and the gradient of the
weights, of query, key, value, output, gate, up and down of each layer and of the output projection.
Attention's own products are not among them. A product so counts by its share of the step's
operations. float32. The options and the output are those of protocol.py; `ready` also has the
kernel that OpenBLAS chose for this processor and the operations of a step:

    {"event": "ready", "peer": "roofline", "mode": "SkylakeX", "version": "OpenBLAS 0.3.31",
     "threads": 2, "operationsPerStep": 1.05e11, "compileSeconds": null, ...}

It needs a process of its own, since OpenBLAS chooses its kernel once.
"""

import numpy
import protocol
import threadpoolctl


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


class Products:
    """The three products of one weight matrix."""

    def __init__(self, tokens, inputs, outputs, count, generator):
        def array(*size):
            return generator.standard_normal(size, dtype=numpy.float32)

        self.input, self.weight = array(tokens, inputs), array(inputs, outputs)
        self.output, self.output_gradient = array(tokens, outputs), array(tokens, outputs)
        self.input_gradient, self.weight_gradient = array(tokens, inputs), array(inputs, outputs)
        self.count = count
        self.operations = 3 * 2 * tokens * inputs * outputs * count

    def run(self):
        for _ in range(self.count):
            numpy.matmul(self.input, self.weight, out=self.output)
            numpy.matmul(self.output_gradient, self.weight.T, out=self.input_gradient)
            numpy.matmul(self.input.T, self.output_gradient, out=self.weight_gradient)


def library():
    """The OpenBLAS that NumPy uses."""
    for found in threadpoolctl.threadpool_info():
        if found["internal_api"] == "openblas":
            return found
    raise SystemExit("error: NumPy here does not use OpenBLAS; install NumPy from PyPI")


def main():
    shape = protocol.parsed(protocol.parser(__doc__))
    threadpoolctl.threadpool_limits(shape.threads, user_api="blas")
    generator = numpy.random.default_rng(shape.seed)
    tokens = shape.batch * shape.length
    products = [Products(tokens, *sizes, generator) for sizes in weight_shapes(shape)]

    def step():
        for product in products:
            product.run()

    timed = protocol.Timed(step)
    timed.warm_up(shape.warmup)
    openblas = library()
    protocol.report(
        event="ready",
        peer="roofline",
        mode=openblas["architecture"],
        version=f"OpenBLAS {openblas['version']}",
        threads=openblas["num_threads"],
        parameters=sum(product.weight.size * product.count for product in products),
        tokensPerStep=tokens,
        operationsPerStep=sum(product.operations for product in products),
        compileSeconds=None,
    )
    timed.serve(shape)


if __name__ == "__main__":
    main()
