"""Reads what the command `espalier` leaves behind: runs, studies, laboratories' records.

    import espalier

    run = espalier.read("runs/demo/midas")
    run.metrics().plot(x="step", y="loss")

``read`` knows by its files what a folder is and returns an object of one of the classes below. All of them have

* ``kind``, such as ``"run"`` or ``"sweep"``,
* ``record``, the JSON of the record as dictionaries and lists,
* ``tables``, the names of what can be had as a table,
* ``rows(name)``, a table as a list of dictionaries, and ``table(name)``, the same as a pandas data frame; without a
  name the first table.

The module is one file that needs nothing but Python 3.9, and pandas where a data frame is asked for. It only reads.
Columns are called as in the files: ``docs/python.md`` lists them.
"""

import html
import json
import pathlib
import re
import warnings

__all__ = [
    "Analysis", "Checkpoint", "Evaluation", "Isoplot", "Laboratory", "LagStudy", "LearningCurve", "ReadError", "Result",
    "Run", "Runs", "Sweep", "read",
]  # fmt: skip


class ReadError(Exception):
    """Why something cannot be read: one sentence that names the place and what to do."""


def read(path):
    """What lies at a path.

    A path is that of a folder which the command wrote, or of a record in it, such as ``lag.json``.

    Raises ReadError for a path where nothing of the kind lies, and for files that are damaged or of a later format.
    """
    path = pathlib.Path(path)
    if not path.exists():
        raise ReadError(f"{path}: is not there; name a folder that espalier wrote")
    if path.is_file():
        kind = _KINDS.get(path.name)
        return kind(path.parent) if kind else Laboratory(path.parent, [path])
    for name, kind in _KINDS.items():
        if (path / name).is_file():
            return kind(path)
    records = [file for file in sorted(path.glob("*.json")) if _is_laboratory_record(file)]
    if records:
        return Laboratory(path, records)
    if any(path.glob("*/run.json")):
        return Runs(path)
    raise ReadError(
        f"{path}: holds nothing that espalier writes (looked for {', '.join(_KINDS)}, records of a laboratory, and "
        "folders of runs); name the folder of a run, a study or a laboratory"
    )


class Result:
    """What all that can be read has in common."""

    kind = ""
    #: The names of the tables; the first one is what ``table()`` and ``rows()`` give.
    tables = ()
    _file = ""
    _page = "report.html"
    _format = ("formatVersion", 1)

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.record = _record(self.path / self._file, self._format)

    def rows(self, name=None):
        """A table as a list of dictionaries; what a row does not have is None."""
        columns, *rows = self._lines(name)
        return [dict(zip(columns, row)) for row in rows]

    def table(self, name=None):
        """A table as a pandas data frame; what a row does not have is missing."""
        try:
            import pandas
        except ImportError:
            raise ReadError(
                "table() needs pandas, which is not installed; `pip install pandas`, or use rows()"
            ) from None
        columns, *rows = self._lines(name)
        frame = pandas.DataFrame(rows, columns=columns)
        for column in columns:
            # Of a column without any value pandas cannot tell that it holds numbers.
            if frame[column].isna().all():
                frame[column] = frame[column].astype(float)
        return frame

    def metrics(self):
        """The measurements of a run, or of all runs, as a data frame."""
        return self.table("metrics")

    @property
    def page(self):
        """The path of the page that shows it in a browser, or None."""
        return next(iter(sorted(self.path.glob(self._page))), None)

    def _lines(self, name):
        """A table's column names, then its rows, as each ``_of_...`` method yields them."""
        name = self.tables[0] if name is None else name
        if name not in self.tables:
            raise ReadError(
                f"{self.path}: has no table {name!r}; a record of this kind, {self.kind}, has {', '.join(self.tables)}"
            )
        try:
            return list(self._make(name))
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise ReadError(
                f"{self.path / self._file}: has no {name} as espalier writes them ({type(error).__name__}: {error}); "
                "it is damaged, or of another version"
            ) from error

    def _make(self, name):
        return getattr(self, f"_of_{name}")()

    def _facts(self):
        return []

    def __repr__(self):
        return f"<{self.kind} {str(self.path)!r}>"

    def _repr_html_(self):
        """What a notebook shows: the facts, and the beginning of the first table without its empty columns."""
        facts = " · ".join(html.escape(fact) for fact in self._facts())
        columns, *rows = self._lines(None)
        filled = [place for place in range(len(columns)) if any(row[place] is not None for row in rows)]
        shown = [_html_row("th", [columns[place] for place in filled])]
        shown += [_html_row("td", [row[place] for place in filled]) for row in rows[:10]]
        left = f"<p>10 of {len(rows)} rows; tables: {', '.join(self.tables)}</p>" if len(rows) > 10 else ""
        return (
            f"<p><b>{html.escape(str(self.path))}</b> ({self.kind}){': ' if facts else ''}{facts}</p>"
            f"<table>{''.join(shown)}</table>{left}"
        )


