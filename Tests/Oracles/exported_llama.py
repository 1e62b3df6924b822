"""Reads Tests/Fixtures/exported-llama with transformers and gguf, and writes what they make of it into golden.json.

The folder hf/ and the .gguf files are the tests' own (ESPALIER_RECORD=1 swift test --filter ModelExportTests); here
transformers loads the one without a warning and computes logits and token ids, and gguf's reader finds the same
matrices in the others. Everything is checked before anything is written.
"""

import json
import logging
import pathlib
import warnings

import gguf
import numpy
import sentencepiece
import torch
import transformers
from safetensors.numpy import load_file

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "exported-llama"
LINES = [
    "In the beginning God created the heaven and the earth.", "", " ", "  two  spaces  ", "tab\there", "0123 4,567.89",
    "\u00e9 e\u0301", "日本語 текст 🙂 👩‍👩‍👧", "\u200bzero\ufeff", "line\nbreak\r\n\n", "ﬁ ﬂ ² ½", "\U0010fffd", "a\u2581b",
    "UPPER lower MiXeD", "x" * 200, "…—–“quotes”", "\u0000\u0001\u007f", "العربية עברית हिन्दी ไทย", "{}[]()<>&\"'\\\\",
]
LINES += [f"And the evening and the morning were day {number}." for number in range(20)]


TYPES = {
    "float32": gguf.GGMLQuantizationType.F32,
    "float16": gguf.GGMLQuantizationType.F16,
    "bfloat16": gguf.GGMLQuantizationType.BF16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
}


class Listener(logging.Handler):
    """Whatever is said at the level of a warning is a mistake in the folder."""

    def emit(self, record):
        raise AssertionError(record.getMessage())


def permuted(weights, heads):
    """Rows as llama.cpp's Llama wants them, from the converter of that project."""
    return weights.reshape(heads, 2, weights.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(weights.shape)


def check_gguf(name, weights, config):
    reader = gguf.GGUFReader(FOLDER / f"{name}.gguf")
    fields = {key: field.contents() for key, field in reader.fields.items()}
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(FOLDER / "hf/tokenizer.model"))
    assert fields["tokenizer.ggml.tokens"] == [pieces.id_to_piece(i) for i in range(pieces.vocab_size())]
    assert fields["tokenizer.ggml.scores"] == [pieces.get_score(i) for i in range(pieces.vocab_size())]
    assert fields["llama.block_count"] == config["num_hidden_layers"]
    assert fields["llama.attention.key_length"] == config["head_dim"]
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    assert len(tensors) == len(weights)
    for theirs, matrix in weights.items():
        if theirs.endswith("q_proj.weight"):
            matrix = permuted(matrix, config["num_attention_heads"])
        if theirs.endswith("k_proj.weight"):
            matrix = permuted(matrix, config["num_key_value_heads"])
        found = tensors[names.get_name(theirs, try_suffixes=(".weight",))]
        kind = found.tensor_type
        assert kind == (TYPES[name] if matrix.ndim == 2 else gguf.GGMLQuantizationType.F32), theirs
        # Rounded and quantised by their code, byte for byte.
        expected = gguf.quantize(matrix, kind)
        assert found.data.tobytes() == expected.tobytes(), (name, theirs)


def main():
    warnings.simplefilter("error")
    transformers.utils.logging.get_logger().addHandler(Listener(logging.WARNING))
    folder = str(FOLDER / "hf")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    config = json.loads((FOLDER / "hf/config.json").read_text())
    weights = load_file(FOLDER / "hf/model.safetensors")
    for name in TYPES:
        check_gguf(name, weights, config)
    generator = numpy.random.default_rng(0)
    tokens = generator.integers(3, config["vocab_size"], config["max_position_embeddings"])
    with torch.no_grad():
        logits = model(torch.tensor(tokens)[None]).logits[0]
    positions = [0, 1, 7, 30, 31]
    golden = {
        "transformers": transformers.__version__,
        "tokens": tokens.tolist(),
        "positions": positions,
        "logits": [[round(value, 7) for value in logits[position].tolist()] for position in positions],
        "lines": LINES,
        "ids": [tokenizer(line, verbose=False)["input_ids"] for line in LINES],
    }
    (FOLDER / "golden.json").write_text(json.dumps(golden) + "\n")
    print(f"transformers {transformers.__version__}: {len(weights)} tensors, {len(LINES)} lines")


if __name__ == "__main__":
    main()
