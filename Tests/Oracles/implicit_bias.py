"""Golden values for Tests/ImplicitBiasLabTests: least norms, largest margins and minima of potentials, by SciPy.

    python Tests/Oracles/implicit_bias.py

writes Tests/Fixtures/implicit-bias/golden.json. Linear programmes are HiGHS's, the l2 margin is by SLSQP, and minima of the
potential of two layers are by BFGS among the weights that fit: nothing of it knows of duals.
"""

import json
import pathlib

import numpy
from scipy.optimize import linprog, minimize

OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/implicit-bias/golden.json"
SAMPLES, DIMENSION = 5, 12


def least_l1(inputs, targets):
    found = linprog(
        numpy.ones(2 * DIMENSION), A_eq=numpy.hstack([inputs, -inputs]), b_eq=targets, method="highs")
    return found.x[:DIMENSION] - found.x[DIMENSION:]


def l1_margin(rows):
    found = linprog(
        numpy.ones(2 * DIMENSION), A_ub=-numpy.hstack([rows, -rows]), b_ub=-numpy.ones(SAMPLES), method="highs")
    return 1 / found.fun


def l2_margin(rows):
    start = numpy.linalg.pinv(rows) @ numpy.ones(SAMPLES)
    found = minimize(
        lambda w: w @ w / 2, start, jac=lambda w: w, method="SLSQP", options={"ftol": 1e-15, "maxiter": 1000},
        constraints={"type": "ineq", "fun": lambda w: rows @ w - 1, "jac": lambda w: rows})
    return 1 / numpy.linalg.norm(found.x)


def two_layers(inputs, targets, scale):
    """The least sum of w arsinh(w/b) - sqrt(w^2 + b^2), b = 2 scale^2, in coordinates of the null space."""
    b = 2 * scale ** 2
    shortest = numpy.linalg.pinv(inputs) @ targets
    free = numpy.linalg.svd(inputs)[2][SAMPLES:].T

    def value(z):
        w = shortest + free @ z
        return (w * numpy.arcsinh(w / b) - numpy.sqrt(w * w + b * b)).sum()

    def slope(z):
        return free.T @ numpy.arcsinh((shortest + free @ z) / b)

    found = minimize(value, numpy.zeros(free.shape[1]), jac=slope, method="BFGS", options={"gtol": 1e-11})
    return shortest + free @ found.x


def main():
    problems = []
    for seed in range(4):
        random = numpy.random.default_rng(seed)
        inputs = random.standard_normal((SAMPLES, DIMENSION)).round(6)
        targets = (inputs[:, 0] - 0.5 * inputs[:, 1] + 0.1 * random.standard_normal(SAMPLES)).round(6)
        rows = inputs * numpy.where(targets < 0, -1, 1)[:, None]
        problems.append({
            "inputs": inputs.tolist(), "targets": targets.tolist(),
            "leastL1": least_l1(inputs, targets).tolist(),
            "leastL2": (numpy.linalg.pinv(inputs) @ targets).tolist(),
            "l1Margin": l1_margin(rows), "l2Margin": l2_margin(rows),
            "twoLayers": {str(scale): two_layers(inputs, targets, scale).tolist() for scale in (1.0, 0.3)},
        })
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"problems": problems}, indent=1) + "\n")


if __name__ == "__main__":
    main()
