"""The descents of `espalier lab implicit-bias diagonal`, written with NumPy.

It is what `compare_implicit_bias.py` times Espalier against: linear diagonal networks of two, three and four layers at eight
scales, two steps each, on five regressions, all networks of a depth at once. A network that is done on all regressions is
no longer computed.

    python3 Benchmarks/peers/numpy_diagonal.py --output FILE

writes the mean steps as JSON. Espalier's command also flows, solves for the minima, and measures what the start decides.
"""

import argparse
import json

import numpy

SAMPLES, DIMENSION, SUPPORT, REGRESSIONS = 10, 30, 3, 5
SCALES = {2: [2, 0.5, 0.1, 0.03], 3: [0.5, 0.2], 4: [0.5, 0.2]}
SHARES = [0.2, 0.05]
TOLERANCE, LIMIT = 1e-8, 700_000


def power(numbers, exponent):
    result = numbers if exponent else numpy.ones_like(numbers)
    for _ in range(exponent - 1):
        result = result * numbers
    return result


def descend(inputs, targets, depth, scales, shares):
    """Steps of each network on each regression, of the shape regressions by networks."""
    norms = numpy.linalg.norm(inputs, 2, axis=(1, 2))[:, None, None] ** 2
    sizes = numpy.linalg.norm(targets, axis=1)[:, None, None]
    transposed = inputs.transpose(0, 2, 1).copy()
    start = numpy.broadcast_to(numpy.array(scales)[None, :, None], (len(inputs), len(scales), DIMENSION))
    parts = [start.copy(), start.copy()]
    shares = numpy.array(shares)[None, :, None]
    places = numpy.arange(len(scales))
    counts = numpy.zeros((len(inputs), len(scales)))
    for _ in range(LIMIT):
        residual = (power(parts[0], depth) - power(parts[1], depth)) @ transposed - targets[:, None, :]
        is_open = numpy.sqrt((residual * residual).sum(axis=2, keepdims=True)) > TOLERANCE * sizes
        gradient = residual @ inputs
        largest = numpy.maximum(parts[0], parts[1]).max(axis=2, keepdims=True)
        curvature = (2 * depth ** 2 * power(largest, 2 * depth - 2) * norms
                     + depth * (depth - 1) * power(largest, depth - 2)
                     * numpy.abs(gradient).max(axis=2, keepdims=True))
        step = is_open * shares * depth / curvature * gradient
        parts[0] -= step * power(parts[0], depth - 1)
        parts[1] += step * power(parts[1], depth - 1)
        counts[:, places] += is_open[:, :, 0]
        going = is_open[:, :, 0].any(axis=0)
        if not going.all():
            if not going.any():
                break
            parts = [part[:, going].copy() for part in parts]
            shares, places = shares[:, going], places[going]
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    random = numpy.random.default_rng(1)
    inputs = random.standard_normal((REGRESSIONS, SAMPLES, DIMENSION))
    truth = numpy.zeros(DIMENSION)
    truth[:SUPPORT] = SUPPORT ** -0.5
    targets = inputs @ truth
    found = []
    for depth, scales in SCALES.items():
        trials = [(scale, share) for scale in scales for share in SHARES]
        steps = descend(inputs, targets, depth, *zip(*trials)).mean(axis=0)
        found += [
            {"depth": depth, "scale": scale, "share": share, "steps": float(count)}
            for (scale, share), count in zip(trials, steps)]
    with open(arguments.output, "w") as file:
        json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
