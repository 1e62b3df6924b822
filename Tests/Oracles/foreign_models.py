"""Makes small models of other architectures with transformers, and checks what Espalier makes of them.

    foreign_models.py make            writes Tests/Fixtures/foreign-models: folders, golden logits and token ids
    foreign_models.py check FOLDER..  loads folders that were exported again, each named like its fixture, without a
                                      warning, and compares logits and token ids with the golden ones

Weights are drawn, norms and biases far from their usual start. `make` was run with transformers 4.57.6.
"""

import json
import logging
import pathlib
import shutil
import sys
import unicodedata
import warnings

import torch
import transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
FOLDER = FIXTURES / "foreign-models"
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LINES = [
    "In the beginning God created the heaven and the earth.", "", " ", "  two  spaces  ", "tab\there", "0123 4,567.89",
    "\u00e9 e\u0301", "日本語 текст 🙂 👩‍👩‍👧", "\u200bzero\ufeff", "line\nbreak\r\n\n", "ﬁ ﬂ ² ½ Ⅳ ٣", "\U0010fffd", "a\u2581b",
    "I'M you'll they'Re it'\u017f don't", "x" * 200, "…—–“quotes”", "\u0000\u0001\u007f", "العربية עברית हिन्दी ไทย",
    "{}[]()<>&\"'\\\\", "a\u0308\u0301 \u0301b \u1100\u1161 \uac00", "\u212b \u00c5 A\u030a", "\u00a0nbsp\u2003em\u3000wide",
    "\x0bvertical\x0cform\x85next\u2028line\u2029para", "<|endoftext|>between<|endoftext|>", "<|endof text|>", "\u0345\u0390",
    "  \n  \n\t x", "𝒜𝒷 𐐀𐐨", "\u1e9e \u0130 \u0131", "🏳️‍🌈🇩🇪", "the the the thethe", "e\u0301\u0301\u0323",
]
LINES += [f"And the evening and the morning were day {number}." for number in range(8)]


def byte_level(pieces, normalizer=None, ends=("<|endoftext|>",)):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pieces
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=360, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(LINES * 5, trainer)
    tokenizer.add_special_tokens([AddedToken(end, normalized=False, special=True) for end in ends])
    return tokenizer


def sequence(*parts):
    return pre_tokenizers.Sequence(list(parts))


def plain():
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)


def split(pattern):
    return pre_tokenizers.Split(Regex(pattern), "isolated")


def tokenizers():
    llama = byte_level(sequence(split(LLAMA3), plain()), ends=("<|begin_of_text|>", "<|endoftext|>"))
    llama.post_processor = processors.TemplateProcessing(
        single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", llama.token_to_id("<|begin_of_text|>"))])
    state = json.loads(llama.to_str())
    state["model"]["ignore_merges"] = True
    llama = Tokenizer.from_str(json.dumps(state))
    return {
        "llama": llama,
        "qwen2": byte_level(sequence(split(QWEN), plain()), normalizers.NFC()),
        "qwen3": byte_level(sequence(
            pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False))),
    }


SIZES = dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=64, pad_token_id=None)


def configurations(vocabulary):
    scaling = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
               "original_max_position_embeddings": 16}
    return {
        "llama": transformers.LlamaConfig(
            **SIZES, vocab_size=vocabulary["llama"], rope_theta=500000.0, rope_scaling=scaling, attention_bias=True,
            rms_norm_eps=1e-5, tie_word_embeddings=False),
        "mistral": transformers.MistralConfig(
            **SIZES, vocab_size=512, sliding_window=7, head_dim=8, rms_norm_eps=1e-3),
        "qwen2": transformers.Qwen2Config(
            **SIZES, vocab_size=vocabulary["qwen2"], rope_scaling={"rope_type": "linear", "factor": 2.0},
            tie_word_embeddings=True),
        "qwen3": transformers.Qwen3Config(
            **SIZES, vocab_size=vocabulary["qwen3"] + 5, head_dim=10, tie_word_embeddings=True),
    }


def draw(model):
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            drawn = torch.randn(parameter.shape, generator=generator)
            if name.endswith("norm.weight"):
                parameter.copy_(1 + 0.3 * drawn)
            elif name.endswith("bias"):
                parameter.copy_(0.3 * drawn)
            else:
                parameter.copy_(drawn / parameter.shape[-1] ** 0.5)


def golden(model, size):
    tokens = torch.randint(3, size, (1, 24), generator=torch.Generator().manual_seed(6))
    with torch.no_grad():
        logits = model(tokens).logits[0]
    positions = [0, 1, 6, 7, 15, 23]
    return {
        "tokens": tokens[0].tolist(), "positions": positions,
        "logits": [[round(value, 7) for value in logits[place].tolist()] for place in positions],
    }


def make():
    shutil.rmtree(FOLDER, ignore_errors=True)
    words = tokenizers()
    vocabulary = {name: tokenizer.get_vocab_size() for name, tokenizer in words.items()}
    results = {}
    for name, config in configurations(vocabulary).items():
        torch.manual_seed(0)
        model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
        draw(model)
        folder = FOLDER / name
        # The one is cut into several files.
        model.save_pretrained(folder, max_shard_size="40KB" if name == "mistral" else "5GB")
        results[name] = golden(model, config.vocab_size - 5)
        if name in words:
            fast = transformers.PreTrainedTokenizerFast(
                tokenizer_object=words[name], eos_token="<|endoftext|>",
                bos_token="<|begin_of_text|>" if name == "llama" else "<|endoftext|>")
            fast.save_pretrained(folder)
            results[name]["ids"] = [words[name].encode(line, add_special_tokens=False).ids for line in LINES]
        else:
            shutil.copy(FIXTURES / "tokenizer" / "genesis-512.model", folder / "tokenizer.model")
        for extra in ("special_tokens_map.json", "chat_template.jinja"):
            (folder / extra).unlink(missing_ok=True)
    record = {"transformers": transformers.__version__, "unicode": unicodedata.unidata_version, "lines": LINES,
              "models": results}
    (FOLDER / "golden.json").write_text(json.dumps(record) + "\n")
    print(f"transformers {transformers.__version__}: {', '.join(results)}")


class Listener(logging.Handler):
    """Whatever is said at the level of a warning is a mistake in the folder."""

    def emit(self, record):
        raise AssertionError(record.getMessage())


def check(folders):
    warnings.simplefilter("error")
    transformers.utils.logging.get_logger().addHandler(Listener(logging.WARNING))
    record = json.loads((FOLDER / "golden.json").read_text())
    for folder in folders:
        name = pathlib.Path(folder).name
        expected = record["models"][name]
        model = transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
        with torch.no_grad():
            logits = model(torch.tensor(expected["tokens"])[None]).logits[0]
        worst = max(float((logits[place] - torch.tensor(row)).abs().max())
                    for place, row in zip(expected["positions"], expected["logits"]))
        assert worst < 2e-5, (name, worst)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        if "ids" in expected:
            ids = [tokenizer(line, add_special_tokens=False, verbose=False)["input_ids"] for line in record["lines"]]
            assert ids == expected["ids"], name
        print(f"{name}: transformers {transformers.__version__}, logits within {worst:.1e}")


if __name__ == "__main__":
    make() if sys.argv[1:] == ["make"] else check(sys.argv[2:])
