#!/usr/bin/env python3
"""Golden values of a tiny Llama and of its training, made with PyTorch.

    python3 Tests/Oracles/llama_parity.py

writes Tests/Fixtures/llama-parity/ (or the folder given by --output). The model is written out in
plain PyTorch below, with the names and the layout Espalier uses: layers stacked on a leading axis,
weights [in, out], y = x W. The script refuses to write anything unless

- logits and gradients agree with LlamaForCausalLM of transformers, tied and untied;
- the packed case agrees with running each document by itself;
- the losses of a float64 run agree with those of the float32 run, so that what is stored is the
  algorithm's result and not one rounding's.

Axis suffixes: B batch, T tokens, D width, H heads, K key/value heads, S head size, V vocabulary.
"""

import argparse
import json
import math
import pathlib
import platform

import numpy
import safetensors
import safetensors.torch
import torch
import torch.nn.functional as F

SEED = 20240919
MODEL = {
    "layers": 2,
    "width": 32,
    "headCount": 4,
    "keyValueHeadCount": 2,
    "feedForwardWidth": 48,
    "vocabularySize": 97,
    "contextLength": 16,
    "ropeBase": 10000.0,
    "normEpsilon": 1e-5,
}
BATCH_SIZE = 4
OPTIMIZER = {
    "beta1": 0.9,
    "beta2": 0.95,
    "epsilon": 1e-8,
    "weightDecay": 0.1,
    "gradientClipping": 1.0,
}
RATE = {"peak": 3e-3, "warmupSteps": 5, "steps": 50, "finalFraction": 0.1}
NORM_GAINS = {"layers.attentionNorm", "layers.feedForwardNorm", "finalNorm"}


# --- The model -----------------------------------------------------------------------------------


def initial_parameters():
    """Random weights for the untied model; the tied one takes all but the head.

    The norm gains are not all 1, so that a gain left out shows in the logits. The scales are such
    that clipping acts in most steps and rests in some.
    """
    generator = torch.Generator().manual_seed(SEED)
    m = MODEL
    layers, width, inner = m["layers"], m["width"], m["feedForwardWidth"]
    head_size = width // m["headCount"]
    key_value_width = m["keyValueHeadCount"] * head_size

    def normal(*shape, scale):
        return scale * torch.randn(shape, generator=generator)

    return {
        "embedding": normal(m["vocabularySize"], width, scale=0.2),
        "layers.attentionNorm": 1 + normal(layers, width, scale=0.1),
        "layers.query": normal(layers, width, width, scale=0.25 * width**-0.5),
        "layers.key": normal(layers, width, key_value_width, scale=0.25 * width**-0.5),
        "layers.value": normal(layers, width, key_value_width, scale=0.25 * width**-0.5),
        "layers.output": normal(layers, width, width, scale=0.25 * width**-0.5),
        "layers.feedForwardNorm": 1 + normal(layers, width, scale=0.1),
        "layers.gate": normal(layers, width, inner, scale=0.25 * width**-0.5),
        "layers.up": normal(layers, width, inner, scale=0.25 * width**-0.5),
        "layers.down": normal(layers, inner, width, scale=0.25 * inner**-0.5),
        "finalNorm": 1 + normal(width, scale=0.1),
        "head": normal(width, m["vocabularySize"], scale=0.05),
    }


def rms_norm(x, gain):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + MODEL["normEpsilon"]) * gain


def rotated(x_BHTS):
    """Rotary positions, half-split: entry i is paired with entry i + S/2."""
    tokens, size = x_BHTS.shape[-2:]
    frequencies = MODEL["ropeBase"] ** (
        -torch.arange(0, size, 2, dtype=torch.float64) / size
    )
    angles_TS = torch.arange(tokens, dtype=torch.float64)[:, None] * frequencies
    cosine = torch.cos(angles_TS).to(x_BHTS.dtype)
    sine = torch.sin(angles_TS).to(x_BHTS.dtype)
    first, second = x_BHTS.chunk(2, dim=-1)
    return torch.cat(
        [first * cosine - second * sine, second * cosine + first * sine], dim=-1
    )


