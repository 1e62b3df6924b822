"""The study `espalier lab halfspaces risk`, written with NumPy and scikit-learn.

It is what `compare_halfspaces.py` times Espalier against: the same laws, sizes and methods, vectorised over
trials wherever NumPy can. Logistic regression is scikit-learn's fastest solver for many samples in few
dimensions. Risks are shares of a million fresh points that all trials of a law have in common.

    python3 Benchmarks/peers/numpy_halfspaces.py --output FILE

writes the mean risks as JSON. It has no exact lines, which the study has.
"""

import argparse
import json
import time

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

OPTIMA = [0.04, 0.02, 0.01, 0.005, 0.0025]
DIMENSIONS = [2, 10]
SEEDS = [1, 2, 3, 4, 5]
WIDTHS = numpy.array([0.5, 1.0, 2.0, 4.0])
CENTRE = numpy.sqrt(0.5)
LAWS = ["hard", "gaussian-far-quadrant"]


def hard(random, optimum, count):
    """Points and labels of the hard law."""
    edge = numpy.sqrt(optimum)
    part, sign = random.random(count), numpy.where(random.random(count) < 0.5, 1.0, -1.0)
    u, v = random.random(count), random.random(count)
    radius, angle = numpy.sqrt(u), 2 * numpy.pi * v
    x = numpy.stack([radius * numpy.cos(angle), radius * numpy.sin(angle)], axis=1)
    y = numpy.where(x[:, 0] >= 0, 1.0, -1.0)
    strip = part < optimum + 2 * edge
    x[strip] = (sign[:, None] * numpy.stack([edge * u, v], axis=1))[strip]
    y[strip] = sign[strip]
    square = part < optimum
    offset = (numpy.stack([u, v], axis=1) - 0.5) * numpy.sqrt(optimum / 2)
    x[square] = (sign[:, None] * numpy.array([CENTRE, -CENTRE]) + offset)[square]
    y[square] = -sign[square]
    return x, y


def far_quadrant(random, optimum, count):
    """Normal points whose labels are flipped far out in two quadrants."""
    x = random.standard_normal((count, 2))
    clean = numpy.where(x[:, 0] >= 0, 1.0, -1.0)
    far = (x**2).sum(axis=1) >= 2 * numpy.log(1 / (2 * optimum))
    return x, numpy.where(far & (x[:, 0] * x[:, 1] < 0), -clean, clean)


def points(random, law, optimum, dimension, count):
    """Points in d dimensions with labels, not turned."""
    draw = hard if law == "hard" else far_quadrant
    x, y = draw(random, optimum, count)
    rest = 0.5 * random.standard_normal((count, dimension - 2))
    return numpy.hstack([x, rest]), y


def logistic(x, y):
    model = LogisticRegression(
        C=numpy.inf, fit_intercept=False, solver="newton-cholesky", tol=1e-8, max_iter=200
    )
    return model.fit(x, y).coef_[0]


def support_vectors(x, y, ridge):
    """The linear support vector machine with the hinge loss and a ridge per sample."""
    model = LinearSVC(
        C=1 / (ridge * len(y)), loss="hinge", fit_intercept=False, max_iter=10000, dual=True
    )
    return model.fit(x, y).coef_[0]


def second_phase(z, directions):
    """Stochastic descent on max(-u, 0) over <w, v> >= 1, all trials at once; z is [N, B, D]."""
    count, _, dimension = z.shape
    rate = 2 / numpy.sqrt(dimension * count)
    v = directions / numpy.linalg.norm(directions, axis=1, keepdims=True)
    w, total = v.copy(), numpy.zeros_like(v)
    half = count // 2
    for index in range(count):
        sample = z[index]
        wrong = numpy.einsum("bd,bd->b", w, sample) <= 0
        if wrong.any():
            w[wrong] += rate * sample[wrong]
            missing = numpy.maximum(1 - numpy.einsum("bd,bd->b", w, v), 0)
            w += missing[:, None] * v
        if index >= half:
            total += w
    return total / (count - half)


