#!/usr/bin/env python3
"""Training steps of a Llama in JAX, timed: a peer of `make bench`.

    python3 Benchmarks/peers/jax_llama.py --layers 8 --width 256 --heads 8 --ffn 704 \\
        --vocabulary 8192 --batch 8 --length 256 --steps 10

One step is what Espalier's step is: forward, backward, clipping by the global norm, AdamW with
decay on everything but norm gains, compiled as one function that is given its state to overwrite.
Layers are unrolled, or with --scan the body of one loop over stacked parameters. Attention is
jax.nn.dot_product_attention, which was faster at length 2048 than the plain formula; the formula
runs with --attention plain, cuDNN's with --attention cudnn on a GPU. float32, or with --precision bfloat16
products and activations in bfloat16 on float32 parameters, norms and logits in float32; random tokens, the same for each
step. The options and the output are those of protocol.py; XLA takes as many threads as there are cores.
"""

import functools
import time

import jax
import jax.numpy as jnp
import protocol

EPSILON = 1e-5


def initial_parameters(shape):
    """Normal matrices and gains of one; those of the layers have a leading layer axis."""
    inner = shape.width // shape.heads * shape.key_value_heads
    matrices = {
        "query": (shape.width, shape.width),
        "key": (shape.width, inner),
        "value": (shape.width, inner),
        "output": (shape.width, shape.width),
        "gate": (shape.width, shape.ffn),
        "up": (shape.width, shape.ffn),
        "down": (shape.ffn, shape.width),
    }
    keys = iter(jax.random.split(jax.random.key(shape.seed), len(matrices) + 1))

    def normal(*size):
        return 0.02 * jax.random.normal(next(keys), size)

    layers = {name: normal(shape.layers, *size) for name, size in matrices.items()}
    for name in ["attentionNorm", "feedForwardNorm"]:
        layers[name] = jnp.ones((shape.layers, shape.width))
    if not shape.scan:
        layers = [jax.tree.map(lambda p: p[layer], layers) for layer in range(shape.layers)]
    return {
        "embedding": normal(shape.vocabulary, shape.width),
        "layers": layers,
        "finalNorm": jnp.ones(shape.width),
    }


def norm(x, gain):
    wide = x.astype(gain.dtype)
    scale = jax.lax.rsqrt(jnp.mean(wide * wide, axis=-1, keepdims=True) + EPSILON)
    return (wide * scale * gain).astype(x.dtype)


def rotary_tables(shape):
    size = shape.width // shape.heads
    frequencies = 10_000.0 ** (-jnp.arange(0, size, 2) / size)
    angles = (jnp.arange(shape.length)[:, None] * frequencies)[:, None, :]
    return jnp.cos(angles), jnp.sin(angles)


def rotated(x, cosine, sine):
    first, second = jnp.split(x.astype(cosine.dtype), 2, axis=-1)
    return jnp.concatenate(
        [first * cosine - second * sine, second * cosine + first * sine], axis=-1
    ).astype(x.dtype)