def logits(parameters, inputs_BT, segments_BT=None):
    """Logits [B, T, V]; tied when there is no head.

    With segments, a token attends only to tokens of its own segment. Positions are counted from the
    start of the sequence in both cases: rotary attention depends on differences only.
    """
    p = parameters
    batch, tokens = inputs_BT.shape
    heads, groups = MODEL["headCount"], MODEL["keyValueHeadCount"]
    size = MODEL["width"] // heads
    visible_TT = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    visible = visible_TT[None, None]
    if segments_BT is not None:
        visible = (
            visible & (segments_BT[:, :, None] == segments_BT[:, None, :])[:, None]
        )

    def split(y_BTC, count):
        return y_BTC.view(batch, tokens, count, size).transpose(1, 2)

    x = p["embedding"][inputs_BT]
    for layer in range(MODEL["layers"]):
        w = {
            name.removeprefix("layers."): value[layer]
            for name, value in p.items()
            if name.startswith("layers.")
        }
        h = rms_norm(x, w["attentionNorm"])
        query = rotated(split(h @ w["query"], heads))
        # Query head h reads key/value head h // (H / K), as repeat_kv of transformers has it.
        key = rotated(split(h @ w["key"], groups)).repeat_interleave(
            heads // groups, dim=1
        )
        value = split(h @ w["value"], groups).repeat_interleave(heads // groups, dim=1)
        scores = query @ key.transpose(-1, -2) / math.sqrt(size)
        scores = scores.masked_fill(~visible, -math.inf)
        mixed = scores.softmax(-1) @ value
        x = x + mixed.transpose(1, 2).reshape(batch, tokens, heads * size) @ w["output"]
        h = rms_norm(x, w["feedForwardNorm"])
        x = x + (F.silu(h @ w["gate"]) * (h @ w["up"])) @ w["down"]
    x = rms_norm(x, p["finalNorm"])
    return x @ (p["head"] if "head" in p else p["embedding"].T)


def mean_loss(parameters, tokens, segments=None):
    """Cross-entropy of the next token, in nats, averaged over the positions that count.

    tokens and segments are [B, T + 1]; position i predicts token i + 1. All positions count without
    segments; with them, position i counts if token i + 1 is of the same segment as token i.
    """
    inputs = None if segments is None else segments[:, :-1]
    scores = logits(parameters, tokens[:, :-1], inputs)
    losses = F.cross_entropy(
        scores.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none"
    )
    if segments is None:
        return losses.mean()
    counts = (segments[:, 1:] == segments[:, :-1]).flatten()
    return losses[counts].mean()


# --- The data ------------------------------------------------------------------------------------


def token_batches():
    """Fixed batches [steps, B, T + 1] with enough regularity that training lowers the loss."""
    source = numpy.random.Generator(numpy.random.PCG64(SEED))
    vocabulary = MODEL["vocabularySize"]
    shape = (RATE["steps"], BATCH_SIZE, MODEL["contextLength"] + 1)
    tokens = numpy.zeros(shape, dtype=numpy.int64)
    tokens[..., 0] = source.integers(0, vocabulary, shape[:2])
    for t in range(1, shape[2]):
        step = source.integers(1, 4, shape[:2])
        surprise = source.random(shape[:2]) < 0.1
        # Most tokens are among 23 of the 97, which is what a few steps can learn.
        regular = 4 * ((5 * tokens[..., t - 1] + step) % 23)
        tokens[..., t] = numpy.where(
            surprise, source.integers(0, vocabulary, shape[:2]), regular
        )
    return torch.from_numpy(tokens)


def packed_segments():
    """Segments [B, T + 1]: borders inside, at the first token, before the last target, and none."""
    borders = [[5, 11], [1], [16], []]
    segments = torch.zeros(BATCH_SIZE, MODEL["contextLength"] + 1, dtype=torch.int64)
    for row, places in enumerate(borders):
        for place in places:
            segments[row, place:] += 1
    return segments


# --- Training ------------------------------------------------------------------------------------


def learning_rate(step):
    """The rate of a step counted from 0; golden.json states the formula in words."""
    peak, warmup, steps = RATE["peak"], RATE["warmupSteps"], RATE["steps"]
    floor = RATE["finalFraction"] * peak
    if step < warmup:
        return peak * (step + 1) / warmup
    share = (step - warmup) / (steps - warmup)
    return floor + (peak - floor) * 0.5 * (1 + math.cos(math.pi * share))


def train(initial, batches, dtype):
    """Losses and gradient norms (before clipping) of every step, and the final parameters."""
    parameters = {
        name: torch.nn.Parameter(value.clone().to(dtype)) for name, value in initial.items()
    }
    decayed = [value for name, value in parameters.items() if name not in NORM_GAINS]
    kept = [value for name, value in parameters.items() if name in NORM_GAINS]
    optimizer = torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": OPTIMIZER["weightDecay"]},
            {"params": kept, "weight_decay": 0.0},
        ],
        betas=(OPTIMIZER["beta1"], OPTIMIZER["beta2"]),
        eps=OPTIMIZER["epsilon"],
        foreach=False,
        fused=False,
    )
    losses, norms = [], []
    for step, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        optimizer.zero_grad()
        loss = mean_loss(parameters, batch)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(
            parameters.values(), OPTIMIZER["gradientClipping"]
        )
        optimizer.step()
        losses.append(loss.item())
        norms.append(norm.item())
    final = {name: value.detach() for name, value in parameters.items()}
    return losses, norms, final