#: The numbers of a line of metrics.jsonl, as `espalier compare --csv` orders them.
_METRICS = (
    "step", "stage", "layers", "tokens", "flops", "compiledFlops", "growthFlops", "optimizerFlops", "seconds", "loss",
    "validationLoss", "causalValidationLoss", "learningRate", "gradientNorm", "tokensPerSecond", "shareOfPeak",
)  # fmt: skip


class Checkpoint:
    """A complete checkpoint: a folder with ``model.safetensors`` and more."""

    def __init__(self, path):
        self.path = path
        self.step = int(path.name.removeprefix("step-"))

    @property
    def state(self):
        """The contents of ``state.json``: the model's configuration and its layers' lineage."""
        return _record(self.path / "state.json", None)

    def __repr__(self):
        return f"<checkpoint {str(self.path)!r}>"


class Run(Result):
    """One training run."""

    kind = "run"
    tables = ("metrics", "stages", "samples")
    _file = "run.json"

    @property
    def recipe(self):
        """The resolved recipe: each field by its dotted name, such as ``training.steps``."""
        return _recipe(_text(self.path / "recipe.yaml"), self.path / "recipe.yaml")

    @property
    def checkpoints(self):
        """The complete checkpoints, the oldest first."""
        folders = (self.path / "checkpoints").glob("step-*")
        complete = [f for f in folders if re.fullmatch(r"step-\d+", f.name) and (f / "manifest.json").is_file()]
        return sorted((Checkpoint(folder) for folder in complete), key=lambda checkpoint: checkpoint.step)

    def _measurements(self):
        file = self.path / "metrics.jsonl"
        *lines, rest = (_text(file) if file.exists() else "").split("\n")
        if rest:
            warnings.warn(f"{file}: the last line is not finished; left out", stacklevel=2)
        for number, line in enumerate(lines, 1):
            try:
                measured = json.loads(line)
            except ValueError:
                measured = None
            if not isinstance(measured, dict) or "step" not in measured:
                raise ReadError(f"{file}:{number}: is no measurement; the file is damaged there")
            yield measured

    def _of_metrics(self):
        yield _METRICS
        for line in self._measurements():
            yield tuple(map(_number, _take(line, _METRICS)))

    def _of_stages(self):
        yield "stage", "firstStep", "stepCount", "layers", "origins"
        plan = self.record["plan"]
        origins = {growth["afterStep"]: growth.get("origins") for growth in plan["growths"]}
        for stage in plan["stages"]:
            first = stage["firstStep"]
            yield stage["stage"], first, stage["stepCount"], stage["layers"], origins.get(first)

    def _of_samples(self):
        yield "step", "prompt", "text"
        for line in self._measurements():
            for sample in line.get("samples", []):
                yield line["step"], sample["prompt"], sample["text"]

    def _facts(self):
        outcome = self.record["outcome"]
        loss = outcome.get("finalValidationLoss")
        facts = [
            self.record["name"],
            f"method {self.record['method']}",
            f"seed {self.record['seed']}",
            outcome["status"],
        ]
        return facts + ([f"validation loss {_number(loss):.4f}"] if loss is not None else [])


