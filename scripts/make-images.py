#!/usr/bin/env python3
"""Writes images for `espalier lab locality check`: scikit-learn's digits and photographs, and a law's.

    make-images.py FOLDER

- FOLDER/digits: a folder of PNG files for each of the ten digits, 8 x 8 pixels.
- FOLDER/digits.csv: the same as a table, its column of labels called digit.
- FOLDER/photograph-images-idx3-ubyte and its labels: squares of 16 x 16 pixels beside each other of scikit-learn's two
  photographs, a temple (0) and a flower (1), in shades of grey.
- FOLDER/signal.csv: 16 patches of 4 x 4 numbers; one of them, drawn anew for each image, carries the label's sign
  times one fixed picture, and all carry noise: the law that the theorem is about.

Needs numpy, scikit-learn, pillow and pypng.
"""

import struct
import sys
from pathlib import Path

import numpy
import png
from sklearn.datasets import load_digits, load_sample_images


def write_folder(folder, images, labels):
    for number, (image, label) in enumerate(zip(images, labels)):
        place = folder / str(label)
        place.mkdir(parents=True, exist_ok=True)
        with open(place / f"{number:04}.png", "wb") as file:
            height, width = image.shape
            png.Writer(width, height, greyscale=True).write(file, image.tolist())


def write_table(path, rows, labels, label):
    lines = [",".join([label] + [f"p{place}" for place in range(rows.shape[1])])]
    lines += [",".join([str(name)] + [f"{number:g}" for number in row]) for name, row in zip(labels, rows)]
    path.write_text("\n".join(lines) + "\n")


def write_idx(path, array):
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(head + array.astype(numpy.uint8).tobytes())


def crops(photograph, side=16):
    """Squares beside each other of a photograph in shades of grey."""
    grey = photograph.mean(axis=2)
    height, width = (length // side * side for length in grey.shape)
    tiles = grey[:height, :width].reshape(height // side, side, width // side, side)
    return tiles.transpose(0, 2, 1, 3).reshape(-1, side, side)


def signals(random, count=4000, patches=16, dimension=16, deviation=0.3):
    picture = random.standard_normal(dimension)
    picture /= numpy.linalg.norm(picture)
    labels = random.integers(0, 2, count)
    images = deviation * random.standard_normal((count, patches, dimension))
    images[numpy.arange(count), random.integers(0, patches, count)] += (2 * labels - 1)[:, None] * picture
    # Patches of four by four beside each other.
    whole = images.reshape(count, 4, 4, 4, 4).transpose(0, 1, 3, 2, 4).reshape(count, -1)
    return whole, labels


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    random = numpy.random.default_rng(0)
    data = load_digits()
    shades = (data.images * 255 / 16).round().astype(int)
    write_folder(folder / "digits", shades, data.target)
    write_table(folder / "digits.csv", data.data, data.target, "digit")
    photographs = [crops(image) for image in load_sample_images().images]
    write_idx(folder / "photograph-images-idx3-ubyte", numpy.concatenate(photographs))
    write_idx(folder / "photograph-labels-idx1-ubyte", numpy.arange(2).repeat([len(part) for part in photographs]))
    write_table(folder / "signal.csv", *signals(random), "label")


if __name__ == "__main__":
    main()