def gradients(parameters, tokens, segments=None):
    leaves = {
        name: value.clone().requires_grad_() for name, value in parameters.items()
    }
    loss = mean_loss(leaves, tokens, segments)
    found = torch.autograd.grad(loss, list(leaves.values()))
    return loss.item(), dict(zip(leaves, found))


# --- Cross-checks --------------------------------------------------------------------------------


def assert_close(what, found, expected, tolerance):
    """Fails when the largest difference, relative to the largest value, is above the tolerance."""
    scale = expected.abs().max().item()
    difference = (found - expected).abs().max().item() / scale
    assert difference <= tolerance, f"{what}: off by {difference:.2e} of {scale:.3g}"
    return difference


def check_against_transformers(parameters, tokens):
    """Compares logits, loss and every gradient with LlamaForCausalLM; returns its version."""
    try:
        import transformers
    except ImportError:
        return None
    tied = "head" not in parameters
    config = transformers.LlamaConfig(
        vocab_size=MODEL["vocabularySize"],
        hidden_size=MODEL["width"],
        intermediate_size=MODEL["feedForwardWidth"],
        num_hidden_layers=MODEL["layers"],
        num_attention_heads=MODEL["headCount"],
        num_key_value_heads=MODEL["keyValueHeadCount"],
        max_position_embeddings=MODEL["contextLength"],
        rms_norm_eps=MODEL["normEpsilon"],
        rope_parameters={"rope_type": "default", "rope_theta": MODEL["ropeBase"]},
        tie_word_embeddings=tied,
        attn_implementation="eager",
    )
    model = transformers.LlamaForCausalLM(config)
    ours = {
        "attentionNorm": "input_layernorm",
        "query": "self_attn.q_proj",
        "key": "self_attn.k_proj",
        "value": "self_attn.v_proj",
        "output": "self_attn.o_proj",
        "feedForwardNorm": "post_attention_layernorm",
        "gate": "mlp.gate_proj",
        "up": "mlp.up_proj",
        "down": "mlp.down_proj",
    }
    theirs = {"embedding": "model.embed_tokens.weight", "finalNorm": "model.norm.weight"}
    if not tied:
        theirs["head"] = "lm_head.weight"

    def places(name):
        """Pairs of a view into our array and the name of theirs that must equal it, transposed."""
        if not name.startswith("layers."):
            return [(..., theirs[name])]
        module = ours[name.removeprefix("layers.")]
        return [(i, f"model.layers.{i}.{module}.weight") for i in range(MODEL["layers"])]

    def in_their_layout(name, value):
        return value.T if value.ndim == 2 and name != "embedding" else value

    weights = dict(model.named_parameters())
    reached = set()
    with torch.no_grad():
        for name, value in parameters.items():
            for index, place in places(name):
                weights[place].copy_(in_their_layout(name, value[index]))
                reached.add(place)
    assert reached == set(weights), f"not set: {set(weights) - reached}"

    scores = model(tokens[:, :-1]).logits
    F.cross_entropy(scores.flatten(0, 1), tokens[:, 1:].flatten()).backward()
    assert_close("logits", logits(parameters, tokens[:, :-1]), scores.detach(), 2e-6)
    for name, gradient in gradients(parameters, tokens)[1].items():
        for index, place in places(name):
            assert_close(
                f"gradient of {name}",
                in_their_layout(name, gradient[index]),
                weights[place].grad,
                1e-5,
            )
    return transformers.__version__


