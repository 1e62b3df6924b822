#!/usr/bin/env python3
"""Writes small PNG files of every kind with pypng, and what their numbers are.

    python3 Tests/Oracles/png_images.py Tests/Fixtures/images

Images are 3 high and 4 wide. numbers.json holds for each file its numbers from 0 to 255, rows first: one
a pixel, or three where the image is in colour. What is transparent is black.
"""

import json
import sys
from pathlib import Path

import png

HEIGHT, WIDTH = 3, 4


def shades(levels):
    """Rows of numbers from 0 to levels - 1."""
    return [[(5 * row * WIDTH + 7 * column + row) % levels for column in range(WIDTH)] for row in range(HEIGHT)]


def flat(rows):
    return [number for row in rows for number in row]


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {}

    def write(name, rows, expected, **settings):
        with open(folder / f"{name}.png", "wb") as file:
            png.Writer(WIDTH, HEIGHT, **settings).write(file, rows)
        numbers[name] = expected

    for depth in [1, 2, 4, 8]:
        rows = shades(2**depth)
        write(f"grey-{depth}", rows, [number * 255 // (2**depth - 1) for number in flat(rows)],
              greyscale=True, bitdepth=depth)
    rows = shades(256)
    write("grey-16", [[number * 257 for number in row] for row in rows], flat(rows), greyscale=True, bitdepth=16)
    write("grey-interlaced", rows, flat(rows), greyscale=True, interlace=True)
    alpha = [[part for number in row for part in (number, 255 if number % 2 else 0)] for row in rows]
    write("grey-alpha", alpha, [number if number % 2 else 0 for number in flat(rows)], greyscale=True, alpha=True)
    colour = [[part for number in row for part in (number, 255 - number, number // 2)] for row in rows]
    write("colour", colour, flat(colour), greyscale=False)
    write("colour-interlaced", colour, flat(colour), greyscale=False, interlace=True)
    palette = [(10 * place, 255 - place, 40) for place in range(16)]
    places = shades(16)
    write("palette", places, [part for place in flat(places) for part in palette[place]], palette=palette, bitdepth=4)
    (folder / "numbers.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
