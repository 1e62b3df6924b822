"""Puts the tasks of Tests/Fixtures/harness to the model of Tests/Fixtures/exported-llama with lm-evaluation-harness, and
writes the token ids, log-likelihoods and metrics of every item into golden.json.

The records of `greedy` and `written` are written here as well: half of their answers are what the model goes on with, so
that both outcomes occur.
"""

import json
import pathlib

import datasets
import lm_eval
import torch
import yaml
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
FOLDER = FIXTURES / "harness"
CONTEXT = 32

TEXTS = ["In the beginning", "And God said, Let there be", "The waters under the heaven were", "é 🙂", "blank ", "x" * 90]


class Recorder(HFLM):
    """Remembers what is asked for."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.requests = {}

    def _loglikelihood_tokens(self, requests, **arguments):
        results = super()._loglikelihood_tokens(requests, **arguments)
        for (texts, context, continuation), (total, greedy) in zip(requests, results):
            self.requests[texts] = {
                "context": context,
                "continuation": continuation,
                "logLikelihood": total,
                "isGreedy": greedy,
            }
        return results


def greedy_text(model, text, count):
    ids = model.tok_encode(text)[-(CONTEXT - count):]
    with torch.no_grad():
        for _ in range(count):
            logits = model.model(torch.tensor([ids])).logits[0, -1]
            ids.append(int(logits.argmax()))
    return model.tokenizer.decode(ids[-count:])


def write_records(model):
    def write(name, records):
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (FOLDER / name).write_text(text)

    greedy = []
    words = ["God", "light", "earth", "waters", "day", "night", "evening", "seed", "tree", "fruit", "moon", "stars"]
    for text in [f"{first} {second}" for first in words for second in words]:
        head = model.tok_encode(text)
        with torch.no_grad():
            best = int(model.model(torch.tensor([head])).logits[0, -1].argmax())
        piece = model.tokenizer.convert_ids_to_tokens(best).replace("\u2581", " ")
        # The model's own token, if it is one behind the text.
        if model.tok_encode(text + piece) == head + [best]:
            greedy.append({"text": text, "end": piece})
        if len(greedy) == 3:
            break
    greedy += [{"text": text, "end": " firmament"} for text in TEXTS]
    write("greedy.jsonl", greedy)
    written = []
    for index, text in enumerate(TEXTS):
        own = greedy_text(model, text, 8)
        for stop in ["\n", "the"]:
            own = own.split(stop)[0]
        written.append({"text": text, "answers": ["nothing", own.strip()] if index % 2 == 0 else ["nothing"]})
    write("written.jsonl", written)


def task(name):
    """The task of a file in the harness's own words."""
    ours = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    config = {
        "task": name,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(FOLDER / ours["records"])}},
        "test_split": "test",
        "fewshot_split": "test",
        "fewshot_config": {"sampler": "first_n"},
        "num_fewshot": ours.get("shots", 0),
        "doc_to_text": ours["prompt"],
        "description": ours.get("description", ""),
        "target_delimiter": ours.get("delimiter", " "),
        "fewshot_delimiter": ours.get("separator", "\n\n"),
    }
    def metrics(*names):
        return [{"metric": name, "aggregation": "mean", "higher_is_better": True} for name in names]

    kind = ours["kind"]
    if kind == "choice":
        choices = ours["choices"]
        config["output_type"] = "multiple_choice"
        if isinstance(choices, list):
            config["doc_to_choice"] = lambda doc: [doc["one"], doc["two"]]
            config["doc_to_target"] = lambda doc: [doc["one"], doc["two"]].index(doc["right"])
        else:
            config["doc_to_choice"] = "choices"
            config["doc_to_target"] = "label"
        names = ["acc", "acc_norm", "exact_match"] + (["acc_mutual_info"] if ours.get("mutual-information") else [])
        config["metric_list"] = metrics(*names)
    elif kind == "continuation":
        config["output_type"] = "loglikelihood"
        config["doc_to_target"] = ours["answer"]
        config["metric_list"] = metrics("acc")
    else:
        config["output_type"] = "generate_until"
        config["doc_to_target"] = "answers"
        config["generation_kwargs"] = {"until": ours["stop"], "max_gen_toks": ours["tokens"], "do_sample": False}
        config["metric_list"] = [
            {"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}
        ]
        config["filter_list"] = [
            {"name": "strip", "filter": [{"function": "custom", "filter_fn": strip}, {"function": "take_first"}]}
        ]
    return ConfigurableTask(config=config)


def strip(responses, docs):
    return [[text.strip() for text in texts] for texts in responses]


def main():
    datasets.disable_caching()
    folder = str(FIXTURES / "exported-llama/hf")
    model = Recorder(pretrained=folder, device="cpu", dtype="float32", batch_size=1, max_length=CONTEXT)
    write_records(model)
    golden = {"version": lm_eval.__version__, "tasks": {}}
    for name in ["places", "blanks", "greedy", "written"]:
        model.requests = {}
        results = lm_eval.evaluate(
            lm=model,
            task_dict={name: task(name)},
            log_samples=True,
            bootstrap_iters=0 if name == "none" else 1000,
        )
        samples = sorted(results["samples"][name], key=lambda sample: sample["doc_id"])
        items = []
        for sample in samples:
            arguments = [tuple(argument[:2]) for argument in sample["arguments"]]
            item = {"metrics": {key: float(sample[key]) for key in sample["metrics"]}}
            if name == "written":
                item["context"] = arguments[0][0]
                item["text"] = sample["filtered_resps"][0]
            else:
                item["requests"] = [
                    {"texts": list(texts), **model.requests[texts]} for texts in arguments
                ]
            items.append(item)
        means = {key.split(",")[0]: value for key, value in results["results"][name].items() if "," in key}
        golden["tasks"][name] = {"items": items, "results": {k: v for k, v in means.items() if v != "N/A"}}
    text = "Let there be lights in the firmament of the heaven, to divide the day from the night. " * 3
    rolling = model.loglikelihood_rolling([type("Request", (), {"args": (text,)})()])
    golden["rolling"] = {"text": text, "logLikelihood": rolling[0]}
    (FOLDER / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
    for name, found in golden["tasks"].items():
        print(name, found["results"])
    print("rolling", rolling)


main()
