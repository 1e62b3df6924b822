#!/usr/bin/env python3
"""The custom calls by which JAX asks XLA for cuDNN's attention, as golden values.

    python3 Tests/Oracles/cudnn_attention.py        # writes Tests/Fixtures/cudnn-attention/golden.json

JAX lowers them for CUDA on a machine without a GPU once it does not ask for cuDNN's version. Taken are the names, the
configuration, the layouts and the types of the calls, forwards and backwards, of causal attention in bfloat16. Made with JAX 0.10.2.
"""

import json
import pathlib
import re

import jax
import jax.numpy as jnp
from jax._src.cudnn import fused_attention_stablehlo

TARGET = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/cudnn-attention/golden.json"
# Batch, tokens, query heads, key and value heads, head size.
SHAPES = [(4, 128, 8, 4, 64), (2, 64, 3, 3, 32), (1, 256, 16, 2, 128)]
CALL = re.compile(
    r"stablehlo.custom_call @(__cudnn\$\w+)\(.*?\) \{api_version = (\d) : i32, backend_config = \"(.*?)\", "
    r"operand_layouts = \[(.*?)\], result_layouts = \[(.*?)\]\} : (\(.*\) -> \(.*\))")


def calls(batch, tokens, heads, key_heads, size):
    def loss(query, key, value):
        mixed = jax.nn.dot_product_attention(query, key, value, is_causal=True, implementation="cudnn")
        return mixed.astype(jnp.float32).sum()

    def shape(count):
        return jax.ShapeDtypeStruct((batch, tokens, count, size), jnp.bfloat16)

    traced = jax.jit(jax.grad(loss, argnums=(0, 1, 2))).trace(shape(heads), shape(key_heads), shape(key_heads))
    text = traced.lower(lowering_platforms=("cuda",)).as_text()
    return [
        {
            "name": name, "version": int(version), "configuration": json.loads(config.replace(r"\22", '"')),
            "operandLayouts": operands, "resultLayouts": results, "types": types,
        }
        for name, version, config, operands, results, types in CALL.findall(text)
    ]


def main():
    fused_attention_stablehlo.check_cudnn_version = lambda *_, **__: 92000
    golden = [{"shape": shape, "calls": calls(*shape)} for shape in SHAPES]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
