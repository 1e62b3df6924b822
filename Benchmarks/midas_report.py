"""What the records of the study of MIDAS say of each prediction; see midas_study.py.

Every prediction is about a number with a 95 % t-interval over seeds, paired where two arms are compared. It held where
the whole interval lies on the predicted side, did not hold where the whole interval lies on the other, and is undecided in
between; what was not measured is open.
"""

import json
import math
import re
import statistics

# Student's t at 97.5 % by degrees of freedom.
T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
# Four stages by Prop-1 cost 1 / (e + 0.75 (1 - e)) of full depth; the output projection's share e of a step is 0.093.
SPEED_UP = 1.2933
# The difference that is found in 80 of 100 studies of so many seeds, in deviations of the differences, by
# degrees of freedom: where a two-sided t-test of normal differences at 5 % has that power, by 400,000 drawn studies each.
DETECTABLE = {1: 11.57, 2: 3.26, 3: 2.13, 4: 1.68, 5: 1.43, 6: 1.27, 7: 1.16, 8: 1.07, 9: 1.0}


class Interval:
    """A mean with its 95 % interval, and how far it had to be from a threshold to be seen."""

    def __init__(self, values):
        self.values = list(values)
        self.mean = statistics.mean(self.values)
        freedom = len(self.values) - 1
        deviation = statistics.stdev(self.values) if freedom > 0 else math.inf
        half = T.get(freedom, 1.96) * deviation / math.sqrt(len(self.values)) if freedom > 0 else math.inf
        self.low, self.high = self.mean - half, self.mean + half
        self.detectable = DETECTABLE.get(freedom, 1.0) * deviation

    def __str__(self):
        if math.isinf(self.high):
            return f"{self.mean:.4g} (one value)"
        return f"{self.mean:.4g} ({self.low:.4g} to {self.high:.4g})"


class Records:
    """The files of docs/results/midas."""

    def __init__(self, folder):
        self.folder = folder

    def read(self, name):
        path = self.folder / name
        return json.loads(path.read_text()) if path.exists() else None

    def losses(self, part, arm):
        record = self.read(f"{part}.json")
        if record is None:
            return None
        found = next((a for a in record["arms"] if a["name"] == arm), None)
        if found is None:
            return None
        return {s: l for s, l in zip(record["seeds"], found["losses"]) if l is not None}

    def cost(self, part, arm, field):
        record = self.read("costs.json") or {}
        return {int(s): run[field] for s, run in record.get(part, {}).get(arm, {}).items()} or None

    def answers(self, name, task, metric, order="as trained"):
        """By arm and seed."""
        record, found = self.read(f"{name}.json"), {}
        for answer in (record or {"answers": []})["answers"]:
            if answer["task"] != task or answer["order"]["name"] != order or metric not in answer["metrics"]:
                continue
            model = answer["model"]
            # The last checkpoint counts.
            step, _ = found.setdefault(model["name"], {}).get(model["seed"], (-1, None))
            if model["step"] > step:
                found[model["name"]][model["seed"]] = (model["step"], answer["metrics"][metric]["value"])
        return {arm: {seed: value for seed, (_, value) in seeds.items()} for arm, seeds in found.items()}

    def learnt(self, task, examples, arm):
        record = self.read("learning-curve.json")
        if record is None:
            return None
        metric = dict(zip(record["tasks"], record["metrics"])).get(task)
        models = {m["path"]: (m["name"], m["seed"]) for m in record["models"]}
        found = {}
        for cell in record["cells"]:
            name, seed = models[cell["path"]]
            if cell["task"] == task and cell["examples"] == examples and name == arm:
                found.setdefault(seed, []).append(cell["metrics"][metric]["value"])
        return {seed: statistics.mean(values) for seed, values in found.items()} or None

    def anatomy(self, arm, number):
        record = self.read("anatomy.json")
        if record is None:
            return None
        pairs = zip(record["models"], record["results"])
        found = {m["seed"]: number(r["anatomy"]) for m, r in pairs if m["name"] == arm}
        return {seed: value for seed, value in found.items() if value is not None} or None

    def gap(self, task):
        record = self.read("isoplot.json")
        comparisons = record["isoplot"]["comparisons"] if record else []
        for comparison in comparisons:
            if comparison["method"] == "midas":
                return next((t for t in comparison["tasks"] if t["task"] == task), None)
        return None