def check_packed_against_single_documents(parameters, tokens, segments):
    """Each document by itself must give the packed logits and, weighted, the packed loss."""
    packed = logits(parameters, tokens[:, :-1], segments[:, :-1])
    total, count = 0.0, 0
    for row in range(BATCH_SIZE):
        for segment in segments[row].unique():
            places = (segments[row] == segment).nonzero().flatten()
            first, last = places[0].item(), places[-1].item()
            inputs = tokens[row : row + 1, first : min(last + 1, tokens.shape[1] - 1)]
            if inputs.shape[1] == 0:
                continue
            alone = logits(parameters, inputs)
            assert_close(
                "packed logits",
                packed[row, first : first + inputs.shape[1]],
                alone[0],
                1e-5,
            )
            targets = tokens[row, first + 1 : last + 1]
            total += F.cross_entropy(
                alone[0, : len(targets)], targets, reduction="sum"
            ).item()
            count += len(targets)
    loss = mean_loss(parameters, tokens, segments).item()
    assert abs(total / count - loss) < 1e-5 * loss, (total / count, loss)
    return count


# --- Output --------------------------------------------------------------------------------------


def summary(arrays):
    """What is stored of arrays too large to store whole: two sums and nine entries."""
    result = {}
    for name, value in arrays.items():
        flat = value.detach().flatten()
        indices = torch.linspace(0, len(flat) - 1, 9).long()
        result[name] = {
            "sum": flat.double().sum().item(),
            "sumOfSquares": flat.double().square().sum().item(),
            "indices": indices.tolist(),
            "values": flat[indices].tolist(),
        }
    return result


