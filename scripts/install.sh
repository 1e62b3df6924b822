#!/bin/sh
# Installs the built command: scripts/install.sh PREFIX [PROGRAM [PLUGIN]]
#
#   bin/espalier               the command
#   lib/espalier/plugins/      PLUGIN, if one is named
#   share/espalier/            texts, recipes, tasks and the module for notebooks, where the command looks for them
#   share/man, share/...       the manual page, and completions for bash, zsh and fish
set -eu

prefix=${1:?usage: scripts/install.sh PREFIX [PROGRAM [PLUGIN]]}
program=${2:-.build/release/espalier}
plugin=${3:-}
package=$(cd "$(dirname "$0")/.." && pwd)
# Where packages are put together; empty for the place itself.
root=${DESTDIR:-}$prefix

if [ ! -x "$program" ]; then
  echo "error: $program: is not there; \`make build\` makes it" >&2
  exit 1
fi
if [ -n "$plugin" ] && [ ! -f "$plugin" ]; then
  echo "error: $plugin: is not there; \`make setup\` fetches the plugin" >&2
  exit 1
fi
share=$root/share
install -d "$root/bin" "$share/bash-completion/completions" "$share/zsh/site-functions" \
  "$share/fish/vendor_completions.d" "$share/man/man1" "$share/espalier"
install -m 755 "$program" "$root/bin/espalier"
"$program" --generate-completion-script bash > "$share/bash-completion/completions/espalier"
"$program" --generate-completion-script zsh > "$share/zsh/site-functions/_espalier"
"$program" --generate-completion-script fish > "$share/fish/vendor_completions.d/espalier.fish"
if command -v python3 >/dev/null; then
  python3 "$package/scripts/man-page.py" "$program" > "$share/man/man1/espalier.1"
else
  echo "note: there is no manual page, since there is no python3 to write it" >&2
fi
(cd "$package" && find Data Recipes Tasks Python -type f ! -path '*/__pycache__/*') |
  while read -r file; do
    install -D -m 644 "$package/$file" "$share/espalier/$file"
  done
if [ -n "$plugin" ]; then
  install -d "$root/lib/espalier/plugins"
  for file in "$plugin" "$plugin".*; do
    # Its licences lie beside it.
    if [ -f "$file" ]; then install -m 644 "$file" "$root/lib/espalier/plugins"; fi
  done
fi
echo "$root/bin/espalier"
