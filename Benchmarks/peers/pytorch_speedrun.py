#!/usr/bin/env python3
"""A whole training run in PyTorch on the rows that a recipe of Espalier's reads: a peer of `make speedrun`.

    espalier corpus batches Recipes/speedrun/adamw.yaml --output batches.safetensors
    python3 Benchmarks/peers/pytorch_speedrun.py batches.safetensors --optimizer muon --rate 0.02

The model is pytorch_llama.py's (fused attention, norm and AdamW, torch.compile), with Espalier's first deviations. What is
compiled is compiled before the clock starts, on a copy of the model that is thrown away. Printed is an object of JSON:
the held-out loss in nats a token, the seconds of all steps, of compiling, and of the whole process.
"""

import time

STARTED = time.perf_counter()

import argparse
import json
import math
import struct

import torch
from pytorch_llama import Llama
from torch import nn


def tensors(path):
    """What a safetensors file holds, as tensors of int32."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header, body = json.loads(file.read(size)), bytearray(file.read())
    header_of = {name: value for name, value in header.items() if name != "__metadata__"}
    found = {}
    for name, entry in header_of.items():
        first, last = entry["data_offsets"]
        flat = torch.frombuffer(body, dtype=torch.int32, offset=first, count=(last - first) // 4)
        found[name] = flat.reshape(entry["shape"]).long()
    return found, {name: int(value) for name, value in header["__metadata__"].items() if value.isdigit()}


def initialize(model, shape):
    """Draws parameters as Espalier does."""
    for name, parameter in model.named_parameters():
        if parameter.ndim == 1:
            nn.init.ones_(parameter)
        elif name.startswith("embedding") or name.startswith("head"):
            nn.init.normal_(parameter, std=shape.width**-0.5)
        else:
            writes = name.endswith("output.weight") or name.endswith("down.weight")
            scale = (2 * shape.layers) ** -0.5 if writes else 1
            nn.init.normal_(parameter, std=scale * parameter.shape[1] ** -0.5)


def optimizers(model, arguments):
    """AdamW for everything, or Muon for the layers' matrices and AdamW for the rest."""
    matrices = [p for layer in model.layers for p in layer.parameters() if p.ndim == 2]
    gains = [p for p in model.parameters() if p.ndim == 1]
    embedding = [model.embedding.weight]
    by_adamw = embedding + (matrices if arguments.optimizer == "adamw" else [])
    found = [
        torch.optim.AdamW(
            [{"params": by_adamw, "weight_decay": 0.1}, {"params": gains, "weight_decay": 0.0}],
            lr=arguments.rate, betas=(0.9, 0.95), eps=1e-8, fused=True)
    ]
    if arguments.optimizer == "muon":
        found.append(torch.optim.Muon(
            matrices, lr=arguments.rate, weight_decay=0.1, momentum=0.95, nesterov=True,
            adjust_lr_fn="match_rms_adamw"))
    return found


def rate(step, steps, arguments):
    """Espalier's schedule: a straight line up, then half a cosine to the last rate."""
    if step < arguments.warmup:
        return (step + 1) / arguments.warmup
    share = (step - arguments.warmup) / max(1, steps - arguments.warmup)
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("batches")
    parser.add_argument("--optimizer", choices=["adamw", "muon"], required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--warmup", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--vocabulary", type=int, default=2048)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    rows, facts = tensors(arguments.batches)
    training, held_out = rows["training.sequences"], rows["validation.sequences"]
    steps, batch = facts["steps"], facts["batchSize"]
    shape = argparse.Namespace(
        layers=8, width=128, heads=4, key_value_heads=4, ffn=344, vocabulary=arguments.vocabulary,
        length=training.shape[1] - 1, untied=False)
    torch.manual_seed(facts["seed"])
    model = Llama(shape)
    initialize(model, shape)
    start = {name: value.clone() for name, value in model.state_dict().items()}
    loss_of = torch.compile(model)

    def step(index, found):
        own = training[index * batch : (index + 1) * batch]
        loss = loss_of(own[:, :-1].contiguous(), own[:, 1:].contiguous())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in found:
            for group in optimizer.param_groups:
                group["lr"] = arguments.rate * rate(index, steps, arguments)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    compiling = time.perf_counter()
    for _ in range(2):
        step(0, optimizers(model, arguments))
    model.load_state_dict(start)
    compiled = time.perf_counter() - compiling
    found = optimizers(model, arguments)
    begun = time.perf_counter()
    for index in range(steps):
        step(index, found)
    seconds = time.perf_counter() - begun
    total = 0.0
    with torch.no_grad():
        for part in held_out.split(batch):
            total += model(part[:, :-1].contiguous(), part[:, 1:].contiguous()).item() * len(part)
    print(json.dumps({
        "loss": total / len(held_out), "seconds": seconds, "compileSeconds": compiled,
        "wholeSeconds": time.perf_counter() - STARTED, "version": f"PyTorch {torch.__version__}"}))


if __name__ == "__main__":
    main()
