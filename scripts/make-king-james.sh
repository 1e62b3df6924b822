#!/bin/sh
# Makes Data/king-james.jsonl.gz from Debian's package bible-kjv: one chapter a record.
# The same package gives the same bytes.
set -eu
export LC_ALL=C

output=${1:-"$(dirname "$0")/../Data/king-james.jsonl.gz"}
if ! command -v bible > /dev/null; then
  echo "error: the program 'bible' is missing" >&2
  echo "hint: apt-get install -y --no-install-recommends bible-kjv" >&2
  exit 1
fi
temporary=$(mktemp "$output.XXXXXX")
trap 'rm -f "$temporary" "$temporary.gz"' EXIT

# A line is "Ge1:1 In the beginning ...". Verses are joined by spaces; a paragraph ends behind a verse
# that ends a sentence once the paragraph has four verses. The text holds neither quotation marks nor
# backslashes nor control characters, so it goes into JSON as it is; the program stops if it does not.
bible -f gen1:1-rev22:21 | awk '
  BEGIN {
    names = "Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Ruth|1 Samuel|2 Samuel|" \
      "1 Kings|2 Kings|1 Chronicles|2 Chronicles|Ezra|Nehemiah|Esther|Job|Psalms|Proverbs|" \
      "Ecclesiastes|Song of Solomon|Isaiah|Jeremiah|Lamentations|Ezekiel|Daniel|Hosea|Joel|Amos|" \
      "Obadiah|Jonah|Micah|Nahum|Habakkuk|Zephaniah|Haggai|Zechariah|Malachi|Matthew|Mark|Luke|" \
      "John|Acts|Romans|1 Corinthians|2 Corinthians|Galatians|Ephesians|Philippians|Colossians|" \
      "1 Thessalonians|2 Thessalonians|1 Timothy|2 Timothy|Titus|Philemon|Hebrews|James|1 Peter|" \
      "2 Peter|1 John|2 John|3 John|Jude|Revelation"
    split(names, name, "|")
  }
  function fail(why) {
    printf "error: line %d of the text: %s: %s\n", NR, why, $0 > "/dev/stderr"
    failed = 1
    exit 1
  }
  function flush_chapter() {
    if (text != "") printf "{\"text\":\"%s\",\"source\":\"%s %s\"}\n", text, name[book], chapter
    text = ""
    verses = 0
  }
  {
    if (!match($1, /[0-9]+:[0-9]+$/)) fail("no verse label")
    if ($0 ~ /["\\]/ || $0 ~ /[^ -~]/) fail("a character that JSON writes in another way")
    abbreviation = substr($1, 1, RSTART - 1)
    split(substr($1, RSTART), number, ":")
    if (abbreviation != lastAbbreviation || number[1] != chapter) {
      flush_chapter()
      if (abbreviation != lastAbbreviation) book++
      lastAbbreviation = abbreviation
      chapter = number[1]
    }
    verse = substr($0, length($1) + 2)
    sub(/ +$/, "", verse)
    if (text == "") separator = ""
    else if (verses >= 4 && text ~ /[.?!]\)?$/) { separator = "\\n\\n"; verses = 0 }
    else separator = " "
    text = text separator verse
    verses++
  }
  END {
    if (failed) exit 1
    flush_chapter()
    if (book != 66) { print "error: 66 books were expected, not " book > "/dev/stderr"; exit 1 }
  }
' > "$temporary"
# -n leaves the time and the name out.
gzip -9 -n < "$temporary" > "$temporary.gz"
mv "$temporary.gz" "$output"
chmod 644 "$output"
echo "$output: $(wc -l < "$temporary") chapters, $(wc -c < "$output") bytes"