def sigmoid(z, start, widths):
    """Stochastic descent on the unit sphere, all trials and widths at once; z is [N, B, D]."""
    count, trials, dimension = z.shape
    steps = count // 10
    batches = z.reshape(steps, 10, trials, dimension).transpose(0, 2, 3, 1)
    w = numpy.repeat(start[:, None, :], widths.shape[1], axis=1)
    w /= numpy.linalg.norm(w, axis=2, keepdims=True)
    widths = widths[:, :, None]
    total = numpy.zeros_like(w)
    for step in range(steps):
        batch = batches[step]
        margins = w @ batch
        tail = numpy.exp(-numpy.abs(margins / widths))
        slope = tail / (tail + 1) ** 2 / widths
        pull = slope @ batch.transpose(0, 2, 1)
        lean = (slope * margins).sum(axis=2, keepdims=True)
        rate = widths * 0.5 * (widths * 4) ** (step / steps)
        w = w + rate / 10 * (pull - w * lean)
        w /= numpy.linalg.norm(w, axis=2, keepdims=True)
        if step >= 0.75 * steps:
            total += w
    return total / numpy.linalg.norm(total, axis=2, keepdims=True)


def cell(law, dimension, count):
    """The risks of all methods for all OPT values and seeds of a law in a dimension."""
    trials = [(optimum, seed) for optimum in OPTIMA for seed in SEEDS]
    turns, firsts, seconds = [], [], []
    weights = {name: [] for name in ("logistic", "averaging", "least-squares", "support-vectors")}
    for optimum, seed in trials:
        random = numpy.random.default_rng([seed, dimension, LAWS.index(law), int(optimum * 1e6)])
        turn = numpy.linalg.qr(random.standard_normal((dimension, dimension)))[0]
        x, y = points(random, law, optimum, dimension, count)
        x = x @ turn.T
        z = x * y[:, None]
        weights["logistic"].append(logistic(x, y))
        weights["averaging"].append(z.mean(axis=0))
        weights["least-squares"].append(numpy.linalg.solve(z.T @ z, z.sum(axis=0)))
        weights["support-vectors"].append(support_vectors(x, y, RIDGE))
        fresh, labels = points(random, law, optimum, dimension, count)
        turns.append(turn)
        firsts.append(z)
        seconds.append((fresh @ turn.T) * labels[:, None])
    second = numpy.stack(seconds, axis=1)
    weights = {name: numpy.array(rows) for name, rows in weights.items()}
    weights["two-phase"] = second_phase(second, weights["logistic"])
    widths = numpy.array([optimum for optimum, _ in trials])[:, None] * WIDTHS
    all_widths = sigmoid(second, weights["averaging"], widths)
    risks = numpy.array([(z @ rows.T < 0).mean(axis=0) for z, rows in zip(firsts, all_widths)])
    weights["sigmoid"] = all_widths[numpy.arange(len(trials)), risks.argmin(axis=1)]

    rows = []
    for place, optimum in enumerate(OPTIMA):
        random = numpy.random.default_rng([99, place])
        x, y = points(random, law, optimum, dimension, 1_000_000)
        x *= y[:, None]
        for name, all_weights in weights.items():
            here = range(place * len(SEEDS), (place + 1) * len(SEEDS))
            own = numpy.array([turns[i].T @ all_weights[i] for i in here])
            values = (x @ own.T < 0).mean(axis=0)
            rows.append({
                "method": name, "law": law, "optimum": optimum, "dimension": dimension,
                "value": float(values.mean()),
                "deviation": float(values.std(ddof=1)),
            })
    return rows


RIDGE = 1e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", required=True)
    parser.add_argument("--samples", type=int, default=100_000)
    arguments = parser.parse_args()
    start = time.perf_counter()
    points = []
    for law in LAWS:
        for dimension in DIMENSIONS:
            points += cell(law, dimension, arguments.samples)
            print(f"{time.perf_counter() - start:.1f} s: {law} d={dimension}", flush=True)
    with open(arguments.output, "w") as file:
        json.dump({"seconds": time.perf_counter() - start, "points": points}, file, indent=1)


if __name__ == "__main__":
    main()
