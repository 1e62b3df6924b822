"""Counts what a matrix product's block fetches from the second-level cache, for first-level caches that need not be here.

The block's order is that of Sources/KernelCode/MatrixProduct.swift for AVX-512: steps of the depth, in a step the slabs of 32
columns, for a slab the strips of 12 rows, both packed. The cache keeps what was used last in each of its sets. A figure is bytes a cycle,
if the processor finishes two vector products with their sums a cycle; a table comes out as Markdown.
"""

LINE, ROWS, COLUMNS, REAL = 64, 12, 32, 4
STRIPS, SLABS, DEPTH = 6, 8, 512
CACHES = {"32 KB, 8 ways": (32, 8), "48 KB, 12 ways": (48, 12)}
STEPS = (64, 128, 192, 256, 384)


class Cache:
    def __init__(self, kilobytes, ways):
        self.ways, self.misses = ways, 0
        # Of each set the lines, the one that was used longest ago first.
        self.sets = [{} for _ in range(kilobytes * 1024 // LINE // ways)]

    def read(self, address):
        line = address // LINE
        lines = self.sets[line % len(self.sets)]
        if line in lines:
            del lines[line]
        else:
            self.misses += 1
            if len(lines) == self.ways:
                del lines[next(iter(lines))]
        lines[line] = True


def read_tile(cache, slab, strip, places):
    """One tile: a strip times a slab, over some places of the depth."""
    slabs, left, result = 1 << 22, 1 << 26, 1 << 28
    for place in places:
        at = slabs + (slab * DEPTH + place) * COLUMNS * REAL
        cache.read(at)
        cache.read(at + LINE)
        at = left + (strip * DEPTH + place) * ROWS * REAL
        cache.read(at)
        cache.read(at + ROWS * REAL - 1)
    for row in range(strip * ROWS, (strip + 1) * ROWS):
        at = result + (row * SLABS + slab) * COLUMNS * REAL
        cache.read(at)
        cache.read(at + LINE)


def bytes_a_cycle(kilobytes, ways, step):
    cache = Cache(kilobytes, ways)
    for start in range(0, DEPTH, step):
        for slab in range(SLABS):
            for strip in range(STRIPS):
                read_tile(cache, slab, strip, range(start, min(start + step, DEPTH)))
    vectors = COLUMNS * REAL // LINE
    return cache.misses * LINE / (DEPTH * SLABS * STRIPS * ROWS * vectors / 2)


def main():
    print(f"| first-level cache | {' | '.join(f'step {step}' for step in STEPS)} |")
    print(f"|---|{'---:|' * len(STEPS)}")
    for cache, size in CACHES.items():
        figures = [f"{bytes_a_cycle(*size, step):.1f}" for step in STEPS]
        print(f"| {cache} | {' | '.join(figures)} |")


if __name__ == "__main__":
    main()