def differences(first, second, share=False):
    """First less second, seed by seed; as a share of the second if asked."""
    if not first or not second:
        return None
    seeds = sorted(set(first) & set(second))
    return Interval((first[s] - second[s]) / (second[s] if share else 1) for s in seeds) if seeds else None


def over(numbers, change=lambda value: value):
    return Interval(change(value) for value in numbers.values()) if numbers else None


def matrix(key):
    return lambda anatomy: next((m["values"] for m in anatomy["maps"] if m["key"] == key), None)


def profile(key):
    return lambda anatomy: next((p["values"] for p in anatomy["profiles"] if p["key"] == key), None)


def others(values):
    found = [v for i, row in enumerate(values) for j, v in enumerate(row) if i != j and v is not None]
    return statistics.mean(found) if found else None


def middle_less_ends(values):
    """How much more alike the two blocks in the middle are than the other neighbours."""
    pairs = [(values[i][i + 1] + values[i + 1][i]) / 2 for i in range(len(values) - 1)]
    middle = (len(pairs) - 1) // 2
    return pairs[middle] - statistics.mean(p for i, p in enumerate(pairs) if i != middle)


def last_less_others(values):
    pairs = [(values[i][i + 1] + values[i + 1][i]) / 2 for i in range(len(values) - 1)]
    return pairs[-1] - statistics.mean(pairs[:-1])


def steps(records, arm, other="full-depth", part="steps", share=False):
    return differences(records.losses(part, arm), records.losses(part, other), share)


def ratio(records, field):
    full, midas = (records.cost("steps", arm, field) for arm in ("full-depth", "midas"))
    if not full or not midas:
        return None
    return Interval(full[s] / midas[s] for s in sorted(set(full) & set(midas)))


def compared(records, number, arm, other):
    return differences(records.anatomy(arm, number), records.anatomy(other, number))


def equal_loss(records, task):
    gap = records.gap(task)
    if not gap or not gap.get("gap"):
        return None
    interval = Interval([gap["gap"]["value"]])
    interval.low, interval.high, interval.detectable = gap["gap"]["low"], gap["gap"]["high"], math.nan
    return interval


def answered(records, name, task, arm, other=None, metric="acc", chance=0.0):
    found = records.answers(name, task, metric)
    if arm not in found:
        return None
    return differences(found[arm], found.get(other)) if other else over(found[arm], lambda v: v - chance)


def unalike(records):
    weights = lambda anatomy: others(matrix("weights")(anatomy))
    return compared(records, weights, "midas", "full-depth")