class Runs(Result):
    """A folder of runs, such as `espalier demo` makes."""

    kind = "folder of runs"
    tables = ("runs", "metrics")

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.runs = {file.parent.name: Run(file.parent) for file in sorted(self.path.glob("*/run.json"))}
        self.record = {name: run.record for name, run in self.runs.items()}

    def _of_runs(self):
        ends = "status", "finalStep", "finalLoss", "finalValidationLoss", "tokens", "flops", "trainingSeconds"
        yield "run", "name", "method", "seed", *ends
        for name, run in self.runs.items():
            yield (
                name,
                *_take(run.record, ("name", "method", "seed")),
                *map(_number, _take(run.record["outcome"], ends)),
            )

    def _of_metrics(self):
        yield "run", *_METRICS
        for name, run in self.runs.items():
            for row in run._lines("metrics")[1:]:
                yield name, *row


class Sweep(Result):
    """Recipes compared over seeds: what `espalier sweep` writes."""

    kind = "sweep"
    tables = ("runs", "arms", "comparisons", "metrics")
    _file = "sweep.json"

    @property
    def recipe(self):
        """The resolved recipe of each arm, by the arm's name."""
        return {arm["name"]: _recipe(arm["recipe"], self.path / self._file) for arm in self.record["arms"]}

    @property
    def runs(self):
        """The runs that are there, by arm and seed."""
        found = {}
        for arm in self.record["arms"]:
            for seed in self.record["seeds"]:
                folder = self.path / arm["name"] / f"seed-{seed}"
                if (folder / "run.json").is_file():
                    found[arm["name"], seed] = Run(folder)
        return found

    def _of_runs(self):
        costs = "steps", "tokens", "chargedFlops", "growthFlops"
        yield "arm", "method", "seed", *costs, "loss", "choices"
        for arm in self.record["arms"]:
            for seed, loss, choices in zip(self.record["seeds"], arm["losses"], arm["choices"]):
                yield arm["name"], arm["method"], seed, *_take(arm, costs), loss, choices

    def _of_arms(self):
        costs, ends = ("method", "steps", "tokens", "chargedFlops", "growthFlops"), ("mean", "low", "high")
        yield "arm", *costs, *ends
        losses = self.record["losses"] or [{}] * len(self.record["arms"])
        for arm, loss in zip(self.record["arms"], losses):
            yield arm["name"], *_take(arm, costs), *_take(loss, ends)

    def _of_comparisons(self):
        ends = "mean", "low", "high"
        yield "arm", "comparedWith", *ends, "wins"
        for other in self.record["comparisons"]:
            yield other["arm"], self.record["arms"][0]["name"], *_take(other["difference"], ends), other["wins"]

    def _of_metrics(self):
        yield "arm", "seed", *_METRICS
        for (arm, seed), run in self.runs.items():
            for row in run._lines("metrics")[1:]:
                yield arm, seed, *row

    def _facts(self):
        return [
            f"{len(self.record['arms'])} arms",
            f"{len(self.record['seeds'])} seeds",
            f"equal {self.record['budget']}",
        ]


class LagStudy(Result):
    """Ways to grow compared: what `espalier lag` writes."""

    kind = "lag study"
    tables = ("losses", "strategies", "lags", "selections")
    _file = "lag.json"

    @property
    def recipe(self):
        """The resolved recipe: each field by its dotted name."""
        return _recipe(self.record["recipe"], self.path / self._file)

    def _of_losses(self):
        yield "strategy", "seed", "lag", "loss"
        for seed, strategies in zip(self.record["seeds"], self.record["losses"]):
            for strategy, losses in zip(self.record["strategies"], strategies):
                for lag, loss in zip(self.record["lags"], losses or []):
                    yield strategy["name"], seed, lag, loss

    def _of_strategies(self):
        names = "name", "layerMap", "preservesFunction", "learningSteps"
        yield names
        for strategy in self.record["strategies"]:
            yield _take(strategy, names)

    def _of_lags(self):
        figures, ends = ("spearman", "pearson", "gain", "regret"), ("value", "low", "high")
        yield "lag", "hitRate", *(f"{figure}.{end}" for figure in figures for end in ends)
        for point in (self.record.get("analysis") or {}).get("points", []):
            found = [number for figure in figures for number in _take(point.get(figure) or {}, ends)]
            yield point["lag"], point["hitRate"], *found

    def _of_selections(self):
        names = "selector", "strategies", "regret", "extraSteps"
        yield names
        for selection in self.record["selections"]:
            yield _take(selection, names)

    def _facts(self):
        depths = f"{self.record['layersBefore']} to {self.record['layersAfter']} layers"
        return [self.record["name"], depths, f"{len(self.record['strategies'])} strategies"]


