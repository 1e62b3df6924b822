#!/bin/sh
# What fifteen minutes with a GPU can show: see scripts/gpu_check.py --help.
exec "${PYTHON:-python3}" "$(dirname "$0")/gpu_check.py" "$@"
