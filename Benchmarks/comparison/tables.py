"""The figures of `make bench` as Markdown."""

from comparison.configurations import described
from comparison.subjects import ROOFLINES

HEADER = [
    "program", "ms a step", "its time / {}'s", "tokens/s", "GFLOP/s", "of roofline", "peak MB",
    "compile s", "first step s", "warm s",
]


def cell(value, form):
    return "-" if value is None else format(value, form)


def spread(quartiles):
    """A median with the middle half of the values, from the three quartiles."""
    low, median, high = quartiles
    return f"{median:.2f} ({low:.2f}-{high:.2f})"


def line(cells):
    return f"| {' | '.join(cells)} |"


def table(name, shape, rows):
    """One configuration; the first row is what the others are compared with."""
    lines = [
        f"### ({name}) {described(shape)}", "",
        line(text.format(rows[0]["name"]) for text in HEADER),
        "|" + "---|" * len(HEADER),
    ]
    for row in rows:
        share = row["shareOfRoofline"]
        lines.append(line([
            row["name"], f"{row['milliseconds']:.0f}", spread(row["timeOverFirst"]),
            f"{row['tokensPerSecond']:.0f}", f"{row['gigaflops']:.0f}",
            "-" if share is None else f"{share:.0%}", f"{row['peakResidentBytes'] / 1e6:.0f}",
            cell(row["compileSeconds"], ".1f"), cell(row["firstStepSeconds"], ".1f"),
            cell(row["warmFirstStepSeconds"], ".1f"),
        ]))
    products = [row for row in rows if row["program"] in ROOFLINES]
    if products:
        names = [f"{row['version']} by its kernels for {row['mode']}" for row in products]
        fastest = min(products, key=lambda row: row["milliseconds"])
        lines += ["", f"Products alone: {'; '.join(names)}. The roofline is {fastest['name'].split(',')[0]}'s."]
    return "\n".join(lines)


def means_table(means, first, names):
    """Geometric means over the configurations."""
    lines = [
        f"### Geometric means over ({', '.join(names)})", "",
        line(["program", f"its time / {first}'s", "its memory / its"]),
        "|---|---|---|",
    ]
    for mean in means:
        lines.append(line([
            mean["name"], f"{mean['timeOverFirst']:.2f}", f"{mean['memoryOverFirst']:.2f}"]))
    return "\n".join(lines)