class Evaluation(Result):
    """What models answered: what `espalier eval` writes."""

    kind = "evaluation"
    tables = ("answers", "questions", "texts")
    _file = "evaluation.json"

    @property
    def isoplot(self):
        """The isoplot that `espalier isoplot` made of the answers, or None."""
        return Isoplot(self.path) if (self.path / Isoplot._file).is_file() else None

    def _of_answers(self):
        losses, asked = ("validationLoss", "bitsPerByte"), ("task", "questionCount", "shotCount", "chance")
        yield *_MODEL, *losses, "order", *asked, *_METRIC
        for answer in self.record["answers"]:
            model = *_take(answer["model"], _MODEL), *_take(answer, losses), answer["order"]["name"]
            for metric in _metrics(answer):
                yield *model, *_take(answer, asked), *metric

    def _of_questions(self):
        yield "path", "step", "order", "task", "shotCount", "metric", "question", "score"
        for file in sorted((self.path / "answers").glob("*.json")):
            answers = _record(file, self._format)
            model = answers["model"]["path"], answers["model"]["step"], answers["order"]["name"]
            for task in answers["tasks"]:
                for metric, scores in sorted(task["scores"].items()):
                    for question, score in enumerate(scores):
                        yield *model, task["task"], task["shotCount"], metric, question, score

    def _of_texts(self):
        result = "source", "documentCount", "byteCount", "tokenCount", "loss"
        yield *_MODEL, "order", *result, "bitsPerByte"
        for text in self.record["texts"]:
            model = *_take(text["model"], _MODEL), text["order"]["name"]
            yield *model, *_take(text["result"], result), text["bitsPerByte"]


class Isoplot(Result):
    """Methods of training compared at equal loss: what `espalier isoplot` writes beside the answers."""

    kind = "isoplot"
    tables = ("points", "gaps")
    _file = "isoplot.json"
    _page = "isoplot.html"

    def _of_points(self):
        names = "method", "seed", "step", "loss"
        yield *names, "task", "metric", "mean"
        for point in self.record["points"]:
            for task, mean in sorted(point["means"].items()):
                yield *_take(point, names), task, self.record["metrics"].get(task), mean

    def _of_gaps(self):
        yield "method", "baseline", "task", "itemCount", "gap", "low", "high", "probability", "adjustedProbability"
        for comparison in self.record["isoplot"]["comparisons"]:
            for task in comparison["tasks"]:
                gap = _take(task.get("gap") or {}, ("value", "low", "high"))
                probability = (task.get("test") or {}).get("probability")
                start = *_take(comparison, ("method", "baseline")), *_take(task, ("task", "itemCount"))
                yield *start, *gap, probability, task.get("adjustedProbability")


class LearningCurve(Result):
    """Models that learnt from few questions: what `espalier learning-curve` writes."""

    kind = "learning curve"
    tables = ("answers",)
    _file = "learning-curve.json"

    def _of_answers(self):
        names = "path", "task", "examples", "draw", "learningRate"
        yield *names, *_METRIC
        for cell in self.record["cells"]:
            for metric in _metrics(cell):
                yield *_take(cell, names), *metric


class Analysis(Result):
    """Models taken apart: what `espalier analyze` writes."""

    kind = "analysis"
    tables = ("models", "maps", "profiles")
    _file = "anatomy.json"

    def _of_models(self):
        names = "layers", "blockSize", "loss", "depthScore"
        yield "path", "step", *names, "otherSeed"
        for result in self.record["results"]:
            yield result["path"], result["step"], *_take(result["anatomy"], names), result.get("otherSeed")

    def _of_maps(self):
        yield "path", "step", "key", "row", "column", "value", "floor"
        for result in self.record["results"]:
            for map in result["anatomy"]["maps"]:
                for row, values in enumerate(map["values"]):
                    for column, value in enumerate(values):
                        yield result["path"], result["step"], map["key"], row, column, value, map.get("floor")

    def _of_profiles(self):
        yield "path", "step", "key", "place", "value", "error", "floor"
        for result in self.record["results"]:
            for profile in result["anatomy"]["profiles"]:
                errors = profile.get("errors") or [None] * len(profile["values"])
                for place, (value, error) in enumerate(zip(profile["values"], errors)):
                    yield result["path"], result["step"], profile["key"], place, value, error, profile.get("floor")


