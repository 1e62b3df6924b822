#!/usr/bin/env python3
"""Executes a notebook of a laboratory, and says what came out.

    execute-notebook.py --espalier .build/release/espalier --output runs/notebook -- halfspaces scale

makes `espalier lab halfspaces scale --format notebook` there, checks the notebook against nbformat's
schema, executes it, and holds that each drawing cell left a picture and each telling cell its tables. The
Quarto document has to have the same cells.
"""

import argparse
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def make(program, words, folder):
    """Makes the notebook; returns its file."""
    command = [program, "lab", *words, "--format", "notebook", "--output", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.ipynb"))


def pictures(cell):
    return [output for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]


def check_quarto(notebook, document):
    """Holds that the document's code is the notebook's."""
    code = re.findall(r"^```\{python\}\n(.*?)\n```$", document.read_text(), re.M | re.S)
    expected = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    if code != expected:
        sys.exit(f"{document}: has other code than the notebook")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--espalier", default=".build/release/espalier", type=Path)
    parser.add_argument("--output", default="runs/notebook", type=Path)
    parser.add_argument("words", nargs="*", default=["halfspaces", "scale"], help="what stands behind `espalier lab`")
    arguments = parser.parse_args()
    program = str(arguments.espalier.resolve())
    file = make(program, arguments.words, arguments.output)

    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    check_quarto(notebook, file.with_suffix(".qmd"))

    os.environ["ESPALIER"] = program
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(arguments.output)}}).execute()
    executed = file.with_suffix(".executed.ipynb")
    nbformat.write(notebook, executed)

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        drawn, asked = len(pictures(cell)), cell.source.count("\ndraw(")
        if drawn != asked and "def draw" not in cell.source:
            sys.exit(f"{file}: {asked} figures asked for, {drawn} drawn by\n{cell.source}")
    told = sum(1 for cell in code if cell.source == "tell(section)" and cell.outputs)
    names = ["nbformat", "nbclient", "pandas", "matplotlib"]
    print(f"{executed}: {len(code)} cells of code ran, {sum(len(pictures(cell)) for cell in code)} figures, "
          f"{told} sections told; Python {sys.version.split()[0]}, "
          + ", ".join(f"{name} {version(name)}" for name in names))


if __name__ == "__main__":
    main()
