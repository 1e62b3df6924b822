"""Grows a model of transformers as SOLAR does, here and by a few lines of PyTorch, and compares the weights bit for bit.

    /tmp/oracles/bin/python Tests/Oracles/grown_solar.py

A randomly initialised Llama of 8 layers becomes one of 12: a copy without its last two layers under one without its first two
(Kim et al. 2023, section 2.1).
"""

import argparse
import pathlib
import shutil
import subprocess
import tempfile

import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOKENIZER = ROOT / "Tests/Fixtures/foreign-models/llama"
LAYERS, GROWN = 8, 12


def solar(model):
    """The state of the grown model, by PyTorch."""
    dropped = LAYERS - GROWN // 2
    sources = [*range(LAYERS - dropped), *range(dropped, LAYERS)]
    state = model.state_dict()
    grown = {name: value for name, value in state.items() if not name.startswith("model.layers.")}
    for layer, source in enumerate(sources):
        prefix = f"model.layers.{source}."
        for name, value in state.items():
            if name.startswith(prefix):
                grown[f"model.layers.{layer}.{name.removeprefix(prefix)}"] = value
    return grown


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/espalier"))
    program = parser.parse_args().program
    torch.manual_seed(0)
    config = transformers.AutoConfig.from_pretrained(TOKENIZER)
    config.num_hidden_layers = LAYERS
    model = transformers.LlamaForCausalLM(config)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        model.save_pretrained(folder / "small")
        for name in ["tokenizer.json", "tokenizer_config.json"]:
            shutil.copy(TOKENIZER / name, folder / "small")

        def espalier(*words):
            subprocess.run([program, *map(str, words)], check=True, capture_output=True, cwd=ROOT)

        espalier("import", folder / "small", folder / "imported")
        checkpoint = next((folder / "imported").glob("step-*"))
        espalier("grow", checkpoint, "--method", "solar", "--layers", GROWN, "--output", folder / "grown")
        espalier("export", next((folder / "grown").glob("step-*")), folder / "exported")
        found = transformers.LlamaForCausalLM.from_pretrained(folder / "exported")
    expected = solar(model)
    assert found.config.num_hidden_layers == GROWN
    assert found.state_dict().keys() == expected.keys()
    for name, value in found.state_dict().items():
        assert torch.equal(value, expected[name]), name
    print(f"{len(expected)} tensors of {GROWN} layers equal bit for bit")


if __name__ == "__main__":
    main()
