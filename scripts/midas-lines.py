"""Writes lines of letters, numbers and made-up words, for models to know their look; no line can be worked out from others.

The study of MIDAS mixes them into its text, since the King James text has neither numbers nor equals signs. Nothing of the
reasoning primitives is in them: no variable is used twice, no list is repeated, no question is asked.
"""

import argparse
import random

CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxyz", "aeiou"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output")
    parser.add_argument("--documents", type=int, default=4000)
    arguments = parser.parse_args()
    draw = random.Random(7)
    word = lambda: draw.choice(CONSONANTS) + draw.choice(VOWELS) + draw.choice(CONSONANTS)
    kinds = [
        lambda: "\n".join(f"{letter}={draw.randint(1, 25)}" for letter in draw.sample(CONSONANTS, 6)),
        lambda: "\n".join(f"{letter} = {draw.randint(1, 25)}" for letter in draw.sample(CONSONANTS, 6)),
        lambda: " ".join(word() for _ in range(12)),
        lambda: " ".join(str(draw.randint(1, 999)) for _ in range(12)),
        lambda: " ".join(draw.choice("abcdefgh") for _ in range(16)),
        lambda: ", ".join(f"{draw.choice(CONSONANTS)}={draw.randint(1, 9)}" for _ in range(6)) + ".",
    ]
    documents = [draw.choice(kinds)() for _ in range(arguments.documents)]
    with open(arguments.output, "w") as file:
        file.write("\n\n".join(documents) + "\n")


if __name__ == "__main__":
    main()
