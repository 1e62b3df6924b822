"""Exports a trained run and sets three programs beside each other: transformers, llama.cpp and SentencePiece.

`make export-peers` runs it on the demonstration's MIDAS run. Token ids have to be equal on some thousands of lines of real text
and some odd ones, llama.cpp's logits (float32, float32 cache) those of transformers to 1e-3, and 64 greedy tokens equal, those of `espalier generate` among them.
"""

import argparse
import gzip
import json
import pathlib
import subprocess
import tempfile

import numpy
import sentencepiece
import torch
import transformers
from llama_cpp import Llama

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ODD = ["", " ", "  two  spaces ", "a\tb\r\n", "é e\u0301", "日本語 текст 🙂👩‍👩‍👧", "\u200bzero\ufeff", "العربية हिन्दी", "0123 4,567.89"]


def lines():
    found = []
    with gzip.open(ROOT / "Data/king-james.jsonl.gz", "rt") as file:
        for record in file:
            found += [line for line in json.loads(record)["text"].split("\n") if line]
    return found[:10_000] + ODD


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--program", default=str(ROOT / ".build/release/espalier"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run = str(arguments.run)
        subprocess.run([arguments.program, "export", run, folder / "hf"], check=True)
        subprocess.run([arguments.program, "export", run, folder / "model.gguf", "--format", "gguf"], check=True)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "hf")
        model = transformers.AutoModelForCausalLM.from_pretrained(folder / "hf")
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "hf/tokenizer.model"))
        other = Llama(
            str(folder / "model.gguf"),
            n_ctx=model.config.max_position_embeddings,
            logits_all=True,
            verbose=False,
            flash_attn=False,
            type_k=0,
            type_v=0,
        )
        texts = lines()
        for text in texts:
            ids = pieces.encode(text)
            assert tokenizer(text, verbose=False)["input_ids"] == ids, text
            # llama.cpp puts a space in front of nothing, too.
            assert text == "" or other.tokenize(text.encode(), add_bos=False, special=False) == ids, text
        text = "In the beginning God created the heaven and the earth."
        prompt = [model.config.bos_token_id] + pieces.encode(text)
        other.eval(prompt)
        with torch.no_grad():
            logits = model(torch.tensor(prompt)[None]).logits[0].numpy()
        difference = float(numpy.abs(numpy.array(other.scores[: len(prompt)]) - logits).max())
        assert difference < 1e-3, difference
        other.reset()
        greedy = [token for token, _ in zip(other.generate(prompt, temp=0, top_k=1, repeat_penalty=1.0), range(64))]
        theirs = model.generate(
            torch.tensor(prompt)[None],
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            max_new_tokens=64,
            do_sample=False,
            eos_token_id=None,
        )[0][len(prompt) :].tolist()
        assert greedy == theirs
        options = ["--prompt", text, "--temperature", "0", "--tokens", "64", "--json"]
        said = subprocess.run([arguments.program, "generate", run, *options], check=True, stdout=subprocess.PIPE, text=True)
        ours = json.loads(said.stdout)[0]["tokens"]
        # Ours ends where the model ends the document.
        assert ours == greedy[: len(ours)] and len(ours) > 8, (ours, greedy)
    print(f"{len(texts)} lines with equal ids; logits within {difference:.1e}; 64 greedy tokens equal, {len(ours)} with ours")


if __name__ == "__main__":
    main()