class Laboratory(Result):
    """Experiments of a laboratory: what `espalier lab` writes; a table of points for each experiment, fits, checks."""

    kind = "laboratory"
    _page = "*.html"

    def __init__(self, path, files):
        self.path = pathlib.Path(path)
        self.record = {file.stem: _record(file, ("format", 2)) for file in files}
        for file in files:
            if not {"experiment", "points"} <= self.record[file.stem].keys():
                raise ReadError(f"{file}: is no record that espalier writes; name the folder of a run or a study")
        self.tables = (*self.record, "fits", "checks")

    def _make(self, name):
        return self._points(self.record[name]) if name in self.record else super()._make(name)

    def _points(self, record):
        """The columns of the experiment's CSV file: all labels and all coordinates by name."""
        points = record["points"]
        labels = sorted({name for point in points for name in point["key"]["labels"]})
        coordinates = sorted({name for point in points for name in point["key"]["coordinates"]})
        yield "quantity", *labels, *coordinates, "value", "low", "high"
        for point in points:
            key, found = point["key"], _take(point, ("value", "low", "high"))
            numbers = _take(key["coordinates"], coordinates) + found
            yield key["quantity"], *_take(key["labels"], labels), *map(_number, numbers)

    def _of_fits(self):
        return self._gathered("fits", "section", "name", "coordinate", "slope", "low", "high")

    def _of_checks(self):
        return self._gathered("checks", "section", "name", "measured", "expected", "holds")

    def _gathered(self, list, *names):
        yield "experiment", *names
        for experiment, record in self.record.items():
            for entry in record[list]:
                yield experiment, *map(_number, _take(entry, names))


_KINDS = {kind._file: kind for kind in (Run, Sweep, LagStudy, Evaluation, LearningCurve, Analysis, Isoplot)}


def _text(file):
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise ReadError(f"{file}: cannot be read: {reason}") from None


def _record(file, version):
    """The JSON object in a file, of a version that is known: the field that says it, and its value."""
    try:
        record = json.loads(_text(file))
    except ValueError:
        raise ReadError(f"{file}: is not JSON; it is damaged, or was not written by espalier") from None
    if not isinstance(record, dict):
        raise ReadError(f"{file}: needs an object at its top; it was not written by espalier")
    if version and record.get(version[0]) != version[1]:
        raise ReadError(
            f"{file}: needs {version[0]} {version[1]}, has {record.get(version[0])!r}; use the espalier module that "
            "came with the command that wrote it"
        )
    return record


def _is_laboratory_record(file):
    if file.name.endswith(".study.json"):
        return False
    record = _record(file, None)
    return "experiment" in record and "points" in record


def _take(record, names):
    """Some of a record's values, None for what it does not have."""
    return tuple(record.get(name) for name in names)


#: How a model is named in evaluations, and what is known of each metric.
_MODEL, _METRIC = ("name", "path", "step", "method", "seed"), ("metric", "value", "standardError")


def _metrics(answer):
    return ((name, *_take(number, _METRIC[1:])) for name, number in sorted(answer["metrics"].items()))


def _number(value):
    """A number of a record, where those that are not finite are texts; anything else as it is."""
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value


def _recipe(text, file):
    """The fields of a resolved recipe, which has a field a line and nothing else of YAML."""
    fields, sections = {}, []
    for line in text.splitlines():
        found = re.fullmatch(r"((?:  )*)(\w+):(?: (.*))?", line)
        if not found:
            raise ReadError(f"{file}: {line!r} is no line of a resolved recipe; the recipe was changed by hand")
        sections[len(found[1]) // 2 :] = [found[2]]
        if found[3] is not None:
            fields[".".join(sections)] = _scalar(found[3])
    return fields


def _scalar(text):
    """A value of a recipe: null, true, false, a number, a text with or without quotation marks."""
    try:
        # Nothing but a text is spelt like a number that is not finite.
        return json.loads(text, parse_constant=str)
    except ValueError:
        return text


def _html_row(tag, cells):
    texts = ("" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in cells)
    return "<tr>" + "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts) + "</tr>"
