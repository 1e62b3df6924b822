/// The Python that every notebook begins with.
enum NotebookCode {
  static let functions = #"""
    import json
    import os
    import subprocess
    from pathlib import Path

    import matplotlib.pyplot as plt
    import pandas as pd
    from IPython.display import display

    ESPALIER = os.environ.get("ESPALIER", "espalier")
    COLOURS = ["#4a5560", "#0068ad", "#c4500a", "#00805c", "#ae4a86", "#86670a"]


    def points_of(name):
        """All numbers of a record, a row each."""
        record = json.loads(Path(name).read_text())
        table = pd.json_normalize(record["points"])
        table.columns = [column.split(".")[-1] for column in table.columns]
        return table.assign(experiment=record["experiment"])


    def section_named(title):
        """A section of the study."""
        return next(section for section in study["sections"] if section["title"] == title)


    def numbers(figure):
        """The numbers of a figure, a row each: a line's are exact, marks were measured."""
        rows = [
            {"curve": curve["name"], "style": curve["style"], "kind": kind, **place}
            for curve in figure["curves"]
            for kind in ["line", "marks"]
            for place in curve[kind]
        ]
        table = pd.DataFrame(rows, columns=["curve", "style", "kind", "x", "y", "low", "high"])
        return table.astype({name: float for name in ["x", "y", "low", "high"]})


    def at(figure, settings):
        """A figure with sliders, at one value of each."""
        places = [
            min(range(len(slider["values"])), key=lambda i: abs(slider["values"][i] - settings[slider["name"]]))
            for slider in figure["sliders"]
        ]
        cell = 0
        for slider, place in zip(figure["sliders"], places):
            cell = cell * len(slider["values"]) + place
        words = [f"{slider['name']} = {slider['values'][i]:g}" for slider, i in zip(figure["sliders"], places)]
        shown = figure["cells"][cell]
        print(", ".join(words) + ".", shown["reading"])
        frame = figure["figure"]
        return {**frame, "curves": frame["curves"] + shown["curves"]}


    def draw(figure):
        """Draws a figure: lines are exact, marks were measured and have their 95 % intervals."""
        _, axes = plt.subplots(figsize=(8, 4.5))
        for (curve, style, kind), part in numbers(figure).groupby(["curve", "style", "kind"], sort=False):
            if kind == "line":
                axes.plot(part.x, part.y, color=COLOURS[style], label=curve)
            else:
                errors = [(part.y - part.low).clip(lower=0).fillna(0), (part.high - part.y).clip(lower=0).fillna(0)]
                axes.errorbar(part.x, part.y, errors, fmt="o", markersize=4, color=COLOURS[style], label=curve)
        for level in figure["levels"]:
            axes.axhline(level["y"], color="grey", linestyle=":", label=level["name"])
        for set_scale, set_label, axis in [
            (axes.set_xscale, axes.set_xlabel, figure["horizontal"]),
            (axes.set_yscale, axes.set_ylabel, figure["vertical"]),
        ]:
            set_scale("log" if axis["isLogarithmic"] else "linear")
            set_label(axis["title"])
        named = dict(zip(*reversed(axes.get_legend_handles_labels())))
        axes.legend(named.values(), named.keys(), loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
        axes.set_title(figure["title"], loc="left")
        plt.show()


    def tell(section):
        """What a section found, its tables, and the checks that it has to pass."""
        print(*section["findings"], sep="\n")
        for table in section["tables"]:
            print(table["caption"])
            display(pd.DataFrame(table["rows"], columns=table["heads"]))
        if section["checks"]:
            display(pd.DataFrame(section["checks"])[["name", "expected", "measured", "holds"]])
    """#
}
