"""Makes the records of the tasks in this folder; the same ones each time.

    apt-get install wordnet-base
    python3 Tasks/make_tasks.py

`closed-book` and `open-book-words` are made of WordNet 3.0's nouns, `open-book` and `word-problems` of sentences below.
"""

import json
import pathlib
import random

FOLDER = pathlib.Path(__file__).resolve().parent
WORDNET = pathlib.Path("/usr/share/wordnet")
COUNT = 400


def write(name, records):
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (FOLDER / f"{name}.jsonl").write_text(text)


class Nouns:
    """The first sense of each noun of one word, its gloss and the nouns above it."""

    def __init__(self):
        self.synsets = {}
        for line in (WORDNET / "data.noun").read_text().splitlines():
            if line.startswith("  "):
                continue
            fields, gloss = line.split(" | ", 1)
            fields = fields.split()
            word_count = int(fields[3], 16)
            words = fields[4 : 4 + 2 * word_count : 2]
            pointers = fields[5 + 2 * word_count :]
            above = [pointers[i + 1] for i in range(0, len(pointers) - 3, 4) if pointers[i] == "@"]
            self.synsets[fields[0]] = (words, above, gloss.split(";")[0].strip())
        # How often the first sense of a noun was met in tagged texts: words that people use.
        counts = {}
        for line in (WORDNET / "cntlist.rev").read_text().splitlines():
            key, sense, count = line.split()
            word, kind = key.split("%")
            if kind[0] == "1" and sense == "1":
                counts[word] = int(count)
        self.first = {}
        for line in (WORDNET / "index.noun").read_text().splitlines():
            if line.startswith("  "):
                continue
            fields = line.split()
            pointer_kinds = int(fields[3])
            word = fields[0]
            if counts.get(word, 0) >= 3 and word.isalpha() and word.islower() and 3 <= len(word) <= 10:
                self.first[word] = fields[6 + pointer_kinds]

    def ancestors(self, synset):
        found, queue = set(), [synset]
        while queue:
            for above in self.synsets[queue.pop()][1]:
                if above not in found:
                    found.add(above)
                    queue.append(above)
        return found

    def name(self, synset):
        word = self.synsets[synset][0][0]
        return word if word.isalpha() and word.islower() else None


def article(word):
    return "An" if word[0] in "aeiou" else "A"


def closed_book(nouns, draw):
    """What kind of thing something is: knowledge that no text in front of the question gives."""
    words = sorted(nouns.first)
    draw.shuffle(words)
    kinds = {nouns.name(above) for word in words for above in nouns.synsets[nouns.first[word]][1]}
    kinds = sorted(kinds & set(words))
    for word in words:
        synset = nouns.first[word]
        above = [nouns.name(a) for a in nouns.synsets[synset][1]]
        if len(above) != 1 or above[0] is None or above[0] in word or word in above[0]:
            continue
        known = {w for a in nouns.ancestors(synset) | {synset} for w in nouns.synsets[a][0]}
        others = [kind for kind in draw.sample(kinds, 12) if kind not in known][:3]
        choices = others + [above[0]]
        draw.shuffle(choices)
        yield {"article": article(word), "word": word, "choices": choices, "label": choices.index(above[0])}


def open_book_words(nouns, draw):
    """Which of four words means something, with their meanings in front."""
    words = sorted(word for word in nouns.first if 20 <= len(nouns.synsets[nouns.first[word]][2]) <= 60)
    while True:
        choices = draw.sample(words, 4)
        glosses = [nouns.synsets[nouns.first[word]][2] for word in choices]
        if len(set(glosses)) < 4 or any(word in gloss for word in choices for gloss in glosses):
            continue
        label = draw.randrange(4)
        lines = "\n".join(f"{word}: {gloss}." for word, gloss in zip(choices, glosses))
        order = draw.sample(range(4), 4)
        yield {
            "context": lines,
            "meaning": glosses[label],
            "choices": [choices[i] for i in order],
            "label": order.index(label),
        }


PEOPLE = ["Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry"]
PLACES = ["garden", "kitchen", "market", "library", "station", "church", "school", "harbour"]
THINGS = ["lamp", "book", "key", "coat", "basket", "letter", "rope", "bell"]


def open_book(draw):
    """Where a thing is after people carried it about: everything needed stands in the text."""
    while True:
        people = draw.sample(PEOPLE, 2)
        places = draw.sample(PLACES, 4)
        things = draw.sample(THINGS, 2)
        at, holder, lies = {}, {}, {}
        lines = []
        for person, thing, place in zip(people, things, draw.sample(places, 2)):
            at[person], holder[thing] = place, person
            lines += [f"{person} is in the {place}.", f"{person} takes the {thing}."]
        for _ in range(4):
            person = draw.choice(people)
            carried = [thing for thing in things if holder.get(thing) == person]
            if carried and draw.random() < 0.4:
                thing = draw.choice(carried)
                del holder[thing]
                lies[thing] = at[person]
                lines.append(f"{person} puts the {thing} down.")
            else:
                place = draw.choice([place for place in places if place != at[person]])
                at[person] = place
                lines.append(f"{person} goes to the {place}.")
        thing = draw.choice(things)
        place = at[holder[thing]] if thing in holder else lies[thing]
        # The place that is named first, last or most often is the answer about as often as guessing has it.
        named = [line.split()[-1].rstrip(".") for line in lines if line.split()[-1].rstrip(".") in places]
        if place in (named[0], named[-1], max(places, key=named.count)) and draw.random() < 0.6:
            continue
        yield {"context": " ".join(lines), "thing": thing, "choices": places, "label": places.index(place)}


def word_problems(draw):
    """A sum or a difference in a sentence."""
    things = ["apples", "stamps", "marbles", "books", "coins", "cards"]
    while True:
        person, other = draw.sample(PEOPLE, 2)
        thing = draw.choice(things)
        first, second, third = draw.randint(11, 49), draw.randint(2, 9), draw.randint(2, 9)
        kind = draw.randrange(4)
        if kind == 0:
            text = f"{person} has {first} {thing} and buys {second} more. How many {thing} does {person} have now?"
            answer, wrong = first + second, [first - second, first, second, first + second + 1]
        elif kind == 1:
            text = f"{person} has {first} {thing} and gives {second} of them to {other}. How many {thing} are left?"
            answer, wrong = first - second, [first + second, first, second, first - second - 1]
        elif kind == 2:
            text = f"{person} has {second} boxes with {third} {thing} in each. How many {thing} is that?"
            answer, wrong = second * third, [second + third, second, third, second * third + second]
        else:
            text = (
                f"{person} has {first} {thing}, loses {second} and finds {third} again. "
                f"How many {thing} does {person} have now?"
            )
            answer = first - second + third
            wrong = [first + second + third, first - second - third, first - second, first + third]
        choices = sorted({answer, *wrong}, key=lambda _: draw.random())
        if len(choices) < 5 or min(choices) < 0:
            continue
        yield {"text": text, "choices": choices, "answer": str(answer), "label": choices.index(answer)}


def take(records, count=COUNT):
    """The first records that differ."""
    found, seen = [], set()
    for record in records:
        key = record.get("text") or json.dumps(record, sort_keys=True)
        if key not in seen:
            seen.add(key)
            found.append(record)
        if len(found) == count:
            return found
    return found


def main():
    nouns = Nouns()
    write("closed-book", take(closed_book(nouns, random.Random("closed-book"))))
    write("open-book-words", take(open_book_words(nouns, random.Random("open-book-words"))))
    write("open-book", take(open_book(random.Random("open-book"))))
    write("word-problems", take(word_problems(random.Random("word-problems"))))


main()
