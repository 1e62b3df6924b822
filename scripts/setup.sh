#!/usr/bin/env bash
# Makes this folder ready to build, test and run: checks Swift, installs the Debian packages that are
# missing, and puts the pinned XLA CPU plugin into .espalier/plugins/.
#
# What is there is left alone, so the second run needs no network. Nothing outside this folder changes but
# the Debian packages, and those only when it is run by root.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
plugins="$root/.espalier/plugins"

# The plugin: an XLA CPU client for 64-bit x86 Linux in a Python wheel. Python only fetches and unpacks it.
wheel="lammps-jax-pjrt-cpu==0.11.2"
wheel_sha256="1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1"
plugin="pjrt_c_api_cpu_plugin.so"
plugin_sha256="ad1309ac822b1b24d51b7f9947c7c9fa9ef5d67f390584cbc3d1fa2428fed9c2"

# What the build needs: SentencePiece for tokenizers, zlib and Zstandard for compressed text, libpng for images; and what is opened
# when it is needed: LAPACK on OpenBLAS for matrices, Clp for linear programmes. OpenBLAS with threads, as the one
# without is not safe to be called from several; Espalier asks for one.
packages=(libsentencepiece-dev zlib1g-dev libzstd-dev libpng-dev liblapacke libopenblas0-pthread coinor-libclp1)

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: error: %s\n' "$1" >&2
  if [[ $# -gt 1 ]]; then printf 'setup: hint: %s\n' "$2" >&2; fi
  exit 1
}

check_swift() {
  local version
  command -v swift >/dev/null ||
    fail "swift is not on the PATH" "install Swift 6.3 or later from swift.org"
  version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
  case "$version" in
    [0-5] | [0-5].* | 6.[01] | 6.[01].*)
      fail "Swift $version is too old" "install Swift 6.3 or later from swift.org" ;;
  esac
  say "swift ${version:-of unknown version}"
}

is_installed() {
  [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

install_packages() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system: please see to the counterparts of ${packages[*]}"
    return
  fi
  for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  if [[ ${#missing[@]} -eq 0 ]]; then
    say "packages ${packages[*]}"
    return
  fi
  if [[ "$(id -u)" != 0 ]]; then
    fail "Debian packages are missing: ${missing[*]}" \
      "sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || fail "apt-get update failed"
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}"
}

has_sha256() {
  printf '%s  %s\n' "$2" "$1" | sha256sum --check --status 2>/dev/null
}

install_plugin() {
  if [[ -e "$plugins/$plugin" ]]; then
    say "the plugin in .espalier/plugins is not the pinned one, or is damaged; replacing it"
  fi
  if [[ "$(uname -m)" != x86_64 ]]; then
    fail "there is no pinned XLA plugin for $(uname -m)" \
      "build one from openxla/xla and name it with --plugin or ESPALIER_PJRT_PLUGIN"
  fi

  # Unpacked beside its place and renamed, so that an interruption leaves nothing half-written there.
  mkdir -p "$plugins"
  work="$(mktemp -d "$plugins/.incoming.XXXXXX")"
  trap 'rm -rf "$work"' EXIT
  say "fetching $wheel (63 MB)"
  printf '%s --hash=sha256:%s\n' "$wheel" "$wheel_sha256" >"$work/requirements.txt"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --require-hashes --requirement "$work/requirements.txt" --dest "$work" ||
    fail "the plugin could not be fetched" "check the network and run this again"
  python3 -m zipfile --extract "$work"/*.whl "$work/wheel" ||
    fail "the plugin could not be unpacked" "check the free space of the disk"

  local found
  found="$(find "$work/wheel" -name "$plugin" -type f | head -n 1)"
  [[ -n "$found" ]] || fail "$wheel holds no $plugin"
  has_sha256 "$found" "$plugin_sha256" || fail "$plugin in $wheel is not the pinned one"
  find "$work/wheel" -path '*.dist-info/licenses/*' -type f |
    while read -r licence; do
      cp "$licence" "$work/licence"
      mv "$work/licence" "$plugins/$plugin.$(basename "$licence")"
    done
  chmod 644 "$found"
  mv "$found" "$plugins/$plugin"
  say "plugin .espalier/plugins/$plugin"
}

check_swift
case "$(uname -s)" in
  Linux)
    if has_sha256 "$plugins/$plugin" "$plugin_sha256"; then
      install_packages
      say "plugin .espalier/plugins/$plugin"
    else
      python3 -m pip --version >/dev/null 2>&1 || packages+=(python3-pip)
      install_packages
      install_plugin
    fi
    ;;
  Darwin)
    say "on macOS: brew install sentencepiece libpng openblas clp"
    say "the tests take the plugin from .espalier/plugins/pjrt_c_api_cpu_plugin.dylib;"
    say "the command takes it from --plugin or ESPALIER_PJRT_PLUGIN; build it from openxla/xla"
    ;;
  *)
    fail "$(uname -s) is not supported" "use Debian 12 or another Linux"
    ;;
esac
