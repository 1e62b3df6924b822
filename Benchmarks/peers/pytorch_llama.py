#!/usr/bin/env python3
"""Training steps of a Llama in PyTorch on the CPU, timed: a peer of `make bench`.

    python3 Benchmarks/peers/pytorch_llama.py --layers 8 --width 256 --heads 8 --ffn 704 \\
        --vocabulary 8192 --batch 8 --length 256 --steps 10

One step is what Espalier's step is: forward, backward, clipping by the global norm, AdamW with
decay on everything but norm gains. It is written as one would for speed: fused attention, fused
AdamW, fused RMS norm, and with --compile forward and backward through torch.compile (which needs a
C++ compiler). float32; random tokens, the same for each step. The options and the output are those
of protocol.py.
"""

import protocol
import torch
import torch.nn.functional as F
from torch import nn


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

    def step(self):
        """Runs one step; returns its loss."""
        loss = self.loss(self.inputs, self.targets)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss.item()


def main():
    parser = protocol.parser(__doc__)
    parser.add_argument("--untied", action="store_true", help="a head of its own")
    parser.add_argument("--compile", action="store_true", help="through torch.compile")
    shape = protocol.parsed(parser)
    torch.set_num_threads(shape.threads)
    bench = Bench(shape)
    timed = protocol.Timed(bench.step)
    compile_seconds = timed.warm_up(shape.warmup)
    protocol.report(
        event="ready",
        peer="pytorch",
        mode="compile" if shape.compile else "eager",
        version=torch.__version__,
        threads=torch.get_num_threads(),
        parameters=sum(p.numel() for p in bench.parameters),
        tokensPerStep=shape.batch * shape.length,
        compileSeconds=compile_seconds,
    )
    timed.serve(shape)


if __name__ == "__main__":
    main()