# By the names in docs/results/midas-predictions.md: what the number is, the number, and whether it is to be above ("+") or
# below ("-") a threshold.
PREDICTIONS = {
    "speed-flops": ("FLOPs of full depth over those of MIDAS, distance from the formula's 1.293 as a share", lambda r: (
        lambda x: x and Interval(abs(v / SPEED_UP - 1) for v in x.values))(ratio(r, "flops")), "-", 0.03),
    "speed-seconds": ("seconds of full depth over those of MIDAS, by steps in turn", lambda r: (
        # From steps that were timed in turn; whole runs trained beside other work.
        Interval(timing["ratios"]) if (timing := r.read("timing.json")) else ratio(r, "seconds")), "+", 1.15),
    "midas-worse-at-equal-steps": ("loss of MIDAS less full depth's", lambda r: steps(r, "midas"), "+", 0),
    "midas-close-at-equal-steps": ("the same as a share", lambda r: steps(r, "midas", share=True), "-", 0.02),
    "midas-better-at-equal-flops": (
        "loss of MIDAS less full depth's", lambda r: steps(r, "midas", part="flops"), "-", 0),
    "gradstack-worse-than-midas": ("loss of GradStack less MIDAS's", lambda r: steps(r, "gradstack", "midas"), "+", 0),
    "jump-worse-than-midas": ("loss of the late jump less MIDAS's", lambda r: steps(r, "late-jump", "midas"), "+", 0),
    "jump-close-to-full": (
        "loss of the late jump over full depth's, less one", lambda r: steps(r, "late-jump", share=True), "-", 0.01),
    "copying-beats-fresh": (
        "loss with fresh blocks less MIDAS's", lambda r: steps(r, "random-middle", "midas"), "+", 0),
    "lidas-readings-alike": ("distance of the two readings as a share", lambda r: (
        lambda x: x and Interval(abs(v) for v in x.values))(
            steps(r, "lidas-interposed", "lidas-contiguous", share=True)), "-", 0.005),
    "looped-worse": ("loss of the looped model less full depth's", lambda r: steps(r, "looped"), "+", 0),
    "cosine-costs-little": (
        "loss with blocks made alike over full depth's, less one", lambda r: steps(r, "block-cosine", share=True), "-",
        0.01),
    "shallow-wins-here": ("loss of the shallow model less full depth's at equal FLOPs", lambda r: steps(
        r, "shallow", part="flops"), "-", 0),
    "muon-helps-midas": ("loss of MIDAS with Muon less with AdamW", lambda r: differences(
        r.losses("muon", "midas-muon"), r.losses("steps", "midas")), "-", 0),
    "muon-narrows-the-gap": ("MIDAS less full depth with Muon, less the same with AdamW", lambda r: (
        lambda a, b: a and b and Interval(x - y for x, y in zip(a.values, b.values)))(
            steps(r, "midas-muon", "full-depth-muon", "muon"), steps(r, "midas")), "-", 0),
    "large-midas-close": ("loss of MIDAS over full depth's, less one, at the larger size", lambda r: steps(
        r, "midas-large", "full-depth-large", "large", share=True), "-", 0.02),
    "blocks-alike": ("mean cosine of blocks' weights, MIDAS less full depth", unalike, "+", 0.1),
    "full-depth-unalike": ("mean cosine of blocks' weights at full depth", lambda r: over(
        r.anatomy("full-depth", lambda a: others(matrix("weights")(a)))), "-", 0.05),
    "midas-alike-in-the-middle": ("the middle pair of blocks less the other neighbours, MIDAS", lambda r: over(
        r.anatomy("midas", lambda a: middle_less_ends(matrix("weights")(a)))), "+", 0),
    "gradstack-alike-at-the-end": ("the last pair of blocks less the other neighbours, GradStack", lambda r: over(
        r.anatomy("gradstack", lambda a: last_less_others(matrix("weights")(a)))), "+", 0),
    "functions-between": ("mean cosine of blocks as functions, MIDAS less full depth", lambda r: compared(
        r, lambda a: others(matrix("functions")(a)), "midas", "full-depth"), "+", 0),
    "looped-most-alike": ("mean cosine of blocks as functions, looped less MIDAS", lambda r: compared(
        r, lambda a: others(matrix("functions")(a)), "looped", "midas"), "+", 0),
    "cosine-makes-alike": ("mean cosine of blocks' weights with the penalty", lambda r: over(
        r.anatomy("block-cosine", lambda a: others(matrix("weights")(a)))), "+", 0.5),
    "deeper-use": ("depth score, MIDAS less full depth", lambda r: compared(
        r, lambda a: a["depthScore"], "midas", "full-depth"), "+", 0),
    "repeating-hurts-less": ("change of the loss by running block 1 twice, MIDAS less full depth", lambda r: compared(
        r, lambda a: profile("repeat.blocks")(a)[1], "midas", "full-depth"), "-", 0),
    "assignment-at-chance": ("accuracy above guessing with five examples, full depth", lambda r: answered(
        r, "few-shot", "assignment-1-maths", "full-depth", chance=0.2), "-", 0.03),
    "copying-above-chance": ("accuracy above guessing, words, MIDAS", lambda r: answered(
        r, "no-shot", "copying-words", "midas", chance=0.1), "+", 0.02),
    "copying-at-equal-loss": ("gap at equal loss, copying words, log-probability", lambda r: equal_loss(
        r, "copying-words"), "+", 0),
    "induction-at-equal-loss": ("gap at equal loss, induction, log-probability", lambda r: equal_loss(
        r, "induction"), "+", 0),
    "assignment-at-equal-loss": ("gap at equal loss, assignment, log-probability", lambda r: equal_loss(
        r, "assignment-1-maths"), "+", 0),
    "assignment-learnt": ("accuracy after 256 examples, assignment, MIDAS less full depth", lambda r: differences(
        r.learnt("assignment-1-maths", 256, "midas"), r.learnt("assignment-1-maths", 256, "full-depth")), "+", 0),
    "hops-learnt": ("accuracy after 256 examples, two hops, MIDAS less full depth", lambda r: differences(
        r.learnt("p-hop-2", 256, "midas"), r.learnt("p-hop-2", 256, "full-depth")), "+", 0),
    "hops-learnt-looped": ("accuracy after 256 examples, two hops, looped less full depth", lambda r: differences(
        r.learnt("p-hop-2", 256, "looped"), r.learnt("p-hop-2", 256, "full-depth")), "+", 0),
}


