#!/usr/bin/env bash
# Tries a wheel or an archive where neither Swift nor the libraries of `make setup` are, as root:
#
#   scripts/try-wheel.sh dist/espalier_lm-*.whl
#   scripts/try-wheel.sh dist/espalier-*.tar.gz
#
# That place is this machine's own file system as an overlay, without Swift, this folder, and those libraries; it is seen
# by this script alone and gone when it ends. A wheel is installed into an empty virtual environment by pip, which fetches
# the plugin's wheel. Then: doctor, the demonstration, and what Python reads of it.
set -euo pipefail

file=$(realpath "${1:?usage: scripts/try-wheel.sh WHEEL|ARCHIVE}")
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [[ "$(id -u)" != 0 ]]; then
  echo "error: an overlay needs root; try \`sudo scripts/try-wheel.sh $1\`" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What runs in the place.
cat >"$work/inside.sh" <<'INSIDE'
set -euo pipefail
cd "$HOME"
left=$(command -v swift || true; find /usr/lib /opt -name 'libswift*' -o -name 'libsentencepiece*.so*' -o -name 'libpng16*.so*')
if [[ -n $left ]]; then
  echo "error: these are not hidden: $left" >&2
  exit 1
fi
case $1 in
  *.whl)
    python3 -m venv environment
    environment/bin/pip install --quiet "$1"
    prefix=$HOME/environment
    module=
    ;;
  *)
    tar -xf "$1"
    prefix=$HOME/$(basename "$1" .tar.gz)
    module=$prefix/share/espalier/Python
    ;;
esac
mkdir try && cd try
"$prefix/bin/espalier" --version
"$prefix/bin/espalier" --help | head -n 3
ldd "$prefix/bin/espalier" | sed 's/ (0x.*//; s/^\t/  /'
"$prefix/bin/espalier" doctor
"$prefix/bin/espalier" demo
test -s "$prefix/share/man/man1/espalier.1"
python=$prefix/bin/python
[[ -x $python ]] || python=python3
PYTHONPATH=$module "$python" -c "
import espalier
for row in espalier.read('runs/demo').rows():
    print(row['run'], row['status'], row['finalValidationLoss'])
    assert row['status'] == 'completed'"
INSIDE

unshare --mount --propagation private bash -euo pipefail -s -- "$file" "$work" "$package" <<'OUTSIDE'
file=$1 work=$2 package=$3
mkdir "$work/memory"
mount -t tmpfs none "$work/memory"
mkdir "$work/memory/"{upper,work,root}
root=$work/memory/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/memory/upper,workdir=$work/memory/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
hidden=("$package")
if swift=$(command -v swift); then hidden+=("$(realpath "$(dirname "$(realpath "$swift")")/../..")"); fi
for folder in "${hidden[@]}"; do mount -t tmpfs none "$root$folder"; done
if [[ -n ${swift:-} ]]; then rm -f "$root$swift"; fi
rm -f "$root"/usr/lib/*/lib{sentencepiece,png16,zstd,openblas,lapack,blas,Clp,CoinUtils}*.so*
mkdir -p "$root/try"
cp "$file" "$work/inside.sh" "$root/try/"
exec chroot "$root" /usr/bin/env PATH=/usr/bin:/bin HOME=/try bash /try/inside.sh "/try/$(basename "$file")"
OUTSIDE
echo "try-wheel: $(basename "$file") works without Swift and without the libraries"
