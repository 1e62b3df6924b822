"""Golden values for the learners of HalfspaceLab, by SciPy and scikit-learn.

It writes Tests/Fixtures/halfspaces/learners.json; see README.md for how it is run.
"""

import json
import pathlib

import numpy
import scipy
import sklearn
from scipy.optimize import linprog, minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression


def logistic(w, z):
    return numpy.logaddexp(0, -z @ w).mean()


def logistic_gradient(w, z):
    return -(z * expit(-z @ w)[:, None]).mean(axis=0)


def hinge(z, v):
    """min mean(max(-<w, z>, 0)) subject to <w, v> >= 1, as a linear program."""
    n, d = z.shape
    cost = numpy.concatenate([numpy.zeros(d), numpy.full(n, 1 / n)])
    above = numpy.hstack([-z, -numpy.eye(n)])
    plane = numpy.concatenate([-v, numpy.zeros(n)])[None]
    answer = linprog(
        cost,
        A_ub=numpy.vstack([above, plane]),
        b_ub=numpy.concatenate([numpy.zeros(n), [-1]]),
        bounds=[(None, None)] * d + [(0, None)] * n,
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    assert answer.success
    return answer.fun


def support_vectors(z, ridge):
    """min mean(max(1 - <w, z>, 0)) + ridge/2 |w|^2, as a quadratic program in the dual."""
    n, _ = z.shape

    def dual(a):
        s = z.T @ a
        return s @ s / (2 * ridge) - a.sum(), z @ s / ridge - 1

    best = minimize(
        dual,
        numpy.full(n, 0.5 / n),
        jac=True,
        bounds=[(0, 1 / n)] * n,
        method="L-BFGS-B",
        options={"maxiter": 200000, "maxfun": 200000, "ftol": 1e-16, "gtol": 1e-12},
    )
    w = z.T @ best.x / ridge
    primal = numpy.maximum(1 - z @ w, 0).mean() + ridge / 2 * w @ w
    assert primal + best.fun < 2e-7, primal + best.fun
    return -best.fun


def trial(seed, n, d):
    random = numpy.random.default_rng(seed)
    x = random.normal(size=(n, d)) @ numpy.diag(numpy.linspace(1, 0.4, d))
    u = random.normal(size=d)
    y = numpy.where(x @ u + 0.7 * random.normal(size=n) > 0, 1.0, -1.0)
    z = numpy.round(y[:, None] * x, 6)
    # Samples with label 1 and their mirror images with label -1 make the same problem.
    both = numpy.vstack([z, -z])
    labels = numpy.concatenate([numpy.ones(n), -numpy.ones(n)])
    model = LogisticRegression(
        C=numpy.inf, fit_intercept=False, solver="newton-cg", tol=1e-13, max_iter=10000
    ).fit(both, labels)
    weights = model.coef_[0]
    polished = minimize(
        logistic,
        weights,
        jac=logistic_gradient,
        args=(z,),
        method="BFGS",
        options={"gtol": 1e-13},
    ).x
    assert numpy.abs(weights - polished).max() < 1e-7
    radius = 0.5 * float(numpy.linalg.norm(weights))
    bounded = minimize(
        logistic,
        weights * 0.4,
        jac=logistic_gradient,
        args=(z,),
        method="SLSQP",
        constraints={
            "type": "ineq",
            "fun": lambda w: radius**2 - w @ w,
            "jac": lambda w: -2 * w,
        },
        options={"ftol": 1e-16, "maxiter": 10000},
    ).x
    direction = weights / numpy.linalg.norm(weights)
    return {
        "samples": z.tolist(),
        "logistic": weights.tolist(),
        "logisticRisk": logistic(weights, z),
        "radius": radius,
        "bounded": bounded.tolist(),
        "hingeRisk": hinge(z, direction),
        "leastSquares": numpy.linalg.solve(z.T @ z, z.sum(axis=0)).tolist(),
        "ridge": 0.1,
        "supportVectorObjective": support_vectors(z, 0.1),
    }


folder = pathlib.Path(__file__).parents[1] / "Fixtures" / "halfspaces"
folder.mkdir(parents=True, exist_ok=True)
(folder / "learners.json").write_text(
    json.dumps(
        {
            "versions": {
                "numpy": numpy.__version__,
                "scipy": scipy.__version__,
                "scikit-learn": sklearn.__version__,
            },
            "trials": [trial(seed, 120, 4) for seed in (1, 2, 3)],
        }
    )
    + "\n"
)
