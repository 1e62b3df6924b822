#!/bin/sh
# Installs the built command with its completions: scripts/install.sh PREFIX [PROGRAM]
set -eu

prefix=${1:?usage: scripts/install.sh PREFIX [PROGRAM]}
program=${2:-.build/release/espalier}
# Where packages are put together; empty for the place itself.
root=${DESTDIR:-}$prefix

if [ ! -x "$program" ]; then
  echo "error: $program: is not there; \`make build\` makes it" >&2
  exit 1
fi
install -d "$root/bin" "$root/share/bash-completion/completions" "$root/share/zsh/site-functions" \
  "$root/share/fish/vendor_completions.d"
install -m 755 "$program" "$root/bin/espalier"
"$program" --generate-completion-script bash > "$root/share/bash-completion/completions/espalier"
"$program" --generate-completion-script zsh > "$root/share/zsh/site-functions/_espalier"
"$program" --generate-completion-script fish > "$root/share/fish/vendor_completions.d/espalier.fish"
echo "$root/bin/espalier"
