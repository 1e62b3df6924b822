#!/usr/bin/env python3
"""Makes a corpus of about 85 MB of English prose from Debian's documentation packages.

    scripts/make-large-corpus.py                     # makes runs/large-corpus.jsonl.gz, or says what is missing
    scripts/make-large-corpus.py --install           # installs what is missing first (as root)
    scripts/make-large-corpus.py --output my.jsonl   # elsewhere; .gz compresses

The result has one document a line: {"source": package, "text": ..., "title": file}. Markup is removed,
lines are joined to paragraphs, only paragraphs that look like English sentences are kept, and a paragraph
that came before is dropped. The same package versions give the same bytes.

What it is: definitions, software documentation and one archaic book. It has no dialogue and little
narrative; perplexities on it compare only with each other.

Needs Python 3.9 and nothing else.
"""

import argparse
import gzip
import hashlib
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

SHARE = pathlib.Path("/usr/share")
REPOSITORY = pathlib.Path(__file__).resolve().parent.parent

# Short texts, such as the entries of a dictionary, are gathered into documents of this many characters.
GATHERED_LENGTH = 4000

FUNCTION_WORDS = frozenset(
    "the of and to a in is that for it as with be are by on or this an from not which can if at".split()
)


# What a file's markup is removed by. Each takes the file's text and gives paragraphs.


def plain_paragraphs(text):
    for block in re.split(r"\n\s*\n", text):
        yield block


def rst_paragraphs(text):
    text = re.sub(r"(?m)^[ \t]*\.\.(?: .*)?$", "", text)  # directives, comments, targets
    text = re.sub(r"(?m)^([=\-~^\"'#*+.`:_<>])\1{2,}[ \t]*$", "", text)  # lines under headings
    text = re.sub(r"(?m)^[ \t]*:[^:`\n]+:(?=\s)", "", text)  # field names and options
    text = re.sub(r":(pep|rfc):`(\d+)`", lambda m: f"{m.group(1).upper()} {m.group(2)}", text)
    text = re.sub(r":[\w:+-]+:`~?([^`<]*?)(?:\s*<[^`>]*>)?`", r"\1", text)  # roles
    text = re.sub(r"``([^`]+)``", r"\1", text)
    text = re.sub(r"`([^`<]+?)(?:\s*<[^`>]*>)?`_{0,2}", r"\1", text)
    text = re.sub(r"\*\*([^*\n]+)\*\*", r"\1", text)
    text = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"\1", text)
    text = re.sub(r"\s?\[[#*\w]+\]_", "", text)  # footnotes
    text = re.sub(r"::[ \t]*$", ":", text, flags=re.M)
    # An item of a list starts a paragraph.
    text = re.sub(r"(?m)^[ \t]*(?:[-*+]|#\.|\d+[.)]|\(\d+\))[ \t]+", "\n", text)
    return plain_paragraphs(text)


class TextOfHTML(html.parser.HTMLParser):
    """Collects the text between the tags that begin or end a paragraph."""

    BLOCKS = frozenset(
        "p li dd dt td th h1 h2 h3 h4 h5 h6 div section article blockquote body table tr ul ol dl br".split()
    )
    HIDDEN = frozenset("script style pre nav head header footer".split())

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.paragraphs = []
        self.words = []
        self.hidden = 0

    def handle_starttag(self, tag, attributes):
        if tag in self.BLOCKS:
            self.end_paragraph()
        if tag in self.HIDDEN:
            self.hidden += 1

    def handle_endtag(self, tag):
        if tag in self.BLOCKS:
            self.end_paragraph()
        if tag in self.HIDDEN and self.hidden:
            self.hidden -= 1

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)

    def end_paragraph(self):
        self.paragraphs.append("".join(self.words))
        self.words = []


def html_paragraphs(text):
    parser = TextOfHTML()
    parser.feed(text)
    parser.close()
    parser.end_paragraph()
    # Links to the pages before and behind are no text.
    return [text for text in parser.paragraphs if not re.match(r"\s*(Prev|Next)(?=[A-Z\d]|\s*$)", text)]


