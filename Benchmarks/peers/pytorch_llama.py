#!/usr/bin/env python3
"""Training steps of a Llama in PyTorch on the CPU, timed: the peer of `make bench`.

    python3 Benchmarks/peers/pytorch_llama.py --layers 8 --width 256 --heads 8 --ffn 704 \\
        --vocabulary 8192 --batch 8 --length 256 --steps 10

One step is what Espalier's step is: forward, backward, clipping by the global norm, AdamW with
decay on everything but norm gains. It is written as one would for speed: fused attention, fused
AdamW, fused RMS norm, and with --compile forward and backward through torch.compile (which needs a
C++ compiler). float32; random tokens, the same for each step.

PROTOCOL. Output is JSON, one object to a line; errors and warnings go to standard error.

First, always, after the model is built and --warmup steps were run:

    {"event": "ready", "peer": "pytorch", "mode": "eager" | "compile", "version": "2.13.0+cpu",
     "threads": 2, "parameters": 8524032, "tokensPerStep": 2048, "compileSeconds": 0.31,
     "residentBytesBeforeModel": 331874304}

compileSeconds is the time of the first step less that of the fastest later warm-up step, not below
0: the price of a first step, whatever it is made of. It is null with fewer than 2 warm-up steps.

Without --interactive, --steps steps follow, each reported as

    {"event": "step", "step": 0, "milliseconds": 1012.4, "loss": 9.01}

and then the end:

    {"event": "end", "steps": 10, "peakResidentBytes": 1421344768}

With --interactive the program waits on standard input, so that a driver can alternate with another
program on the same machine:

    step N    runs N steps, reports each as above, then
              {"event": "done", "steps": N, "milliseconds": <sum of the N>}
    memory    reports {"event": "memory", "peakResidentBytes": ...}
    quit      (or the end of the input) reports the end, as above, and exits with 0

Anything else is answered by {"event": "error", "message": ...} and changes nothing. While it waits,
the program uses no processor time: PyTorch's threads spin for some milliseconds after a step, as is
their default, and then sleep.
"""

import argparse
import json
import os
import pathlib
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def report(**fields):
    print(json.dumps(fields), flush=True)