def verdict(interval, side, threshold):
    """Held, not held or undecided."""
    if interval is None or math.isinf(interval.high):
        return "open"
    below, above = interval.high < threshold, interval.low > threshold
    if (above if side == "+" else below):
        return "held"
    return "not held" if (below if side == "+" else above) else "undecided"


def predictions(path):
    """Names and confidences as they were written down beforehand."""
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \| ([0-9]+) % \|", path.read_text(), re.MULTILINE)
    found = {name: (words, int(confidence)) for name, words, confidence in rows}
    missing = set(PREDICTIONS) ^ set(found)
    if missing:
        raise SystemExit(f"{path}: these predictions stand in one of two places: {', '.join(sorted(missing))}")
    return found


def page(folder, path):
    records, written = Records(folder), predictions(path)
    results = {}
    for name, (what, number, side, threshold) in PREDICTIONS.items():
        interval = number(records)
        results[name] = (what, interval, side, threshold, verdict(interval, side, threshold))
    counts = {word: sum(r[4] == word for r in results.values()) for word in ("held", "not held", "undecided", "open")}
    lines = [
        "# What MIDAS's claims come to at this size",
        "",
        "Made by `make midas-study` from the records in [midas](midas); predictions were written down before the first run,",
        "in [midas-predictions.md](midas-predictions.md). " + ", ".join(f"{n} {word}" for word, n in counts.items()) + ".",
        "",
        "A prediction held where the whole 95 % t-interval over seeds, paired where two arms are compared, lies on the",
        "predicted side. The last column is the power: how far from the threshold the mean had to be for 80 of 100 such",
        "studies to see it, at the spread that was found.",
        "",
        "| prediction | sure | number | measured | has to be | verdict | seen from |",
        "|---|---:|---|---|---|---|---:|",
    ]
    for name, (what, interval, side, threshold, word) in results.items():
        sign = "above" if side == "+" else "below"
        power = "-" if interval is None or not math.isfinite(interval.detectable) else f"{interval.detectable:.2g}"
        lines.append(
            f"| `{name}` | {written[name][1]} % | {what} | {interval or '-'} | {sign} {threshold:g} | {word} | {power} |"
        )
    sections = [losses, timing, blocks, repeated, answers, told_apart, learnt, at_equal_loss]
    lines += ["", *(line for section in sections for line in section(records)), ""]
    return "\n".join(lines)