def pod_paragraphs(text):
    text = re.sub(r"(?m)^=(?:item|head\d|over|back|cut|for|begin|end|encoding|pod)\b.*$", "\n", text)
    for _ in range(3):  # codes nest
        text = re.sub(r"[BCFIS]<([^<>]*)>", r"\1", text)
        text = re.sub(r"L<(?:([^<>|]*)\|)?([^<>]*)>", lambda m: m.group(1) or m.group(2), text)
    text = re.sub(r"[XZ]<[^<>]*>", "", text)
    text = text.replace("E<gt>", ">").replace("E<lt>", "<")
    return plain_paragraphs(text)


def manual_paragraphs(text):
    finished = subprocess.run(
        ["groff", "-Tutf8", "-man", "-rHY=0", "-rLL=78n", "-P-c", "-P-b", "-P-u"],
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return plain_paragraphs(finished.stdout.decode())


# Paragraphs that are worth reading.


def tidied(paragraph):
    """One line with single spaces, and typewriter quotation marks."""
    paragraph = " ".join(paragraph.split())
    return paragraph.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2010: "-", 0xAD: None})


def is_prose(paragraph):
    """Whether four fifths are letters and spaces and some words are those that every sentence needs."""
    if len(paragraph) < 40:
        return False
    letters = sum(c.isalpha() or c == " " for c in paragraph)
    if letters < 0.8 * len(paragraph):
        return False
    words = re.findall(r"[a-z']+", paragraph.lower())
    return sum(word in FUNCTION_WORDS for word in words) >= max(1, len(words) // 12)


class Corpus:
    """Writes documents and remembers what was written before."""

    def __init__(self, stream):
        self.stream = stream
        self.seen = set()
        self.sizes = {}

    def add(self, source, title, paragraphs):
        kept = []
        for paragraph in map(tidied, paragraphs):
            if not is_prose(paragraph):
                continue
            key = hashlib.blake2b(paragraph.lower().encode(), digest_size=12).digest()
            if key not in self.seen:
                self.seen.add(key)
                kept.append(paragraph)
        if kept:
            text = "\n\n".join(kept)
            record = {"source": source, "text": text, "title": title}
            line = json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n"
            self.stream.write(line.encode())
            documents, size, words = self.sizes.get(source, (0, 0, 0))
            self.sizes[source] = (documents + 1, size + len(text.encode()), words + len(text.split()))


# The sources. Each gives (title, paragraphs) for every document.


def read(path):
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def files(packages, pattern):
    """The regular files of packages whose path matches, in a fixed order."""
    listing = subprocess.run(["dpkg-query", "-L", *packages], capture_output=True, text=True, check=True)
    paths = {pathlib.Path(line) for line in listing.stdout.splitlines() if re.search(pattern, line)}
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


class Files:
    """Every file of some packages whose path matches is a document."""

    def __init__(self, packages, pattern, paragraphs, threads=1):
        self.packages, self.pattern, self.paragraphs, self.threads = packages, pattern, paragraphs, threads

    def documents(self, progress):
        found = files(self.packages, self.pattern)
        if not found:
            raise FileNotFoundError(f"{' '.join(self.packages)}: no file like {self.pattern}")

        def document(path):
            return path.relative_to(SHARE).as_posix(), list(self.paragraphs(read(path)))

        with ThreadPoolExecutor(self.threads) as pool:
            results = pool.map(document, found) if self.threads > 1 else map(document, found)
            for count, result in enumerate(results, 1):
                progress(count, len(found))
                yield result


class Parts:
    """Several readers, one after the other."""

    def __init__(self, *parts):
        self.parts = parts

    def documents(self, progress):
        for part in self.parts:
            yield from part.documents(progress)


def gathered(entries, title):
    """Joins short texts to documents; an entry is (name, paragraphs)."""
    first, paragraphs, length = None, [], 0
    for name, texts in entries:
        first = first or name
        paragraphs += texts
        length += sum(map(len, texts))
        if length >= GATHERED_LENGTH:
            yield f"{title}: {first}", paragraphs
            first, paragraphs, length = None, [], 0
    if paragraphs:
        yield f"{title}: {first}", paragraphs


class Dictionary:
    """The GNU Collaborative International Dictionary of English; an entry starts at the margin."""

    path = SHARE / "dictd/gcide.dict.dz"

    def documents(self, progress):
        text = read(self.path)
        text = re.sub(r"\[[^\[\]]*(?:Webster|WordNet|PJC|Century|RDH|GG|wiki)[^\[\]]*\]", "", text)
        text = re.sub(r"\\[^\\\n]{1,60}\\", "", text)  # pronunciations
        text = text.replace("{", "").replace("}", "").replace(" -- ", " - ").replace(" , ", ", ")
        blocks = re.split(r"\n(?=\S)", text)

        def entries():
            for count, block in enumerate(blocks, 1):
                progress(count, len(blocks))
                yield block.split("\n", 1)[0].split(",")[0].strip(), list(plain_paragraphs(block))

        return gathered(entries(), "GCIDE")


class WordNet:
    """Glosses and examples, each behind the words it explains."""

    folder = SHARE / "wordnet"

    def documents(self, progress):
        parts = ["noun", "verb", "adj", "adv"]
        for count, part in enumerate(parts, 1):
            yield from gathered(self.entries(part), f"WordNet {part}")
            progress(count, len(parts))

    def entries(self, part):
        for line in read(self.folder / f"data.{part}").splitlines():
            if line.startswith(" ") or "|" not in line:
                continue
            fields, gloss = line.split("|", 1)
            fields = fields.split()
            words = [re.sub(r"\([a-z]+\)$", "", word) for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]
            words = [word.replace("_", " ") for word in words]
            yield words[0], [f"{', '.join(words)}: {gloss.strip()}"]


class KingJames:
    """The chapters that come with the project."""

    path = REPOSITORY / "Data/king-james.jsonl.gz"

    def documents(self, progress):
        lines = read(self.path).splitlines()
        for count, line in enumerate(lines, 1):
            progress(count, len(lines))
            record = json.loads(line)
            yield record["source"], record["text"].split("\n\n")


THREADS = min(8, os.cpu_count() or 1)
MANUAL = r"/man/man\d/[^/]+\.\d\w*\.gz$"
SOURCES = [
    # source, packages, licence, reader
    ("king-james", [], "public domain", KingJames()),
    ("gcide", ["dict-gcide"], "GPL-2+", Dictionary()),
    (
        "linux-doc",
        ["linux-doc-6.1"],
        "GPL-2 mostly",
        Files(["linux-doc-6.1"], r"/Documentation/(?!translations/).*\.(rst|txt)(\.gz)?$", rst_paragraphs),
    ),
    ("wordnet", ["wordnet-base"], "WordNet 3.0", WordNet()),
    (
        "python-doc",
        ["python3.11-doc"],
        "PSF-2.0",
        Files(["python3.11-doc"], r"/_sources/.*\.rst\.txt(\.gz)?$", rst_paragraphs),
    ),
    (
        "postgresql-doc",
        ["postgresql-doc-15"],
        "PostgreSQL",
        Files(["postgresql-doc-15"], r"/html/(?!bookindex).*\.html(\.gz)?$", html_paragraphs),
    ),
    (
        "manpages",
        ["manpages", "manpages-dev", "groff-base"],
        "mixed free",
        Files(["manpages", "manpages-dev"], MANUAL, manual_paragraphs, THREADS),
    ),
    (
        "perl-doc",
        ["perl-doc", "groff-base"],
        "GPL-1+ or Artistic",
        Parts(
            Files(["perl-doc"], r"/pod/[^/]+\.pod(\.gz)?$", pod_paragraphs),
            Files(["perl-doc"], MANUAL.replace(r"man\d/", "man3/"), manual_paragraphs, THREADS),
        ),
    ),
    (
        "debian-doc",
        ["debian-handbook", "debian-reference-en", "developers-reference", "debian-policy"],
        "GPL-2+, CC-BY-SA-3.0",
        Parts(
            Files(["debian-handbook"], r"/html/en-US/.*\.html(\.gz)?$", html_paragraphs),
            Files(["debian-reference-en"], r"\.en\.html(\.gz)?$", html_paragraphs),
            Files(["developers-reference"], r"/_sources/.*\.rst\.txt(\.gz)?$", rst_paragraphs),
            Files(["debian-policy"], r"/policy\.html/.*\.html(\.gz)?$", html_paragraphs),
        ),
    ),
]


def is_installed(package):
    status = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package], capture_output=True, text=True
    )
    return status.stdout == "installed"