def plain_attention(query, key, value):
    """Causal attention over [batch, tokens, heads, size], written as one writes it."""
    batch, tokens, heads, size = query.shape
    groups = key.shape[2]
    query = query.reshape(batch, tokens, groups, heads // groups, size)
    scores = jnp.einsum("btgrd,bsgd->bgrts", query, key) / jnp.sqrt(size)
    mask = jnp.tril(jnp.ones((tokens, tokens), bool))
    weights = jax.nn.softmax(jnp.where(mask, scores, -jnp.inf), axis=-1)
    return jnp.einsum("bgrts,bsgd->btgrd", weights, value).reshape(batch, tokens, heads, size)


ATTENTION = {
    "plain": plain_attention,
    "builtin": functools.partial(jax.nn.dot_product_attention, is_causal=True),
    "cudnn": functools.partial(
        jax.nn.dot_product_attention, is_causal=True, implementation="cudnn"
    ),
}


def block(shape, x, layer):
    batch, tokens, width = x.shape
    cosine, sine = rotary_tables(shape)

    def weights(name):
        return layer[name].astype(x.dtype)

    def heads(name, count):
        return (h @ weights(name)).reshape(batch, tokens, count, width // shape.heads)

    h = norm(x, layer["attentionNorm"])
    mixed = ATTENTION[shape.attention](
        rotated(heads("query", shape.heads), cosine, sine),
        rotated(heads("key", shape.key_value_heads), cosine, sine),
        heads("value", shape.key_value_heads),
    )
    x = x + mixed.reshape(batch, tokens, width) @ weights("output")
    h = norm(x, layer["feedForwardNorm"])
    return x + (jax.nn.silu(h @ weights("gate")) * (h @ weights("up"))) @ weights("down")


def loss(shape, parameters, inputs, targets):
    x = parameters["embedding"][inputs].astype(shape.precision)
    if shape.scan:
        x, _ = jax.lax.scan(
            lambda x, layer: (block(shape, x, layer), None), x, parameters["layers"]
        )
    else:
        for layer in parameters["layers"]:
            x = block(shape, x, layer)
    logits = jnp.matmul(
        norm(x, parameters["finalNorm"]),
        parameters["embedding"].T.astype(shape.precision),
        preferred_element_type=jnp.float32,
    )
    chosen = jnp.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
    return jnp.mean(jax.nn.logsumexp(logits, axis=-1) - chosen)


def training_step(shape, state, inputs, targets):
    """The loss, and the state after clipping and AdamW."""
    parameters, first, second, count = state
    value, gradient = jax.value_and_grad(functools.partial(loss, shape))(
        parameters, inputs, targets
    )
    length = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(gradient)))
    scale = jnp.minimum(1.0, 1.0 / (length + 1e-6))
    count = count + 1
    rate, decay, beta1, beta2 = 1e-3, 0.1, 0.9, 0.95
    correction1, correction2 = 1 - beta1**count, 1 - beta2**count

    first = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * scale * g, first, gradient)
    second = jax.tree.map(
        lambda v, g: beta2 * v + (1 - beta2) * (scale * g) ** 2, second, gradient
    )

    def updated(path, p, m, v):
        decayed = 0.0 if "Norm" in path[-1].key else decay
        change = (m / correction1) / (jnp.sqrt(v / correction2) + 1e-8)
        return p - rate * (change + decayed * p)

    parameters = jax.tree_util.tree_map_with_path(updated, parameters, first, second)
    return value, (parameters, first, second, count)


class Bench:
    """The compiled step, its state and its batch."""

    def __init__(self, shape):
        parameters = jax.jit(functools.partial(initial_parameters, shape))()
        self.parameter_count = sum(p.size for p in jax.tree.leaves(parameters))
        self.state = (
            parameters,
            jax.tree.map(jnp.zeros_like, parameters),
            jax.tree.map(jnp.zeros_like, parameters),
            jnp.zeros((), jnp.int32),
        )
        tokens = jax.random.randint(
            jax.random.key(shape.seed + 1), (shape.batch, shape.length + 1), 0, shape.vocabulary
        )
        self.batch = tokens[:, :-1], tokens[:, 1:]
        step = jax.jit(functools.partial(training_step, shape), donate_argnums=0)
        start = time.perf_counter()
        self.compiled = step.lower(self.state, *self.batch).compile()
        self.compile_seconds = time.perf_counter() - start

    def step(self):
        """Runs one step; returns its loss."""
        value, self.state = self.compiled(self.state, *self.batch)
        jax.block_until_ready(self.state)
        return float(value)


def main():
    parser = protocol.parser(__doc__)
    parser.add_argument("--scan", action="store_true", help="layers as the body of one loop")
    parser.add_argument("--attention", choices=sorted(ATTENTION), default="builtin")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    shape = protocol.parsed(parser)
    if jax.default_backend() == "cpu" and shape.threads != protocol.core_count():
        parser.error("--threads: XLA takes one for each core; use taskset")
    bench = Bench(shape)
    timed = protocol.Timed(bench.step)
    timed.warm_up(shape.warmup)
    protocol.report(
        event="ready",
        peer="jax",
        mode="scan" if shape.scan else "unrolled",
        version=jax.__version__,
        threads=shape.threads,
        parameters=bench.parameter_count,
        tokensPerStep=shape.batch * shape.length,
        compileSeconds=bench.compile_seconds,
    )
    timed.serve(shape)


if __name__ == "__main__":
    main()
