"""Tests of Python/espalier.py, with the standard library alone.

    python3 -m unittest discover Tests/Python

`Written` compares what the module reads with what the command says of the same folder in another form, such as CSV. It
needs a folder of runs and studies, named by ESPALIER_WRITTEN; the Swift suite PythonModuleTests makes one.
"""

import contextlib
import csv
import doctest
import io
import json
import math
import os
import pathlib
import re
import sys
import tempfile
import unittest
import warnings
from unittest import mock

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "Python"))

import espalier  # noqa: E402


def needs_pandas(test):
    try:
        import pandas  # noqa: F401
    except ImportError:
        test.skipTest("pandas is not installed")


class Reading(unittest.TestCase):
    """Folders that are made up, and the repository's own examples."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")

    def write_run(self, name="run", metrics="", recipe="version: 1\n"):
        record = {
            "formatVersion": 1, "name": "a", "method": "midas", "seed": 3, "outcome": {"status": "running"},
            "plan": {"stages": [], "growths": []},
        }  # fmt: skip
        self.write(f"{name}/run.json", record)
        self.write(f"{name}/metrics.jsonl", metrics)
        self.write(f"{name}/recipe.yaml", recipe)
        return self.folder / name

    def assert_refused(self, words, make):
        with self.assertRaises(espalier.ReadError) as caught:
            make()
        self.assertIn(words, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_a_run_of_the_first_format(self):
        run = espalier.read(ROOT / "Tests/Fixtures/run-format-1/run")
        lines = (run.path / "metrics.jsonl").read_text().splitlines()
        self.assertEqual(run.kind, "run")
        self.assertEqual([row["step"] for row in run.rows()], [json.loads(line)["step"] for line in lines])
        self.assertEqual([row["loss"] for row in run.rows()], [json.loads(line).get("loss") for line in lines])
        self.assertEqual([checkpoint.step for checkpoint in run.checkpoints], [9])
        self.assertEqual(run.recipe["training.steps"], run.record["plan"]["totalSteps"])
        self.assertEqual(
            [row["layers"] for row in run.rows("stages")], [s["layers"] for s in run.record["plan"]["stages"]]
        )

    def test_a_study_by_its_record_and_by_its_folder(self):
        file = ROOT / "docs/results/lag.json"
        study = espalier.read(file)
        self.assertEqual(study.kind, "lag study")
        self.assertEqual(repr(espalier.read(file.parent)), repr(study))
        final = {}
        for row in study.rows("losses"):
            if row["lag"] == study.record["lags"][-1]:
                final[row["strategy"], row["seed"]] = row["loss"]
        # What a selector's choice costs, worked out from the table.
        for selection in study.rows("selections"):
            regrets = [
                final[strategy, seed] - min(loss for (_, other), loss in final.items() if other == seed)
                for strategy, seed in zip(selection["strategies"], study.record["seeds"])
            ]
            self.assertAlmostEqual(sum(regrets) / len(regrets), selection["regret"], places=12)

    def test_values_of_a_recipe(self):
        recipe = 'version: 1\nname: "two words: \\u00e9"\nmodel:\n  headSize: null\n  loop:\n    middle: null\n'
        recipe += "training:\n  rate: 1.0e-05\n  tied: true\n  kind: Infinity\n"
        fields = espalier.read(self.write_run(recipe=recipe)).recipe
        self.assertEqual(
            fields,
            {
                "version": 1, "name": "two words: é", "model.headSize": None, "model.loop.middle": None,
                "training.rate": 1e-5, "training.tied": True, "training.kind": "Infinity",
            },
        )  # fmt: skip

    def test_numbers_that_are_not_finite_and_a_line_that_is_not_finished(self):
        run = espalier.read(self.write_run(metrics='{"step": 1, "loss": "NaN"}\n{"step": 2, "loss": "Infinity"}\n{"st'))
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            rows = run.rows()
        self.assertEqual(len(said), 1)
        self.assertIn("metrics.jsonl: the last line is not finished", str(said[0].message))
        self.assertTrue(math.isnan(rows[0]["loss"]))
        self.assertEqual(rows[1]["loss"], math.inf)
        self.assertIsNone(rows[1]["validationLoss"])

    def test_a_folder_of_runs(self):
        for name in "ab":
            self.write_run(name, metrics='{"step": 1, "loss": 2.5}\n')
        runs = espalier.read(self.folder)
        self.assertEqual(runs.kind, "folder of runs")
        self.assertEqual([(row["run"], row["loss"]) for row in runs.rows("metrics")], [("a", 2.5), ("b", 2.5)])
        self.assertEqual([row["status"] for row in runs.rows()], ["running", "running"])

    def test_only_complete_checkpoints_count(self):
        run = self.write_run()
        self.write("run/checkpoints/step-00000010/manifest.json", {})
        self.write("run/checkpoints/step-00000009/manifest.json", {})
        self.write("run/checkpoints/step-00000011/state.json", {})
        self.write("run/checkpoints/step-x/manifest.json", {})
        self.assertEqual([checkpoint.step for checkpoint in espalier.read(run).checkpoints], [9, 10])

    def test_what_a_notebook_shows_is_escaped(self):
        page = espalier.read(self.write_run("<b>", metrics='{"step": 1}\n'))._repr_html_()
        self.assertIn("<tr><th>step</th></tr><tr><td>1</td></tr>", page)
        self.assertIn("&lt;b&gt;", page)
        self.assertNotIn("<b><b>", page)

    def test_what_cannot_be_read_is_said_in_a_sentence(self):
        run = self.write_run(metrics='{"step": 1}\nnothing\n', recipe="- [a,\n")
        (self.folder / "empty").mkdir()
        self.assert_refused("is not there; name a folder", lambda: espalier.read(self.folder / "nowhere"))
        self.assert_refused("run/metrics.jsonl:2: is no measurement", espalier.read(run).rows)
        self.assert_refused("'- [a,' is no line of a resolved recipe", lambda: espalier.read(run).recipe)
        self.assert_refused(
            "has no table 'losses'; a record of this kind, run, has metrics,", lambda: espalier.read(run).rows("losses")
        )
        self.assert_refused("holds nothing that espalier writes", lambda: espalier.read(self.folder / "empty"))
        for text, words in [
            ("{", "is not JSON"),
            ("[]", "needs an object at its top"),
            ('{"formatVersion": 2}', "needs formatVersion 1, has 2"),
            (b"\xff", "is not UTF-8"),
        ]:
            (run / "run.json").write_bytes(text if isinstance(text, bytes) else text.encode())
            self.assert_refused(words, lambda: espalier.read(run))
        (run / "run.json").write_text('{"formatVersion": 1}')
        self.assert_refused("has no stages as espalier writes them", lambda: espalier.read(run).rows("stages"))
        self.write("other.json", {"format": 2})
        self.assert_refused("is no record that espalier writes", lambda: espalier.read(self.folder / "other.json"))

    def test_without_pandas_rows_are_still_there(self):
        run = espalier.read(self.write_run(metrics='{"step": 1}\n'))
        with mock.patch.dict(sys.modules, {"pandas": None}):
            self.assertEqual(len(run.rows()), 1)
            self.assert_refused("pip install pandas", run.metrics)

    def test_tables_are_the_rows_as_data_frames(self):
        needs_pandas(self)
        import pandas

        run = espalier.read(self.write_run(metrics='{"step": 1, "loss": 2.5}\n{"step": 2}\n'))
        frame = run.metrics()
        self.assertIsInstance(frame, pandas.DataFrame)
        self.assertEqual(list(frame.columns), list(run.rows()[0]))
        self.assertEqual(frame["step"].dtype, int)
        self.assertEqual(frame["validationLoss"].dtype, float)
        self.assertTrue(math.isnan(frame["loss"][1]))


class Document(unittest.TestCase):
    """docs/python.md, held to what the module does."""

    page = (ROOT / "docs/python.md").read_text(encoding="utf-8")

    def blocks(self, language):
        return re.findall(rf"^```{language}\n(.*?)^```", self.page, re.MULTILINE | re.DOTALL)

    def test_the_tables_are_those_of_the_module(self):
        kinds = (espalier.Run, espalier.Runs, espalier.Sweep, espalier.LagStudy, espalier.Evaluation, espalier.Isoplot)
        kinds += espalier.LearningCurve, espalier.Analysis
        rows = re.findall(r"^\|([\w ]*)\| ([^|]*) \| (.*) \|$", self.page.split("## Tables")[1], re.MULTILINE)
        listed, kind = [], ""
        for name, table, _ in rows:
            kind = name.strip() or kind
            # A laboratory has a table for each of its experiments.
            if kind != "laboratory" and table.startswith("`"):
                listed.append((kind, table.strip("`")))
        self.assertEqual(listed, [(kind.kind, table) for kind in kinds for table in kind.tables])
        metrics = next(columns for name, table, columns in rows if table == "`metrics`")
        self.assertEqual(re.findall(r"`(\w+)`", metrics), list(espalier._METRICS))

    def test_what_it_says_comes_out(self):
        needs_pandas(self)
        text = "\n".join(self.blocks("pycon"))
        test = doctest.DocTestParser().get_doctest(text, {}, "docs/python.md", None, 0)
        said = []
        with contextlib.chdir(ROOT) if sys.version_info >= (3, 11) else contextlib.nullcontext():
            result = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
        self.assertEqual(result.failed, 0, "".join(said))
        self.assertGreater(result.attempted, 5)

    def test_its_examples_run_on_what_the_command_writes(self):
        needs_pandas(self)
        written = os.environ.get("ESPALIER_WRITTEN")
        if not written or not (pathlib.Path(written) / "sweep").exists():
            self.skipTest("the sweep was not made")
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as said:
            (pathlib.Path(folder) / "runs/demo").mkdir(parents=True)
            os.symlink(f"{written}/reference", f"{folder}/runs/demo/midas")
            os.symlink(f"{written}/sweep/full/seed-0", f"{folder}/runs/demo/full-depth")
            for block in self.blocks("python"):
                exec(block.replace('read("', f'read("{folder}/'), {})
        self.assertIn("run completed 18\n", said.getvalue())


@unittest.skipUnless("ESPALIER_WRITTEN" in os.environ, "ESPALIER_WRITTEN names no folder of runs and studies")
class Written(unittest.TestCase):
    """What the command wrote, beside what it says of it in another form."""

    maxDiff = 2000

    def setUp(self):
        self.folder = pathlib.Path(os.environ.get("ESPALIER_WRITTEN", ""))

    def read(self, name, kind):
        if not (self.folder / name).exists():
            self.skipTest(f"{name} was not made")
        found = espalier.read(self.folder / name)
        self.assertEqual(found.kind, kind)
        for table in found.tables:
            found.rows(table)
        self.assertIn("<table>", found._repr_html_())
        return found

    def lines(self, name):
        with open(self.folder / name, encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
        return header, lines

    def assert_same(self, rows, lines):
        """Rows and lines of CSV hold the same texts and the same numbers, to the last bit."""
        self.assertEqual(len(rows), len(lines))
        self.assertGreater(len(rows), 0)
        for row, line in zip(rows, lines):
            self.assertEqual(len(row), len(line))
            for value, cell in zip(row, line):
                if isinstance(value, (int, float)):
                    self.assertEqual(value, float(cell))
                else:
                    self.assertEqual("" if value is None else value, cell)

    def test_a_run_is_what_compare_writes(self):
        run = self.read("reference", "run")
        header, lines = self.lines("compare.csv")
        self.assertEqual(header, ["run", *run.rows()[0]])
        self.assert_same([["reference", *row.values()] for row in run.rows()], lines)
        self.assertEqual(run.recipe["training.steps"], run.rows()[-1]["step"])
        self.assertEqual(run.recipe["name"], run.record["name"])
        words = {name: "null" if v is None else str(v).lower() for name, v in run.recipe.items()}
        for name, value in run.record["recipe"].items():
            if not isinstance(run.recipe[name], (float, str)):
                self.assertEqual(words[name], value, name)
        self.assertEqual(run.checkpoints[-1].step, run.record["outcome"]["finalStep"])
        self.assertEqual(run.checkpoints[-1].state["configuration"]["width"], run.record["model"]["width"])

    def test_a_sweep_is_its_runs(self):
        sweep = self.read("sweep", "sweep")
        for row in sweep.rows("runs"):
            run = sweep.runs[row["arm"], row["seed"]]
            self.assertEqual(row["loss"], run.record["outcome"]["finalValidationLoss"])
            self.assertEqual(row["steps"], run.rows()[-1]["step"])
            self.assertEqual(sweep.recipe[row["arm"]]["training.steps"], row["steps"])
        for arm in sweep.rows("arms"):
            losses = [row["loss"] for row in sweep.rows("runs") if row["arm"] == arm["arm"]]
            self.assertAlmostEqual(arm["mean"], sum(losses) / len(losses), places=12)
        self.assertEqual(len(sweep.rows("metrics")), sum(len(run.rows()) for run in sweep.runs.values()))
        self.assertEqual(len(sweep.rows("comparisons")), len(sweep.record["arms"]) - 1)

    def test_an_evaluation_is_its_csv(self):
        evaluation = self.read("answers", "evaluation")
        header, lines = self.lines("answers/evaluation.csv")
        rows = evaluation.rows("answers")
        # The CSV's first column is a label that tells models of one name apart; columns are ordered otherwise.
        names = {
            "path": "path", "step": "step", "method": "method", "seed": "seed", "validation_loss": "validationLoss",
            "bits_per_byte": "bitsPerByte", "order": "order", "task": "task", "questions": "questionCount",
            "shots": "shotCount", "metric": "metric", "value": "value", "standard_error": "standardError",
            "chance": "chance",
        }  # fmt: skip
        self.assertEqual(header, ["model", *names])
        self.assert_same([[row[name] for name in names.values()] for row in rows], [line[1:] for line in lines])
        # A number is the mean over its questions.
        questions = evaluation.rows("questions")
        for row in rows:
            keys = "path", "step", "order", "task", "metric"
            scores = [q["score"] for q in questions if all(q[key] == row[key] for key in keys)]
            self.assertEqual(len(scores), row["questionCount"])
            self.assertAlmostEqual(sum(scores) / len(scores), row["value"], places=9)

    def test_an_isoplot_is_its_csv(self):
        isoplot = self.read("answers/isoplot.json", "isoplot")
        header, lines = self.lines("answers/isoplot.csv")
        self.assertEqual(header, list(isoplot.rows("points")[0]))
        self.assert_same([list(row.values()) for row in isoplot.rows("points")], lines)
        self.assertEqual(espalier.read(self.folder / "answers").isoplot.record, isoplot.record)
        self.assertGreater(len(isoplot.rows("gaps")), 0)

    def test_a_lag_study_has_the_losses_of_its_record(self):
        study = self.read("lag", "lag study")
        losses = study.rows("losses")
        self.assertEqual([row["loss"] for row in losses], [x for s in study.record["losses"] for y in s for x in y])
        self.assertEqual(len(study.rows("lags")), len(study.record["lags"]))
        self.assertEqual(len(study.rows("selections")), len(study.record["selections"]))

    def test_a_learning_curve_is_its_csv(self):
        curve = self.read("curve", "learning curve")
        header, lines = self.lines("curve/learning-curve.csv")
        names = ["path", "task", "examples", "draw", "learningRate", "metric", "value"]
        self.assertEqual(header, [name.replace("learningRate", "learning_rate") for name in names])
        self.assert_same([[row[name] for name in names] for row in curve.rows()], lines)

    def test_an_analysis_is_its_csv(self):
        analysis = self.read("anatomy", "analysis")
        header, lines = self.lines("anatomy/anatomy.csv")
        self.assertEqual(header, ["path", "step", "key", "row", "column", "value", "error", "floor"])
        rows = []
        for model in analysis.rows("models"):
            mine = [r for r in analysis.rows("maps") if r["path"] == model["path"]]
            rows += [[*list(r.values())[:6], None, r["floor"]] for r in mine]
            mine = [r for r in analysis.rows("profiles") if r["path"] == model["path"]]
            rows += [[*list(r.values())[:4], None, r["value"], r["error"], r["floor"]] for r in mine]
        self.assert_same(rows, lines)

    def test_a_laboratory_is_its_csv(self):
        laboratory = self.read("laboratory", "laboratory")
        for name in laboratory.record:
            header, lines = self.lines(f"laboratory/{name}.csv")
            self.assertEqual(header, list(laboratory.rows(name)[0]))
            self.assert_same([list(row.values()) for row in laboratory.rows(name)], lines)
        self.assertEqual(
            len(laboratory.rows("checks")), sum(len(record["checks"]) for record in laboratory.record.values())
        )


if __name__ == "__main__":
    unittest.main()
