"""Golden values for the room Statistics, by SciPy and statsmodels.

It writes Tests/Fixtures/statistics/golden.json; see README.md for how it is run.
"""

import json
import pathlib

import numpy
import scipy
import statsmodels
import statsmodels.api
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import ttost_ind, ttost_paired


def permutation(differences):
    differences = numpy.array(differences)
    found = {}
    for ours, theirs in [("twoSided", "two-sided"), ("greater", "greater"), ("less", "less")]:
        test = stats.permutation_test(
            (differences, numpy.zeros_like(differences)),
            lambda x, y, axis: numpy.mean(x - y, axis=axis),
            permutation_type="samples",
            n_resamples=numpy.inf,
            alternative=theirs,
            vectorized=True,
        )
        found[ours] = test.pvalue
    return {"differences": differences.tolist(), **found}


def equivalence(first, second, low, high):
    paired = ttost_paired(numpy.array(first), numpy.array(second[: len(first)]), low, high)
    welch = ttost_ind(numpy.array(first), numpy.array(second), low, high, usevar="unequal")
    return {
        "first": list(first),
        "second": list(second),
        "margin": [low, high],
        "paired": paired[0],
        "welch": welch[0],
    }


def regression(random, rows, clusters):
    # With regressors that are nearly dependent statsmodels itself is exact to fewer than nine digits.
    x = numpy.column_stack(
        [numpy.ones(rows), random.normal(size=rows), random.integers(0, 2, rows), random.normal(3, 1, rows)]
    )
    groups = random.integers(0, clusters, rows)
    y = x @ [0.3, -1.1, 0.2, 0.1] + random.normal(size=clusters)[groups] + random.normal(size=rows)
    model = statsmodels.api.OLS(y, x)
    plain = model.fit()
    clustered = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    return {
        "rows": x.tolist(),
        "response": y.tolist(),
        "clusters": groups.tolist(),
        "coefficients": plain.params.tolist(),
        "plain": {"errors": plain.bse.tolist(), "probabilities": plain.pvalues.tolist()},
        "clustered": {
            "errors": clustered.bse.tolist(),
            "probabilities": clustered.pvalues.tolist(),
            "low": clustered.conf_int()[:, 0].tolist(),
        },
    }


def bootstrap(numbers, confidence):
    """The ends of a percentile interval, with the means that were drawn for it."""
    found = stats.bootstrap(
        (numbers,), numpy.mean, n_resamples=199, method="percentile", confidence_level=confidence, rng=1
    )
    return {
        "confidence": confidence,
        "draws": found.bootstrap_distribution.tolist(),
        "high": found.confidence_interval.high,
        "low": found.confidence_interval.low,
    }


def main():
    random = numpy.random.default_rng(20)
    counts = [(0, 5), (7, 3), (30, 12), (180, 260), (700, 900)]
    golden = {
        "versions": {
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "statsmodels": statsmodels.__version__,
        },
        "permutations": [
            permutation(random.normal(0.3, 1, size).round(6)) for size in (2, 5, 8, 12)
        ]
        + [permutation([0.1, 0.2, 0.3, -0.1, 0.2, 0.0, 0.3, 0.1]), permutation([1.0, -1.0, 0.0])],
        "equivalences": [
            equivalence(random.normal(2, 0.1, 6), random.normal(2, 0.2, size), -0.1, 0.15)
            for size in (6, 9, 15)
        ],
        "mcnemar": [
            {
                "onlyFirst": b,
                "onlySecond": c,
                "exact": mcnemar([[50, b], [c, 20]], exact=True).pvalue,
                "corrected": mcnemar([[50, b], [c, 20]], exact=False, correction=True).pvalue,
                "plain": mcnemar([[50, b], [c, 20]], exact=False, correction=False).pvalue,
                "statistic": mcnemar([[50, b], [c, 20]], exact=False, correction=True).statistic,
            }
            for b, c in counts
        ],
        "holm": [
            {"given": list(p), "adjusted": multipletests(p, method="holm")[1].tolist()}
            for p in (
                random.uniform(0, 0.2, 7),
                numpy.array([0.01, 0.01, 0.04, 0.03]),
                numpy.array([0.5]),
            )
        ],
        "quantiles": [
            {
                "numbers": numbers.tolist(),
                "shares": [0, 0.025, 0.1, 1 / 3, 0.5, 0.9, 0.975, 1],
                "values": numpy.quantile(
                    numbers, [0, 0.025, 0.1, 1 / 3, 0.5, 0.9, 0.975, 1]
                ).tolist(),
            }
            for numbers in (random.normal(size=1), random.normal(size=20), random.normal(size=999))
        ],
        "bootstraps": [
            bootstrap(random.normal(size=12), 0.95),
            bootstrap(random.normal(size=5), 0.9),
        ],
        "regressions": [regression(random, 40, 6), regression(random, 200, 25)],
        "means": [
            {"numbers": numbers.tolist(), "error": stats.sem(numbers)}
            for numbers in (random.normal(size=9), 1e6 + random.normal(size=50))
        ],
        # The power of a paired t-test on both sides at 5 %, for the simulated study.
        "power": [
            {"effect": effect, "count": count, "power": TTestPower().power(effect, count, 0.05)}
            for effect, count in ((1.0, 8), (1.5, 8), (2.0, 8))
        ],
    }
    path = pathlib.Path(__file__).parent.parent / "Fixtures/statistics/golden.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