def json_text(value, indent=0):
    """JSON with lists of numbers on one line each, so that a difference can be read."""
    pad = "  " * (indent + 1)
    if isinstance(value, dict):
        rows = [f"{pad}{json.dumps(k)}: {json_text(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + "  " * indent + "}"
    if isinstance(value, list) and value and isinstance(value[0], list):
        rows = [pad + json_text(v, indent + 1) for v in value]
        return "[\n" + ",\n".join(rows) + "\n" + "  " * indent + "]"
    return json.dumps(value, separators=(",", ":") if isinstance(value, list) else None)


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--output", type=pathlib.Path, default=root / "Tests/Fixtures/llama-parity"
    )
    output = parser.parse_args().output

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    untied = initial_parameters()
    tied = {name: value for name, value in untied.items() if name != "head"}
    batches = token_batches()
    segments = packed_segments()
    first = batches[0]

    version = check_against_transformers(untied, first)
    check_against_transformers(tied, first)
    counted = check_packed_against_single_documents(tied, first, segments)

    golden = {
        "format": 1,
        "generator": "Tests/Oracles/llama_parity.py",
        "seed": SEED,
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": numpy.__version__,
            "safetensors": safetensors.__version__,
            "transformers": version,
        },
        "model": MODEL,
        "batchSize": BATCH_SIZE,
        "optimizer": OPTIMIZER
        | {
            "kind": "AdamW",
            "notDecayed": sorted(NORM_GAINS),
            "clipping": "gradients times min(1, gradientClipping / (norm + 1e-6)), norm over all",
            "update": "w -= rate * weightDecay * w; "
            "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; with t = step + 1: "
            "w -= rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)",
        },
        "learningRate": RATE
        | {
            "schedule": "cosine",
            "formula": "step s from 0; s < warmupSteps: peak * (s + 1) / warmupSteps; else, with "
            "floor = finalFraction * peak: floor + (peak - floor) * 0.5 * "
            "(1 + cos(pi * (s - warmupSteps) / (steps - warmupSteps)))",
            "values": [learning_rate(step) for step in range(RATE["steps"])],
        },
        "loss": "mean over batch and positions of the cross-entropy in nats; position i of a "
        "sequence of contextLength + 1 tokens predicts token i + 1",
    }

    spread = 0.0
    finals = {}
    for name, initial in [("tied", tied), ("untied", untied)]:
        losses, norms, final = train(initial, batches, torch.float32)
        exact, _, _ = train(initial, batches, torch.float64)
        spread = max(spread, max(abs(a - b) / b for a, b in zip(losses, exact)))
        assert spread < 1e-5, f"float32 rounding moves the losses by {spread:.2e}"
        assert losses[-1] < 0.9 * losses[0], "training does not lower the loss"
        assert min(norms) < OPTIMIZER["gradientClipping"] < max(norms), (
            f"clipping must act in some steps, not in all; norms {min(norms)} to {max(norms)}"
        )
        finals[name] = final
        golden[name] = {
            "losses": losses,
            "gradientNorms": norms,
            "finalParameters": summary(final),
            "firstGradients": summary(gradients(initial, first)[1]),
        }
    golden["largestEffectOfRoundingOnLoss"] = spread

    loss, packed_gradients = gradients(tied, first, segments)
    golden["packed"] = {
        "model": "tied",
        "batch": 0,
        "rule": "segments has one entry per token, targets included; token i attends to token j if "
        "j <= i and their segments are equal; position i counts towards the loss if token i + 1 is "
        "of the segment of token i; the loss is the mean over the positions that count, of all "
        "sequences together; rotary positions run through the whole sequence",
        "segments": segments.tolist(),
        "countedPositions": counted,
        "loss": loss,
        "firstGradients": summary(packed_gradients),
    }
    golden["tokens"] = batches.flatten(1).tolist()

    # Whole logits for one sequence of the first batch, sums and samples for all of them.
    scores = {
        "tied": logits(tied, first[:, :-1]),
        "untied": logits(untied, first[:, :-1]),
        "packed": logits(tied, first[:, :-1], segments[:, :-1]),
    }
    golden["logits"] = summary(scores)
    arrays = {f"logits.{name}.sequence0": value[0].clone() for name, value in scores.items()}
    for name, gradient in gradients(tied, first)[1].items():
        arrays[f"gradient.tied.{name}"] = gradient

    output.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file(untied, output / "weights.safetensors")
    safetensors.torch.save_file(finals["tied"], output / "final.safetensors")
    safetensors.torch.save_file(arrays, output / "values.safetensors")
    (output / "golden.json").write_text(json_text(golden) + "\n")
    for name in ["tied", "untied"]:
        losses, norms = golden[name]["losses"], golden[name]["gradientNorms"]
        print(
            f"{name}: loss {losses[0]:.4f} to {losses[-1]:.4f}, "
            f"gradient norm {min(norms):.3f} to {max(norms):.3f}"
        )
    print(f"rounding moves a loss by at most {spread:.1e}; transformers {version}")


if __name__ == "__main__":
    main()
