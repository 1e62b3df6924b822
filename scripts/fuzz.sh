#!/usr/bin/env bash
# Gives readers of other people's files bytes that libFuzzer makes up, for some minutes each: a reader may refuse them with an error,
# and must not trap, hang or take more than 2 GiB. Inputs that broke one are left in runs/fuzz/READER as crash-*, timeout-*
# or oom-*; what was found before is gone on from.
#
#   scripts/fuzz.sh 30                    # every reader for half an hour
#   scripts/fuzz.sh 5 parquet tokenizer   # these for five minutes
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
minutes="${1:?how many minutes for each reader}"
shift
readers=("$@")
[[ ${#readers[@]} -gt 0 ]] || readers=(safetensors tokenizer parquet config recipe jsonLines)
fixtures="$root/Tests/Fixtures"
cd "$root"

ESPALIER_FUZZING=1 swift build -c release --product ReaderFuzzing --scratch-path .build/fuzzing \
  -Xswiftc -sanitize=fuzzer -Xswiftc -use-ld=lld

# The first inputs of a reader, and the files that stand beside each.
seeds() {
  case "$1" in
    safetensors) cp "$fixtures"/safetensors/*.safetensors "$fixtures"/foreign-models/llama/model.safetensors "$2" ;;
    tokenizer) for model in llama qwen2 qwen3; do cp "$fixtures/foreign-models/$model/tokenizer.json" "$2/$model"; done ;;
    parquet) cp "$fixtures"/parquet/*.parquet "$fixtures"/parquet/nested/*.parquet "$2" ;;
    config) for model in llama mistral qwen2 qwen3; do cp "$fixtures/foreign-models/$model/config.json" "$2/$model"; done ;;
    recipe) cp Recipes/*.yaml Recipes/*/*.yaml "$2" ;;
    jsonLines) printf '{"text": "a \\u00e9", "source": null}\n{"x": [1e5, {}], "text": ""}\n' >"$2/lines" ;;
    *) printf 'fuzz: error: there is no reader %s\n' "$1" >&2; exit 1 ;;
  esac
}

failed=0
for reader in "${readers[@]}"; do
  work="runs/fuzz/$reader"
  scratch="$(mktemp -d)"
  mkdir -p "$work/inputs"
  seeds "$reader" "$work/inputs"
  if [[ "$reader" == config ]]; then cp "$fixtures"/foreign-models/qwen3/*.{safetensors,json} "$scratch"; fi
  printf 'fuzz: %s, %s minutes\n' "$reader" "$minutes"
  ESPALIER_READER="$reader" ESPALIER_SCRATCH="$scratch" .build/fuzzing/release/ReaderFuzzing "$work/inputs" \
    -max_total_time="$((minutes * 60))" -timeout=20 -rss_limit_mb=2048 -max_len=65536 \
    -artifact_prefix="$work/" -print_final_stats=1 2>"$work/log" || failed=1
  grep -E 'SUMMARY|number_of_executed_units|cov:' "$work/log" | tail -n 3 || true
  rm -r "$scratch"
done
exit "$failed"
