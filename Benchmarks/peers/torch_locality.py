"""The study `espalier lab locality samples --regimes R1 R2`, written with PyTorch.

It is what `compare_locality.py` times Espalier against: the same images, learners, grid of sample counts, windows of six
counts at a time, and exact test errors, with seeds and counts as batch axes of every product. Thresholds are found by
`kthvalue`, which is faster here than sorting. Images are drawn once and kept from window to window.

    python3 Benchmarks/peers/torch_locality.py --output FILE

writes the sample counts as JSON. It has no floors, intervals, exponents or pages, which the study has.
"""

import argparse
import json
import math

import torch

SEEDS = 8
BIASES = [bias / 10 for bias in range(8)]
STEPS = 15
WINDOW, MARGIN, LIMIT = 6, 3, 16384
GRID = sorted({round(4 * 2 ** (j / 6)) for j in range(80)})
GRID = [n for n in GRID if n <= LIMIT]


def upper_tail(x):
    return torch.special.erfc(x / math.sqrt(2)) / 2


class Readout:
    """The exact error of filters of length 1, a function of their alignments."""

    NODES, FINENESS = 128, 32

    def __init__(self, k, sigma):
        alignments = torch.linspace(-1, 1, 2 * self.NODES + 1, dtype=torch.float64) / sigma
        self.tables = torch.stack([self.table(k - 1, b / sigma, alignments) for b in BIASES])

    def table(self, count, bias, signals):
        step, reach = 1 / self.FINENESS, 7 * self.FINENESS
        size = 2 * max(reach + 1, int(8 * math.sqrt(max(count, 1))) * self.FINENESS)
        places = torch.arange(reach + 1, dtype=torch.float64)
        one = torch.zeros(size, dtype=torch.float64)
        mass = upper_tail(bias + (places - 0.5) * step) - upper_tail(bias + (places + 0.5) * step)
        mass[0] = 1 - 2 * upper_tail(torch.tensor(bias + 0.5 * step, dtype=torch.float64))
        one[: reach + 1] = mass
        one[-reach:] = mass[1:].flip(0)
        law = torch.fft.ifft(torch.fft.fft(one).real ** count).real.clamp(min=0)[: size // 2 + 1]
        weights = torch.arange(size // 2 + 1, dtype=torch.float64) * step
        beyond = upper_tail(signals[:, None] + bias + weights) + upper_tail(signals[:, None] - bias - weights)
        law[0] = law[0] / 2
        return beyond @ law

    def errors(self, alignments):
        """The least error over biases, for alignments [..., k]."""
        place = (alignments.double().clamp(-1, 1) + 1) * self.NODES
        low = place.long().clamp(max=2 * self.NODES - 1)
        share = place - low
        tables = self.tables
        return (tables[:, low] * (1 - share) + tables[:, low + 1] * share).mean(-1).min(0).values


def best_error(k, sigma, count=100_000):
    noise = torch.randn(count, k, generator=torch.Generator().manual_seed(0)) * sigma
    noise[:, 0] += 1
    evidence = noise.double() / sigma**2
    odds = torch.logsumexp(evidence, 1) - torch.logsumexp(-evidence, 1)
    return float((1 / (1 + torch.exp(odds.abs()))).mean())


class Images:
    """The images of all seeds, [S k, n, d], as many as were asked for."""

    def __init__(self, k, d, sigma):
        self.k, self.d, self.sigma = k, d, sigma
        self.generator = torch.Generator().manual_seed(k * 1000 + d)
        self.kept = torch.empty(SEEDS * k, 0, d)

    def first(self, n):
        have = self.kept.shape[1]
        if have < n:
            want = max(n, 2 * have) - have
            fresh = torch.randn(SEEDS, self.k, want, self.d, generator=self.generator).mul_(self.sigma)
            place = torch.randint(self.k, (SEEDS, want), generator=self.generator)
            seeds, images = torch.meshgrid(torch.arange(SEEDS), torch.arange(want), indexing="ij")
            fresh[seeds, place, images, 0] += 1
            self.kept = torch.cat([self.kept, fresh.view(SEEDS * self.k, want, self.d)], 1)
        return self.kept[:, :n]


def ascent(images, k, sizes, shared):
    """The alignments of filters, [J, S, k], for the first images of each size."""
    n = images.shape[1]
    mask = (torch.arange(n) < torch.tensor(sizes)[:, None]).float()

    def filters(weights):
        sums = torch.bmm(weights, images).view(SEEDS, k, len(sizes), -1)
        if shared:
            sums = sums.mean(1, keepdim=True).expand_as(sums)
        return torch.nn.functional.normalize(sums, dim=-1).reshape(SEEDS * k, len(sizes), -1)

    found = filters(mask.expand(SEEDS * k, -1, -1))
    for _ in range(STEPS - 1):
        magnitudes = torch.bmm(found, images.transpose(1, 2)).abs_()
        for j, size in enumerate(sizes):
            rows = magnitudes[:, j, :size]
            if shared:
                rows = rows.reshape(SEEDS, k * size)
            chosen = -(-(rows.shape[1] - 1) // k)
            threshold = rows.kthvalue(rows.shape[1] - chosen, dim=1, keepdim=True).values
            if shared:
                threshold = threshold.repeat_interleave(k, 0)
            magnitudes[:, j] = (magnitudes[:, j] > threshold) * mask[j]
        found = filters(magnitudes)
    return found[..., 0].view(SEEDS, k, len(sizes)).permute(2, 0, 1)


def average_errors(k, d, sigma):
    """The errors of averages over the whole grid, [grid, S]; sums of noise are drawn as one vector."""
    generator = torch.Generator().manual_seed(k * 1000 + d)
    sums = torch.zeros(SEEDS, k, d, dtype=torch.float64)
    rows, reached = [], 0
    for n in GRID:
        step = n - reached
        places = torch.randint(k, (SEEDS, step), generator=generator)
        sums[:, :, 0] += torch.nn.functional.one_hot(places, k).sum(1)
        sums += torch.randn(SEEDS, k, d, generator=generator, dtype=torch.float64) * (sigma * math.sqrt(step))
        norm = sums.flatten(1).norm(dim=1, keepdim=True)
        rows.append(upper_tail(sums[:, :, 0] / (sigma * norm)).mean(1))
        reached = n
    return torch.stack(rows)


def search(target, errors):
    """The geometric mean of the first count that stays at the target and the one before it."""
    means = []
    while len(means) < len(GRID):
        means += errors(GRID[len(means): len(means) + WINDOW])
        good = [mean <= target for mean in means]
        for place in range(len(good) - 1):
            if good[place] and good[place + 1]:
                if place + MARGIN < len(means):
                    return GRID[0] if place == 0 else math.sqrt(GRID[place - 1] * GRID[place])
                break
    return None


def cell(network, k, d, sigma, target):
    if network == "fcn":
        means = average_errors(k, d, sigma).mean(1).tolist()
        return search(target, lambda sizes: [means[GRID.index(n)] for n in sizes])
    readout, images = Readout(k, sigma), Images(k, d, sigma)

    def errors(sizes):
        alignments = ascent(images.first(sizes[-1]), k, sizes, network == "cnn")
        return readout.errors(alignments).mean(1).tolist()

    return search(target, errors)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    points = []
    for regime, row, dimensions in [("R1", 64, [32, 128, 256]), ("R2", 32, [16, 64, 128])]:
        for k, d in [(k, row) for k in [4, 8, 16, 32]] + [(8, d) for d in dimensions]:
            sigma = 0.7 / math.sqrt(k) if regime == "R1" else 0.3
            target = 0.1 if regime == "R1" else best_error(k, sigma) + 0.03
            for network in ["cnn", "lcn", "fcn"] if regime == "R1" else ["cnn", "lcn"]:
                count = cell(network, k, d, sigma, target)
                points.append({"regime": regime, "network": network, "patches": k, "dimension": d, "count": count})
    with open(arguments.output, "w", encoding="utf-8") as file:
        json.dump({"points": points}, file, indent=1)


if __name__ == "__main__":
    with torch.no_grad():
        main()
