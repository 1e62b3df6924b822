"""Times training steps of MIDAS's depths in turn, for the study of its claims; see midas_study.py.

Whole runs follow one another for minutes, in which a shared machine can change its speed by half. So what MIDAS saves by the clock
is found from steps at the depth of each stage that are timed a second apart: in each turn, the seconds of a run at
full depth over those of a run that spends its stages' steps at their depths. Growing itself and compiling are not counted.
Writes JSON to the file that is named.
"""

import contextlib
import datetime
import json
import os
import pathlib
import sys

from compare import processor
from comparison.subjects import Launcher, end_subjects_when_told

# The recipes of Recipes/midas: stages by Prop-1, and the model.
STAGES = {3: 80, 6: 160, 9: 240, 12: 320}
MODEL = {"width": 96, "heads": 4, "ffn": 256, "vocabulary": 2048, "batch": 8, "length": 512}
TURNS, STEPS = 10, 3


def main(path):
    end_subjects_when_told()
    with contextlib.ExitStack() as stack:
        subjects = {
            depth: stack.enter_context(Launcher({"layers": depth, **MODEL}, python=None)).start("espalier")
            for depth in STAGES}
        turns = [{depth: subject.step(STEPS) for depth, subject in subjects.items()} for _ in range(TURNS)]
    deepest, steps = max(STAGES), sum(STAGES.values())
    record = {
        "date": datetime.date.today().isoformat(),
        "processor": f"{processor()}, {len(os.sched_getaffinity(0))} cores",
        "stages": STAGES, "model": MODEL, "milliseconds": turns,
        "ratios": [
            steps * turn[deepest] / sum(count * turn[depth] for depth, count in STAGES.items()) for turn in turns
        ],
    }
    pathlib.Path(path).write_text(json.dumps(record, indent=1) + "\n")
    print(f"full depth over MIDAS: {', '.join(f'{ratio:.3f}' for ratio in record['ratios'])}")


if __name__ == "__main__":
    main(sys.argv[1])