def installed(wanted, install):
    """Makes sure that the packages are there; returns whether they are."""
    missing = [package for package in wanted if not is_installed(package)]
    if not missing:
        return True
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if install and os.geteuid() == 0:
        print(f"installing {len(missing)} packages: {' '.join(missing)}", flush=True)
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        finished = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL)
        if finished.returncode == 0:
            return True
        print("error: apt-get failed", file=sys.stderr)
        print("hint: run apt-get update first", file=sys.stderr)
        return False
    print(f"error: {len(missing)} Debian packages are missing", file=sys.stderr)
    print(f"hint: as root: {' '.join(command)}", file=sys.stderr)
    return False


def reporter(name):
    """Shows how far a source is, on one line of a terminal."""
    last = [0.0]

    def progress(count, total):
        now = time.monotonic()
        if sys.stderr.isatty() and (count == total or now - last[0] > 0.1):
            last[0] = now
            print(f"\r{name:<16}{100 * count // total:>4} %", end="", file=sys.stderr, flush=True)

    return progress


def make(output, sources):
    temporary = output.with_name(f".{output.name}.partial")
    try:
        with open(temporary, "wb") as file:
            # No time and no name, so that the same text gives the same bytes.
            stream = gzip.GzipFile("", "wb", 6, file, 0) if output.suffix == ".gz" else file
            corpus = Corpus(stream)
            for name, _, _, reader in sources:
                started = time.monotonic()
                for title, paragraphs in reader.documents(reporter(name)):
                    corpus.add(name, title, paragraphs)
                if sys.stderr.isatty():
                    print("\r", end="", file=sys.stderr)
                size = corpus.sizes.get(name, (0, 0, 0))[1]
                print(f"{name:<16}{size / 1e6:6.1f} MB in {time.monotonic() - started:.0f} s", flush=True)
            if stream is not file:
                stream.close()
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(output)
    finally:
        temporary.unlink(missing_ok=True)
    return corpus.sizes


