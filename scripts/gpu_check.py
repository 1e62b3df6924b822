#!/usr/bin/env python3
"""Checks Espalier on a GPU in some minutes: that it is right, how fast it is, and beside JAX.

Before, on any machine, with the package built:

    scripts/gpu-check.sh --make-reference     # 50 steps on the processor, and a token file: runs/gpu-check

On the machine with the GPU, with .build/release/espalier and StepBenchmark and runs/gpu-check carried there:

    scripts/gpu-check.sh                      # writes runs/gpu-check/gpu-check.json
    scripts/gpu-check.sh --device cpu --small # tries the script itself on a processor

The parts, each with its own limit of time, so that one that hangs does not cost the others:

    doctor   what `espalier doctor` says
    equal    50 steps in float32 end where the processor's do, within 1 % at each step
    attention 30 steps in bfloat16 with cuDNN's attention end where those with composed attention do, within 1 %
    resume   a run that is stopped and gone on with ends with the same bits, with deterministic sums
    speed    tokens a second and share of the GPU's peak at GPT-2 small's size in bfloat16, AdamW and Muon
    jax      the same step in JAX with cuDNN's attention, in the same call
    midas    seconds of training of a grown model beside full depth

Needs Python 3.9; JAX only for its part. What is left when time runs out is said to be left.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Dense bfloat16 operations a second, by the name that a device gives itself. Source: NVIDIA's data sheets.
PEAKS = {"H100": 989e12, "H200": 989e12, "A100": 312e12, "B200": 2250e12}
BAR = dict(layers=12, width=768, heads=12, ffn=2048, vocabulary=50304, batch=64, length=1024)
SMALL = dict(layers=2, width=64, heads=2, ffn=128, vocabulary=512, batch=4, length=32)
PARTS = ["doctor", "equal", "attention", "resume", "speed", "jax", "midas"]


class Check:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = pathlib.Path(arguments.folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.deadline = time.monotonic() + 60 * arguments.minutes
        self.shape = SMALL if arguments.small else BAR
        self.plugin = ["--plugin", arguments.plugin] if arguments.plugin else []

    # What is run.

    def run(self, words, seconds, environment=None, check=True):
        """Runs a command to its end, or to its limit of time."""
        limit = min(seconds, self.deadline - time.monotonic())
        if limit <= 5:
            raise TimeoutError("no time is left")
        return subprocess.run(
            [str(word) for word in words], cwd=ROOT, timeout=limit, check=check, capture_output=True, text=True,
            env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", **(environment or {})))

    def espalier(self, *words, seconds=120, device=None, **options):
        return self.run(
            [self.arguments.program, *words, *self.plugin, "--device", device or self.arguments.device], seconds, **options)

    def train(self, name, fields, device=None, **options):
        """Trains by the demonstration's recipe with other fields; returns the run's folder."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        self.espalier("train", *self.recipe(fields), "--run", folder, device=device, **options)
        return folder

    def recipe(self, fields):
        fields = {"corpus.tokens": self.folder / "corpus.tokens", "kernels": "xla",
                  "training.learningRate.warmupSteps": min(20, fields["training.steps"] // 2), **fields}
        words = [word for key, value in fields.items() for word in ("--set", f"{key}={value}")]
        return ["Recipes/demo-full-depth.yaml", *words]

    def losses(self, folder):
        rows = map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
        return [row["loss"] for row in rows if row.get("loss") is not None]

    # The parts.

    def make_reference(self):
        """Packs the text and takes the steps of `equal` on the processor."""
        tokens = self.folder / "corpus.tokens"
        if not tokens.exists():
            model, book = self.folder / "tokenizer.model", ROOT / "Data/king-james.jsonl.gz"
            program = self.arguments.program
            self.run([program, "tokenizer", "train", book, "--vocabulary-size", 2048, "--output", model], 300)
            self.run([program, "corpus", "pack", book, "--tokenizer", model, "--output", tokens], 300)
        folder = self.train("reference", self.fields_of_equal(), device="cpu", seconds=600)
        (self.folder / "reference.json").write_text(json.dumps(self.losses(folder)))

    def fields_of_equal(self):
        steps = 5 if self.arguments.small else 50
        return {"training.steps": steps, "logging.every": 1, "evaluation.every": steps}

    def doctor(self):
        return json.loads(self.espalier("doctor", "--json", check=False).stdout)

    def equal(self):
        expected = json.loads((self.folder / "reference.json").read_text())
        found = self.losses(self.train("equal", self.fields_of_equal()))
        ratios = [abs(own / other - 1) for own, other in zip(found, expected)]
        return {
            "steps": len(found), "largestDifference": max(ratios), "finalLoss": found[-1],
            "holds": len(found) == len(expected) and max(ratios) < 0.01}

    def attention(self):
        """cuDNN's attention beside the composed one, which a processor computes in both cases."""
        steps = 5 if self.arguments.small else 30
        fields = {
            "training.steps": steps, "logging.every": 1, "evaluation.every": steps, "model.headSize": 16,
            "training.precision": "bfloat16"}
        expected = self.losses(self.train("composed", fields))
        folder = self.train("cudnn", {**fields, "kernels": "auto"})
        found = self.losses(folder)
        ratios = [abs(own / other - 1) for own, other in zip(found, expected)]
        return {
            "kernels": json.loads((folder / "run.json").read_text())["versions"]["kernels"],
            "largestDifference": max(ratios), "holds": len(found) == steps and max(ratios) < 0.01}

    def resume(self):
        steps = 8 if self.arguments.small else 40
        fields = {
            "training.steps": steps, "checkpoints.every": steps // 4, "evaluation.every": steps, "logging.every": 1}
        flags = {"XLA_FLAGS": os.environ.get("XLA_FLAGS", "")}
        if self.arguments.device == "cuda":
            flags["XLA_FLAGS"] += " --xla_gpu_deterministic_ops=true"
        whole = self.train("whole", fields, environment=flags)
        parts = self.folder / "parts"
        shutil.rmtree(parts, ignore_errors=True)
        words = [self.arguments.program, "train", *self.recipe(fields), "--run", parts, *self.plugin, "--device",
                 self.arguments.device]
        process = subprocess.Popen(
            [str(word) for word in words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", **flags))
        # Killed, not asked: what counts is what a power cut leaves.
        while process.poll() is None and not list(parts.glob("checkpoints/step-*/model.safetensors")):
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.espalier("resume", parts, environment=flags)

        def digest(folder):
            newest = sorted(folder.glob("checkpoints/step-*/model.safetensors"))[-1]
            return hashlib.sha256(newest.read_bytes()).hexdigest()

        return {"sameBits": digest(whole) == digest(parts), "wasKilled": process.returncode == -signal.SIGKILL}

    def timed(self, words, seconds):
        """The steps that a program of `make bench` reports."""
        shape = [word for key, value in self.shape.items() for word in (f"--{key}", value)]
        answer = self.run([*words, *shape, "--steps", 10, "--precision", "bfloat16"], seconds).stdout
        lines = [json.loads(line) for line in answer.splitlines() if line.startswith("{")]
        ready = next(line for line in lines if line["event"] == "ready")
        times = [line["milliseconds"] for line in lines if line["event"] == "step"]
        middle = statistics.median(times)
        found = {
            "milliseconds": middle, "tokensPerSecond": ready["tokensPerStep"] / middle * 1000,
            "compileSeconds": ready["compileSeconds"], "version": ready["version"]}
        operations = self.operations()
        peak = next((value for name, value in PEAKS.items() if name in self.device_name()), None)
        found["operationsPerSecond"] = operations / middle * 1000
        if peak:
            found["shareOfPeak"] = found["operationsPerSecond"] / peak
        return found

    def operations(self):
        """Of a step, as Benchmarks/comparison/configurations.py counts them."""
        sys.path.insert(0, str(ROOT / "Benchmarks"))
        from comparison.configurations import operations

        return operations(self.shape)

    def device_name(self):
        if shutil.which("nvidia-smi"):
            names = self.run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], 20, check=False).stdout
            return names.strip().split("\n")[0]
        return "processor"

    def speed(self):
        found = {"device": self.device_name(), "shape": self.shape}
        for optimizer in ["adamw", "muon"]:
            for execution in ["unrolled", "rematerialized"]:
                words = [self.arguments.step_benchmark, *self.plugin, "--optimizer", optimizer, "--execution", execution]
                try:
                    found[f"{optimizer} {execution}"] = self.timed(words, 150)
                except (subprocess.SubprocessError, StopIteration) as error:
                    found[f"{optimizer} {execution}"] = failure(error)
        return found

    def jax(self):
        attention = "cudnn" if self.arguments.device == "cuda" else "builtin"
        words = [sys.executable, "Benchmarks/peers/jax_llama.py", "--attention", attention]
        return {"unrolled": self.timed(words, 150), "scan": self.timed(words + ["--scan"], 150)}

    def midas(self):
        fields = {"training.precision": "bfloat16", "training.steps": 120, "evaluation.every": 120}
        if not self.arguments.small:
            fields.update({
                "model.layers": 12, "model.width": 768, "model.headCount": 12, "model.keyValueHeadCount": 12,
                "model.feedForwardWidth": 2048, "model.contextLength": 1024, "training.batchSize": 32,
                "training.learningRate.peak": 0.001})
        else:
            fields.update({"training.steps": 8, "evaluation.every": 8})
        found = {}
        for method in ["none", "midas"]:
            # The demonstration's plan: a quarter of the layers, then one more quarter at a time.
            own = {"growth.method": method, "growth.blockSize": 2 if self.arguments.small else 3}
            folder = self.train(f"growth-{method}", {**fields, **own}, seconds=240)
            outcome = json.loads((folder / "run.json").read_text())["outcome"]
            found[method] = {key: outcome[key] for key in (
                "trainingSeconds", "compileSeconds", "finalValidationLoss", "flops")}
        found["timesShorter"] = found["none"]["trainingSeconds"] / found["midas"]["trainingSeconds"]
        return found

    def all(self):
        found = {"date": time.strftime("%Y-%m-%d"), "device": self.device_name()}
        for name in self.arguments.parts:
            start = time.monotonic()
            print(f"{name} ...", flush=True)
            try:
                found[name] = getattr(self, name)()
            except Exception as error:  # What fails is a result, and the other parts are others.
                found[name] = failure(error)
            found[name]["seconds"] = round(time.monotonic() - start, 1)
            print(json.dumps(found[name]), flush=True)
            (self.folder / "gpu-check.json").write_text(json.dumps(found, indent=1) + "\n")
        return found


def failure(error):
    """What went wrong, with the end of what the program said."""
    said = getattr(error, "stderr", None) or ""
    said = said.decode(errors="replace") if isinstance(said, bytes) else said
    return {"failed": f"{type(error).__name__}: {error}"[:500], "said": said[-1500:]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/espalier"))
    parser.add_argument("--step-benchmark", default=str(ROOT / ".build/release/StepBenchmark"))
    parser.add_argument("--plugin", help="the XLA plugin, where it is not where `make setup-cuda` puts it")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--folder", default=str(ROOT / "runs/gpu-check"))
    parser.add_argument("--minutes", type=float, default=13, help="after which no part begins")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=PARTS)
    parser.add_argument("--small", action="store_true", help="tiny shapes, to try the script")
    parser.add_argument("--make-reference", action="store_true")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(PARTS)
    if unknown:
        parser.error(f"--parts: needs some of {','.join(PARTS)}; got {','.join(sorted(unknown))}")
    check = Check(arguments)
    if arguments.make_reference:
        check.make_reference()
        return
    found = check.all()
    sys.exit(0 if all("failed" not in found[name] for name in arguments.parts) else 1)


if __name__ == "__main__":
    main()
