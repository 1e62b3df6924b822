#!/bin/sh
# Fine-tunes the demonstration's grown model on copying three words, all weights and LoRA, and counts how many of 200
# lists that it was not trained on the model copies to the end before and after. See docs/finetune.md.
#
#   scripts/finetune-copying.sh [ESPALIER]
set -eu
espalier=${1:-.build/release/espalier}
folder=runs/copying
mkdir -p "$folder"
[ -f runs/demo/midas/report.html ] || "$espalier" demo

# COUNT SEED: lists of three words, each a line. The generator is Park and Miller's, since awks draw differently.
lists() {
  awk -v count="$1" -v seed="$2" 'BEGIN {
    size = split("sun ant sea king son day man god land seed fire stone water house bread wine lamb ram ox sheep " \
      "gold tree city gate wall hand eye head foot heart", words, " ")
    for (i = 0; i < count; i++) {
      list = ""
      for (j = 0; j < 3; j++) {
        seed = seed * 16807 % 2147483647
        list = list " " words[1 + int(seed / 2147483647 * size)]
      }
      print list
    }
  }'
}

# MODEL: how many prompts are answered to the word.
right() {
  "$espalier" generate "$1" --prompts "$folder/prompts.txt" --temperature 0 --tokens 12 |
    awk 'NR == FNR { wanted[$0]; next } $0 in wanted { count++ } END { print count + 0 }' "$folder/wanted.txt" -
}

lists 2000 1 > "$folder/trained.txt"
lists 1000 2 | grep -vxFf "$folder/trained.txt" | sort -u | head -n 200 > "$folder/asked.txt"
sed 's/.*/{"prompt": "copy:& ->", "answer": "&"}/' "$folder/trained.txt" > "$folder/copying.jsonl"
sed 's/.*/copy:& ->/' "$folder/asked.txt" > "$folder/prompts.txt"
sed 's/.*/copy:& ->&/' "$folder/asked.txt" > "$folder/wanted.txt"

echo "before: $(right runs/demo/midas) of 200"
rm -rf "$folder/all" "$folder/lora"
"$espalier" finetune runs/demo/midas "$folder/copying.jsonl" --epochs 20 --learning-rate 0.002 --run "$folder/all"
"$espalier" finetune runs/demo/midas "$folder/copying.jsonl" --epochs 20 --lora 8 --run "$folder/lora"
echo "all weights: $(right "$folder/all") of 200"
echo "LoRA: $(right "$folder/lora") of 200"