def summary(sizes, sources):
    licences = {name: licence for name, _, licence, _ in sources}
    rows = sorted(sizes.items(), key=lambda item: -item[1][1])
    rows.append(("all", tuple(map(sum, zip(*sizes.values())))))
    print(f"\n{'source':<16}{'documents':>10}{'bytes':>13}{'words':>12}  licence")
    for name, (documents, size, words) in rows:
        print(f"{name:<16}{documents:>10}{size:>13}{words:>12}  {licences.get(name, '')}".rstrip())


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--install", action="store_true", help="install missing packages, when run as root")
    parser.add_argument(
        "--output",
        type=pathlib.Path,
        default=REPOSITORY / "runs/large-corpus.jsonl.gz",
        help="the file to write",
    )
    parser.add_argument(
        "--sources", default="", help="only these, separated by commas: " + " ".join(s[0] for s in SOURCES)
    )
    arguments = parser.parse_args()

    wanted = arguments.sources.split(",") if arguments.sources else [source[0] for source in SOURCES]
    unknown = set(wanted) - {source[0] for source in SOURCES}
    if unknown:
        parser.error(f"unknown source: {', '.join(sorted(unknown))}")
    sources = [source for source in SOURCES if source[0] in wanted]
    if shutil.which("dpkg-query") is None:
        print("error: this is not a Debian system; the texts come from its packages", file=sys.stderr)
        return 1
    if not installed([package for source in sources for package in source[1]], arguments.install):
        return 1
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    try:
        sizes = make(arguments.output, sources)
    except FileNotFoundError as error:
        print(f"error: {error}", file=sys.stderr)
        print(
            "hint: container images leave documentation out by a path-exclude rule in /etc/dpkg/dpkg.cfg.d; "
            "remove the rule and reinstall the package",
            file=sys.stderr,
        )
        return 1
    summary(sizes, sources)
    print(f"\n{arguments.output}: {arguments.output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
