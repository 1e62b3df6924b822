"""Puts two tasks to a trained run's export with lm-evaluation-harness, and to the run itself with `espalier eval`.

    /tmp/harness/bin/python Tests/Oracles/exported_harness.py runs/demo-midas

The tasks are made of the text that comes with the project: which of four endings a verse has, and its last word. Metrics and their
standard errors have to be equal, log-likelihoods to 1e-3.
"""

import argparse
import gzip
import json
import math
import pathlib
import random
import subprocess
import tempfile

import datasets
import lm_eval
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
QUESTIONS = 200


def verses():
    with gzip.open(ROOT / "Data/king-james.jsonl.gz", "rt") as file:
        texts = [json.loads(record)["text"] for record in file]
    sentences = [part + "." for text in texts for line in text.split("\n") for part in line.rstrip(".").split(". ")]
    return [sentence for sentence in sentences if 60 < len(sentence) < 140 and "," in sentence]


def write_tasks(folder):
    """The records of both tasks, and their descriptions in Espalier's words."""
    draw = random.Random(0)
    lines = draw.sample(verses(), 4 * QUESTIONS)
    halves = [(line[: line.index(",") + 1], line[line.index(",") + 1 :].strip()) for line in lines]
    endings, words = [], []
    for first in range(0, len(halves), 4):
        four = halves[first : first + 4]
        label = draw.randrange(4)
        choices = [half for _, half in four[1:]]
        choices.insert(label, four[0][1])
        endings.append({"question": four[0][0], "choices": choices, "label": label})
        head, _, tail = lines[first].rpartition(" ")
        words.append({"text": head, "word": tail})
    for name, records in [("endings", endings), ("words", words)]:
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (folder / "endings.yaml").write_text(
        'task: endings\nkind: choice\nrecords: endings.jsonl\nprompt: "{{question}}"\nchoices: "{{choices}}"\nanswer: "{{label}}"\n'
    )
    (folder / "words.yaml").write_text(
        'task: words\nkind: continuation\nrecords: words.jsonl\nprompt: "{{text}}"\nanswer: "{{word}}"\n'
    )


def harness_task(folder, name):
    def metrics(*names):
        return [{"metric": metric, "aggregation": "mean", "higher_is_better": True} for metric in names]

    config = {
        "task": name,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(folder / f"{name}.jsonl")}},
        "test_split": "test",
        "num_fewshot": 0,
    }
    if name == "endings":
        config |= {
            "output_type": "multiple_choice", "doc_to_text": "{{question}}", "doc_to_choice": "choices",
            "doc_to_target": "label", "metric_list": metrics("acc", "acc_norm"),
        }
    else:
        # Nothing is put between a text and what goes on with it there.
        config |= {
            "output_type": "loglikelihood", "doc_to_text": "{{text}}", "doc_to_target": " {{word}}",
            "metric_list": metrics("acc"),
        }
    return ConfigurableTask(config=config)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--program", default=str(ROOT / ".build/release/espalier"))
    arguments = parser.parse_args()
    datasets.disable_caching()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_tasks(folder)
        subprocess.run([arguments.program, "export", arguments.run, folder / "hf"], check=True, stdout=subprocess.DEVNULL)
        tasks = ",".join(str(folder / f"{name}.yaml") for name in ["endings", "words"])
        subprocess.run(
            [arguments.program, "eval", arguments.run, "--tasks", tasks, "--output", folder / "evaluation"],
            check=True, stdout=subprocess.DEVNULL,
        )
        ours = {answer["task"]: answer for answer in json.loads((folder / "evaluation/evaluation.json").read_text())["answers"]}
        model = HFLM(pretrained=str(folder / "hf"), device="cpu", dtype="float32", batch_size=8)
        for name in ["endings", "words"]:
            found = lm_eval.evaluate(lm=model, task_dict={name: harness_task(folder, name)}, log_samples=True, bootstrap_iters=1000)
            results = found["results"][name]
            for metric in ["acc", "acc_norm"] if name == "endings" else ["acc"]:
                own = ours[name]["metrics"][metric]
                theirs, error = results[f"{metric},none"], results[f"{metric}_stderr,none"]
                assert abs(own["value"] - theirs) < 1e-12, (name, metric, own, theirs)
                assert abs(own["standardError"] - error) < 1e-9, (name, metric, own, error)
                print(f"{name} {metric}: {theirs:.4f} ± {error:.4f} by both")
            own = ours[name]["metrics"]["log_likelihood"]["value"]
            right = [
                sample["filtered_resps"][sample["doc"]["label"] if name == "endings" else 0][0]
                for sample in found["samples"][name]
            ]
            theirs = math.fsum(map(float, right)) / len(right)
            assert abs(own - theirs) < 1e-3, (name, own, theirs)
            print(f"{name} log-likelihood of the right answer: {theirs:.4f}, off by {abs(own - theirs):.1e}")


if __name__ == "__main__":
    main()