def losses(records):
    lines = []
    for part, title in [
        ("steps", "At equal steps"), ("flops", "At equal FLOPs"), ("muon", "With Muon"), ("large", "The larger size"),
    ]:
        record = records.read(f"{part}.json")
        if record is None:
            continue
        rows = []
        first = record["arms"][0]["name"]
        for arm in record["arms"]:
            loss = records.losses(part, arm["name"])
            difference = differences(loss, records.losses(part, first)) if arm["name"] != first else None
            seconds = records.cost(part, arm["name"], "seconds")
            median = statistics.median(seconds.values()) if seconds else math.nan
            flops = f"{arm['chargedFlops'] / 1e12:.1f}"
            rows.append([arm["name"], arm["steps"], flops, f"{median:.0f}", over(loss) or "-", difference or "-"])
        head = ["arm", "steps", "10^12 FLOPs", "seconds", "final validation loss", "less the first arm's"]
        lines += [f"## {title}", "", *table(head, 1, rows)]
    return lines


def timing(records):
    """What steps take at the depth of each stage."""
    record = records.read("timing.json")
    if record is None:
        return []
    rows = [
        [depth, steps, over(dict(enumerate(turn[depth] for turn in record["milliseconds"])))]
        for depth, steps in record["stages"].items()
    ]
    return [
        "## Steps in turn", "",
        f"By `Benchmarks/midas_timing.py`, {record['date']}, {record['processor']}, {len(record['ratios'])} turns:", "",
        *table(["layers", "MIDAS's steps", "milliseconds a step"], 0, rows),
    ]


def table(head, words, rows):
    """A table as Markdown, its first columns words and the others numbers, and the empty line behind it."""
    def line(cells):
        return f"| {' | '.join(map(str, cells))} |"

    return [line(head), "|" + "---|" * words + "---:|" * (len(head) - words), *map(line, rows), ""]


def answers(records):
    lines = []
    for name, title in [("no-shot", "Answers without examples"), ("few-shot", "Answers with five examples")]:
        record = records.read(f"{name}.json")
        if record is None:
            continue
        tasks = list(dict.fromkeys(answer["task"] for answer in record["answers"]))
        arms = list(dict.fromkeys(answer["model"]["name"] for answer in record["answers"]))
        chances = {answer["task"]: answer["chance"] for answer in record["answers"]}
        rows = [["guessing", *(f"{chances[task]:.4g}" for task in tasks)]]
        for arm in arms:
            rows.append([arm, *(over(records.answers(name, task, "acc").get(arm, {})) or "-" for task in tasks)])
        lines += [f"## {title}", "", *table(["arm", *tasks], 1, rows)]
    return lines


def told_apart(records):
    """What the answers can say of reasoning, and how large a difference had to be."""
    asked = {name: records.read(f"{name}.json") for name in ("no-shot", "few-shot")}
    if None in asked.values():
        return []
    chances = {answer["task"]: answer["chance"] for answer in asked["no-shot"]["answers"]}
    above = [
        over(seeds).low > chance
        for name in asked for task, chance in chances.items()
        for seeds in records.answers(name, task, "acc").values()
    ]
    rows = []
    for task in chances:
        gaps = [answered(records, name, task, "midas", "full-depth") for name in asked]
        rows.append([task, *(cell for gap in gaps for cell in (gap, f"{gap.detectable:.2g}"))])
    head = ["task", "without examples", "seen from", "with five", "seen from"]
    return [
        "## What the answers can tell apart", "",
        f"Of {len(above)} means above {sum(above)} lie above guessing by their 95 % intervals, where chance alone gives about "
        f"{len(above) / 40:.0f}: models of this size know next to nothing of",
        "these tasks, so whether MIDAS reasons better than its loss says cannot be seen here. MIDAS less full depth in shares of",
        "right answers, and the difference that 80 of 100 such studies would see:", "",
        *table(head, 1, rows),
    ]