def peak_resident_bytes():
    """The most memory this process ever held, by the kernel's count."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        # Not getrusage: on Linux it carries over the peak of the process that started this one.
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads, self.groups = shape.heads, shape.key_value_heads
        self.size = shape.width // shape.heads
        inner = self.groups * self.size
        self.attention_norm = nn.RMSNorm(shape.width, eps=1e-5)
        self.query = nn.Linear(shape.width, shape.width, bias=False)
        self.key = nn.Linear(shape.width, inner, bias=False)
        self.value = nn.Linear(shape.width, inner, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)
        self.feed_forward_norm = nn.RMSNorm(shape.width, eps=1e-5)
        self.gate = nn.Linear(shape.width, shape.ffn, bias=False)
        self.up = nn.Linear(shape.width, shape.ffn, bias=False)
        self.down = nn.Linear(shape.ffn, shape.width, bias=False)

    def forward(self, x, cosine, sine):
        batch, tokens, width = x.shape

        def split(y, count):
            return y.view(batch, tokens, count, self.size).transpose(1, 2)

        def rotated(y):
            first, second = y.chunk(2, dim=-1)
            return torch.cat(
                [first * cosine - second * sine, second * cosine + first * sine], dim=-1
            )

        h = self.attention_norm(x)
        mixed = F.scaled_dot_product_attention(
            rotated(split(self.query(h), self.heads)),
            rotated(split(self.key(h), self.groups)),
            split(self.value(h), self.groups),
            is_causal=True,
            enable_gqa=self.groups != self.heads,
        )
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, tokens, width))
        h = self.feed_forward_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Llama(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.final_norm = nn.RMSNorm(shape.width, eps=1e-5)
        self.head = nn.Linear(shape.width, shape.vocabulary, bias=False)
        for parameter in self.parameters():
            if parameter.ndim == 2:
                nn.init.normal_(parameter, std=0.02)
        if not shape.untied:
            self.head.weight = self.embedding.weight
        size = shape.width // shape.heads
        frequencies = 10_000.0 ** (-torch.arange(0, size, 2) / size)
        angles = torch.arange(shape.length)[:, None] * frequencies
        self.register_buffer("cosine", torch.cos(angles))
        self.register_buffer("sine", torch.sin(angles))

    def forward(self, inputs, targets):
        x = self.embedding(inputs)
        for layer in self.layers:
            x = layer(x, self.cosine, self.sine)
        scores = self.head(self.final_norm(x))
        return F.cross_entropy(scores.flatten(0, 1), targets.flatten())


class Bench:
    """The model, its optimizer and the steps run so far."""

    def __init__(self, shape):
        torch.manual_seed(shape.seed)
        self.model = Llama(shape)
        self.loss = torch.compile(self.model) if shape.compile else self.model
        matrices = [p for p in self.model.parameters() if p.ndim == 2]
        gains = [p for p in self.model.parameters() if p.ndim == 1]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": 0.1},
                {"params": gains, "weight_decay": 0.0},
            ],
            lr=1e-3,
            betas=(0.9, 0.95),
            eps=1e-8,
            fused=True,
        )
        self.parameters = matrices + gains
        tokens = torch.randint(shape.vocabulary, (shape.batch, shape.length + 1))
        self.inputs, self.targets = tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()
        self.steps = 0

    def step(self):
        """Runs one step; returns its milliseconds and its loss."""
        start = time.perf_counter()
        loss = self.loss(self.inputs, self.targets)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        value = loss.item()
        milliseconds = (time.perf_counter() - start) * 1000
        self.steps += 1
        return milliseconds, value

    def run(self, count):
        """Runs and reports steps; returns the sum of their milliseconds."""
        total = 0.0
        for _ in range(count):
            number = self.steps
            milliseconds, loss = self.step()
            total += milliseconds
            report(event="step", step=number, milliseconds=milliseconds, loss=loss)
        return total


def interact(bench):
    # Not `for line in sys.stdin`, which may read ahead and wait for more than one line.
    while line := sys.stdin.readline():
        words = line.split()
        match words:
            case ["step", count] if count.isascii() and count.isdigit() and int(count) > 0:
                total = bench.run(int(count))
                report(event="done", steps=int(count), milliseconds=total)
            case ["memory"]:
                report(event="memory", peakResidentBytes=peak_resident_bytes())
            case ["quit"]:
                return
            case []:
                continue
            case _:
                report(event="error", message=f"needs step N, memory or quit; got {line!r}")


def arguments():
    def positive(text):
        value = int(text)
        if value < 1:
            raise argparse.ArgumentTypeError(f"needs a positive whole number; got {text}")
        return value

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--layers", type=positive, default=8)
    parser.add_argument("--width", type=positive, default=256)
    parser.add_argument("--heads", type=positive, default=8)
    parser.add_argument("--key-value-heads", type=positive, help="default: as many as --heads")
    parser.add_argument("--ffn", type=positive, default=704)
    parser.add_argument("--vocabulary", type=positive, default=8192)
    parser.add_argument("--batch", type=positive, default=8)
    parser.add_argument("--length", type=positive, default=256)
    parser.add_argument("--steps", type=positive, default=10)
    parser.add_argument("--warmup", type=int, default=3, help="steps before ready (default: 3)")
    parser.add_argument("--threads", type=positive, help="default: one for each core")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--untied", action="store_true", help="a head of its own")
    parser.add_argument("--compile", action="store_true", help="through torch.compile")
    parser.add_argument("--interactive", action="store_true", help="take commands on stdin")
    shape = parser.parse_args()
    shape.key_value_heads = shape.key_value_heads or shape.heads
    if shape.width % shape.heads or shape.width // shape.heads % 2:
        parser.error(f"--width {shape.width} needs an even share for each of {shape.heads} heads")
    if shape.heads % shape.key_value_heads:
        parser.error(f"--heads {shape.heads} is no multiple of {shape.key_value_heads}")
    return shape


def main():
    shape = arguments()
    torch.set_num_threads(shape.threads or len(os.sched_getaffinity(0)))
    before = peak_resident_bytes()
    bench = Bench(shape)
    warmup = [bench.step()[0] for _ in range(shape.warmup)]
    bench.steps = 0
    report(
        event="ready",
        peer="pytorch",
        mode="compile" if shape.compile else "eager",
        version=torch.__version__,
        threads=torch.get_num_threads(),
        parameters=sum(p.numel() for p in bench.parameters),
        tokensPerStep=shape.batch * shape.length,
        compileSeconds=max(0.0, warmup[0] - min(warmup[1:])) / 1000 if warmup[1:] else None,
        residentBytesBeforeModel=before,
    )
    if shape.interactive:
        interact(bench)
    else:
        bench.run(shape.steps)
    report(event="end", steps=bench.steps, peakResidentBytes=peak_resident_bytes())


if __name__ == "__main__":
    main()
