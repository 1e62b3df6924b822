"""Writes Tests/Fixtures/safetensors/golden.safetensors with the reference implementation.

Needs what requirements.txt names. Run from the project root; it writes the same bytes each time.
"""

import ctypes
import struct

import safetensors

FLOATS = [0.0, -0.0, 1.5, -2.25, float("inf"), 3.4028234663852886e38]


def pack(code, values):
    return struct.pack(f"<{len(values)}{code}", *values)


tensors = {
    "layers.query": ("float32", [2, 3], pack("f", FLOATS)),
    "layers.steps": ("int32", [2], pack("i", [-1, 2147483647])),
    "embedding": ("bfloat16", [3, 1], bytes.fromhex("803f00c0807f")),
    "float64": ("float64", [2], pack("d", [0.1, -1e300])),
    "int64": ("int64", [1], pack("q", [-(2**63)])),
    "uint8": ("uint8", [4], bytes([0, 1, 254, 255])),
    "uint32": ("uint32", [1], pack("I", [2**32 - 1])),
    "uint64": ("uint64", [1], pack("Q", [2**64 - 1])),
    "bool": ("bool", [3], bytes([1, 0, 1])),
    "scalar": ("float32", [], pack("f", [7.0])),
    "empty": ("float32", [0, 4], b""),
    'quoted "name"\n\u00e9\U0001f33f\x01': ("uint8", [1], bytes([9])),
}
half = {"half": ("float16", [2], bytes.fromhex("003c00c0"))}


def write(path, tensors):
    buffers = {name: ctypes.create_string_buffer(data) for name, (_, _, data) in tensors.items()}
    specs = {
        name: safetensors.TensorSpec(
            dtype=dtype,
            shape=shape,
            data_ptr=ctypes.addressof(buffers[name]),
            data_len=len(data),
        )
        for name, (dtype, shape, data) in tensors.items()
    }
    with open(path, "wb") as file:
        file.write(safetensors.serialize(specs, {"format": "pt"}))


write("Tests/Fixtures/safetensors/golden.safetensors", tensors)
write("Tests/Fixtures/safetensors/half.safetensors", {**half, "scalar": tensors["scalar"]})