def blocks(records):
    """What tells the arms apart without a question."""
    record = records.read("anatomy.json")
    if record is None:
        return []
    arms = list(dict.fromkeys(model["name"] for model in record["models"]))
    # Maps are of as many blocks for all arms.
    pairs = len(matrix("weights")(record["results"][0]["anatomy"])) - 1
    neighbours = [f"weights, {i} and {i + 1}" for i in range(pairs)]
    head = ["arm", "weights, all pairs", *neighbours, "functions", "depth score", "loss by block 1 twice"]
    numbers = [lambda a: others(matrix("weights")(a))]
    numbers += [lambda a, i=i: matrix("weights")(a)[i][i + 1] for i in range(pairs)]
    numbers += [
        lambda a: others(matrix("functions")(a)), lambda a: a["depthScore"],
        lambda a: profile("repeat.blocks")(a)[1],
    ]
    rows = [[arm, *(f"{statistics.mean(records.anatomy(arm, n).values()):.3f}" for n in numbers)] for arm in arms]
    return [
        "## Blocks", "",
        "Means over the seeds that were taken apart, for weights and functions the cosine between blocks; the pictures are in",
        "[anatomy.html](midas/anatomy.html).", "",
        *table(head, 1, rows),
    ]


def repeated(records):
    """The middle block run several times, by arm."""
    record = records.read("repeat-middle.json")
    if record is None:
        return []
    orders = list(dict.fromkeys(answer["order"]["name"] for answer in record["answers"]))
    tasks = list(dict.fromkeys(answer["task"] for answer in record["answers"]))
    rows = []
    for arm in dict.fromkeys(answer["model"]["name"] for answer in record["answers"]):
        found = [answer for answer in record["answers"] if answer["model"]["name"] == arm]
        means = [statistics.mean(a["bitsPerByte"] for a in found if a["order"]["name"] == order) for order in orders]
        rows.append([arm, "bits a byte", *(f"{mean:.3f}" for mean in means)])
        for task in tasks:
            cells = [over(records.answers("repeat-middle", task, "acc", order)[arm]) for order in orders]
            rows.append([arm, task, *(f"{cell.mean:.3f}" for cell in cells)])
    return [
        "## The middle block several times", "",
        "Means over seeds: bits a byte of held-out text, and the share of right answers.", "",
        *table(["arm", "number", *orders], 2, rows),
    ]


def learnt(records):
    """What models know once they have learnt from some examples."""
    record = records.read("learning-curve.json")
    if record is None:
        return []
    counts = sorted({cell["examples"] for cell in record["cells"]})
    rows = []
    for task in record["tasks"]:
        for arm in dict.fromkeys(model["name"] for model in record["models"]):
            rows.append([task, arm, *(over(records.learnt(task, count, arm) or {}) or "-" for count in counts)])
    head = ["task", "arm", *(f"{count} examples" for count in counts)]
    return ["## Answers after learning from examples", "", *table(head, 2, rows)]


def at_equal_loss(records):
    """The gaps between MIDAS and full depth at equal loss, with what an exchange of their names gives."""
    record = records.read("isoplot.json")
    if record is None:
        return []
    rows = []
    for task in (t["task"] for c in record["isoplot"]["comparisons"] if c["method"] == "midas" for t in c["tasks"]):
        gap = records.gap(task)
        value, test = gap.get("gap"), gap.get("test")
        shown = f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})" if value else "-"
        tested = [f"{test['probability']:.2g}", test["arrangementCount"]] if test else ["-", "-"]
        rows.append([task, shown, *tested])
    return [
        "## MIDAS less full depth at equal loss", "",
        "The log-probability of the right answer, from lines through the checkpoints of all seeds; the test exchanges the arms' names.",
        "", *table(["task", "gap", "p by permutation", "arrangements"], 2, rows),
    ]
