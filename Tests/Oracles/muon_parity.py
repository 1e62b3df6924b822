#!/usr/bin/env python3
"""Golden values of a tiny Llama's training with Muon and AdamW, made with torch.optim.Muon.

    python3 Tests/Oracles/muon_parity.py

writes Tests/Fixtures/llama-parity/muon.json (or the file given by --output): fifty steps from the weights and on
the batches of llama_parity.py, with Muon for the matrices of the layers and AdamW for all else, for both scales
that PyTorch has. torch.optim.Muon makes matrices orthogonal in bfloat16, which rounds by some thousandths; here
its cast is kept from happening, so that what is stored is the algorithm's result. The script refuses to write
anything unless a float64 run agrees with the float32 run.
"""

import argparse
import contextlib
import pathlib
import platform

import torch
from llama_parity import (
    NORM_GAINS,
    OPTIMIZER,
    RATE,
    initial_parameters,
    json_text,
    learning_rate,
    mean_loss,
    summary,
    token_batches,
)

MUON = {"momentum": 0.95, "nesterov": True, "iterations": 5}
SCALES = {"match-adamw": "match_rms_adamw", "original": "original"}


@contextlib.contextmanager
def no_cast_to_bfloat16():
    cast = torch.Tensor.bfloat16
    torch.Tensor.bfloat16 = lambda tensor: tensor.clone()
    try:
        yield
    finally:
        torch.Tensor.bfloat16 = cast


def is_matrix(name, value):
    return name.startswith("layers.") and value.ndim == 3


def train(initial, batches, dtype, scale):
    """Losses and gradient norms (before clipping) of every step, and the final parameters."""
    # Muon takes matrices one by one, in the layout of torch.nn.Linear.
    matrices = {
        name: [torch.nn.Parameter(layer.T.clone().to(dtype)) for layer in value]
        for name, value in initial.items()
        if is_matrix(name, value)
    }
    others = {
        name: torch.nn.Parameter(value.clone().to(dtype))
        for name, value in initial.items()
        if not is_matrix(name, value)
    }
    leaves = [leaf for layers in matrices.values() for leaf in layers] + list(others.values())
    muon = torch.optim.Muon(
        [leaf for layers in matrices.values() for leaf in layers],
        weight_decay=OPTIMIZER["weightDecay"],
        momentum=MUON["momentum"],
        nesterov=MUON["nesterov"],
        ns_steps=MUON["iterations"],
        adjust_lr_fn=scale,
    )
    adamw = torch.optim.AdamW(
        [
            {
                "params": [v for n, v in others.items() if n not in NORM_GAINS],
                "weight_decay": OPTIMIZER["weightDecay"],
            },
            {"params": [v for n, v in others.items() if n in NORM_GAINS], "weight_decay": 0.0},
        ],
        betas=(OPTIMIZER["beta1"], OPTIMIZER["beta2"]),
        eps=OPTIMIZER["epsilon"],
        foreach=False,
        fused=False,
    )

    def parameters():
        stacked = {n: torch.stack([layer.T for layer in v]) for n, v in matrices.items()}
        return {name: stacked.get(name, others.get(name)) for name in initial}

    losses, norms = [], []
    for step, batch in enumerate(batches):
        for optimizer in (muon, adamw):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step)
            optimizer.zero_grad()
        loss = mean_loss(parameters(), batch)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(leaves, OPTIMIZER["gradientClipping"])
        with no_cast_to_bfloat16():
            muon.step()
        adamw.step()
        losses.append(loss.item())
        norms.append(norm.item())
    return losses, norms, {name: value.detach() for name, value in parameters().items()}


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--output", type=pathlib.Path, default=root / "Tests/Fixtures/llama-parity/muon.json"
    )
    output = parser.parse_args().output

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    initial = {name: value for name, value in initial_parameters().items() if name != "head"}
    batches = token_batches()
    golden = {
        "format": 1,
        "generator": "Tests/Oracles/muon_parity.py",
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "muon": MUON,
        "steps": RATE["steps"],
        "courses": {},
    }
    for name, scale in SCALES.items():
        losses, norms, final = train(initial, batches, torch.float32, scale)
        exact, _, _ = train(initial, batches, torch.float64, scale)
        spread = max(abs(a - b) / b for a, b in zip(losses, exact))
        assert spread < 2e-5, f"float32 rounding moves the losses by {spread:.2e}"
        assert losses[-1] < 0.9 * losses[0], "training does not lower the loss"
        print(f"{name}: {losses[0]:.4f} to {losses[-1]:.4f}, rounding moves losses by {spread:.1e}")
        golden["courses"][name] = {
            "losses": losses,
            "gradientNorms": norms,
            "finalParameters": summary(final),
        }
    output.write_text(json_text(golden) + "\n")


if __name__ == "__main__":
    main()
