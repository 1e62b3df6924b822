#!/usr/bin/env python3
"""Makes what is given away of the built command, into a folder.

    scripts/package.py wheel .build/installable dist      # a Python wheel, which takes the plugin from its own wheel
    scripts/package.py archive .build/installable dist    # an archive with the plugin, which runs where it is unpacked

The second argument is the folder that `make wheel` and `make archive` build into: the command there is linked with the
static Swift libraries, and looks for others in ../lib/espalier. Both forms have the files that scripts/install.sh lays
out, the libraries that not every Linux has, licences, and a bill of materials in CycloneDX's form. The same files give
the same bytes: times in them are SOURCE_DATE_EPOCH's, by default those of the last commit.

Needs Python 3.9, binutils and, for the licences of the libraries, Debian.
"""

import argparse
import base64
import gzip
import hashlib
import io
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PLUGIN = ROOT / ".espalier/plugins/pjrt_c_api_cpu_plugin.so"
PLUGIN_PACKAGE, PLUGIN_VERSION = "lammps-jax-pjrt-cpu", "0.11.2"

#: The libraries that every Linux has which a manylinux tag allows (PEP 600).
EVERYWHERE = re.compile(r"(linux-vdso|ld-linux-.*|lib(c|m|dl|rt|util|pthread|gcc_s|stdc\+\+))\.so(\.\d+)?")
#: The glibc of the first systems that have a version of libstdc++'s symbols, from the policies of auditwheel.
GLIBC_OF_GLIBCXX = {"3.4.24": "2.27", "3.4.28": "2.31", "3.4.29": "2.34", "3.4.30": "2.35", "3.4.33": "2.39"}

#: JAX's plugin for CUDA, and NVIDIA's libraries that it opens.
CUDA = [
    "jax-cuda13-pjrt==0.11.2", "nvidia-cuda-nvcc==13.2.86", "nvidia-nvvm==13.2.86", "nvidia-cuda-runtime==13.2.86",
    "nvidia-cuda-nvrtc==13.2.86", "nvidia-cuda-cupti==13.2.86", "nvidia-nvjitlink==13.2.86", "nvidia-cublas==13.4.1.3",
    "nvidia-cufft==12.2.0.57", "nvidia-cusparse==12.7.10.12", "nvidia-cusolver==12.2.0.11", "nvidia-nccl-cu13==2.29.7",
    "nvidia-nvshmem-cu13==3.6.5", "nvidia-cudnn-cu13==9.20.0.48",
]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("form", choices=["wheel", "archive"])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    wanted = parser.parse_args()
    program = wanted.build / "release/espalier"
    if not program.is_file():
        fail(f"{program}: is not there; `make {wanted.form}` builds it")
    wanted.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        tree = Installation(program, wanted.build, pathlib.Path(folder), with_plugin=wanted.form == "archive")
        file = write_wheel(tree, wanted.output) if wanted.form == "wheel" else write_archive(tree, wanted.output)
    print(f"{file}  {file.stat().st_size / 1e6:.1f} MB  sha256 {sha256(file.read_bytes())}")


def fail(sentence):
    sys.exit(f"error: {sentence}")


def output(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if done.returncode != 0:
        fail(f"{words[0]} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Installation:
    """The files of an installed command, by their paths under the prefix."""

    def __init__(self, program, build, folder, with_plugin):
        stripped = stripped_copy(program, folder / "espalier")
        if "$ORIGIN/../lib/espalier" not in output("objdump", "-p", program):
            fail(f"{program}: does not look for libraries in ../lib/espalier; `make wheel` links it so")
        prefix = folder / "prefix"
        plugin = [PLUGIN] if with_plugin else []
        output("sh", ROOT / "scripts/install.sh", prefix, stripped, *plugin)
        self.version = output(program, "--version").strip()
        self.libraries = bundled_libraries(program)
        for name, path in self.libraries.items():
            output("install", "-D", "-m", "644", path, prefix / "lib/espalier" / name)
        self.files = {str(path.relative_to(prefix)): path for path in sorted(prefix.rglob("*")) if path.is_file()}
        loaded = [prefix / "bin/espalier", *(prefix / "lib/espalier" / name for name in self.libraries)]
        self.glibc = needed_glibc(loaded)
        self.time = int(os.environ.get("SOURCE_DATE_EPOCH") or output("git", "log", "-1", "--format=%ct", cwd=ROOT))
        components = swift_components(build) + library_components(self.libraries)
        if with_plugin:
            components.append(plugin_component())
        self.licences = {"LICENSE": (ROOT / "LICENSE").read_bytes()}
        for component in components:
            self.licences |= {f"{component['name']}.txt": component.pop("licence text")}
        expressions = ["Apache-2.0", *(component["licenses"][0]["expression"] for component in components)]
        self.licence = " AND ".join(sorted({part for text in expressions for part in text.split(" AND ")}))
        self.materials = bill_of_materials(self.version, components)


def stripped_copy(program, copy):
    """The program without symbols, and without the only bytes in which two builds of the same source differ.

    These are hashes by which Swift's compiler would know modules again; nothing reads them in a program.
    """
    found = re.search(r" \.swift_modhash +([0-9a-f]+) ", output("objdump", "-h", program))
    hashes = copy.with_suffix(".hashes")
    hashes.write_bytes(bytes(int(found[1], 16) if found else 0))
    updating = ["--update-section", f".swift_modhash={hashes}"] if found else []
    output("objcopy", "--strip-all", *updating, program, copy)
    return copy


def bundled_libraries(program):
    """The files of the libraries that the program needs and not every Linux has, by the names that it asks for."""
    found = {}
    for line in output("ldd", program).splitlines():
        words = line.split()
        name = pathlib.Path(words[0]).name
        if EVERYWHERE.fullmatch(name):
            continue
        if "=>" not in words or words[2] == "not":
            fail(f"{program}: needs {name}, which is not found here; `make setup` installs what it needs")
        if "/swift/" in words[2]:
            fail(f"{program}: needs Swift's own {name}; `make wheel` links it with the static libraries")
        found[name] = pathlib.Path(words[2]).resolve()
    return found


def needed_glibc(files):
    """The glibc of the oldest system that has all symbols which some files ask for."""
    needed = [(2, 17)]
    for file in files:
        # In objdump's words each version is a line "... 0x09691a75 0x00 05 GLIBC_2.35".
        for family, version in re.findall(r"\s(GLIBC|GLIBCXX)_([\d.]+)$", output("objdump", "-p", file), re.MULTILINE):
            if family == "GLIBCXX":
                least = [glibc for known, glibc in GLIBC_OF_GLIBCXX.items() if numbers(known) >= numbers(version)]
                if not least:
                    fail(f"{file}: needs GLIBCXX_{version}, newer than any that is known; build on an older system")
                version = least[0]
            needed.append(numbers(version))
    return max(needed)


def numbers(version):
    return tuple(int(part) for part in version.split("."))


def swift_components(build):
    """What is linked into the command: Swift's libraries and the packages."""
    version = re.search(r"Swift version ([\d.]+)", output("swift", "--version", stderr=None))[1]
    toolchain = pathlib.Path(output("which", "swift").strip()).resolve().parents[1]
    icu = sorted(pathlib.Path("/usr/share/icu").glob("*/LICENSE"))
    if not icu:
        fail("/usr/share/icu/*/LICENSE: the licence of ICU, which Foundation holds, is not there; install libicu-dev")
    apache, github = "Apache-2.0 WITH Swift-exception", "pkg:github/swiftlang"
    components = [
        component("swift", version, f"{github}/swift@{version}", apache, toolchain / "share/swift/LICENSE.txt"),
        component("foundation-icu", version, f"{github}/swift-foundation-icu@{version}", "Unicode-3.0", icu[-1]),
    ]
    expressions = {"swift-argument-parser": apache, "yams": "MIT"}
    for pin in json.loads((ROOT / "Package.resolved").read_text())["pins"]:
        name, version = pin["identity"], pin["state"]["version"]
        place = pin["location"].removeprefix("https://").removesuffix(".git").split("/", 1)[1]
        licence = next((build / "checkouts" / pin["location"].rsplit("/", 1)[1]).glob("LICENSE*"), None)
        if name not in expressions or not licence:
            fail(f"{name}: its licence is not known; name it in scripts/package.py")
        components.append(component(name, version, f"pkg:github/{place}@{version}", expressions[name], licence))
    return components


def library_components(libraries):
    """The libraries beside the command, which are Debian's."""
    expressions = {
        "libsentencepiece0": "Apache-2.0 AND BSD-3-Clause AND MIT AND Unicode-DFS-2016", "libpng16-16": "libpng-2.0",
        "zlib1g": "Zlib", "libzstd1": "BSD-3-Clause",
    }  # fmt: skip
    components = {}
    for name, path in libraries.items():
        package = owner(path)
        if package not in expressions:
            fail(f"{path}: its licence is not known; name that of {package or 'its package'} in scripts/package.py")
        if package not in components:
            version = output("dpkg-query", "--show", "--showformat=${Version}", package)
            purl = f"pkg:deb/debian/{package}@{version.replace('+', '%2B')}"
            licence = pathlib.Path(f"/usr/share/doc/{package}/copyright")
            components[package] = component(package, version, purl, expressions[package], licence) | {"components": []}
        hashes = [{"alg": "SHA-256", "content": sha256(path.read_bytes())}]
        components[package]["components"].append({"type": "file", "name": name, "hashes": hashes})
    return list(components.values())


def owner(path):
    """The Debian package that a file is of, or None."""
    # Before /lib and /usr/lib were one, packages named either.
    for name in (str(path), str(path).removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    return None


def plugin_component():
    if not PLUGIN.is_file():
        fail(f"{PLUGIN}: is not there; `make setup` fetches it")
    texts = [path.read_bytes() for path in sorted(PLUGIN.parent.glob(f"{PLUGIN.name}.*"))]
    purl = f"pkg:pypi/{PLUGIN_PACKAGE}@{PLUGIN_VERSION}"
    found = component(PLUGIN_PACKAGE, PLUGIN_VERSION, purl, "Apache-2.0", None)
    hashes = [{"alg": "SHA-256", "content": sha256(PLUGIN.read_bytes())}]
    return found | {"hashes": hashes, "licence text": b"\n\n".join(texts)}


def component(name, version, purl, expression, licence):
    return {
        "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
        "licenses": [{"expression": expression}], "licence text": licence.read_bytes() if licence else b"",
    }  # fmt: skip


def bill_of_materials(version, components):
    """What is inside, in the form of CycloneDX 1.6."""
    about = {
        "type": "application", "bom-ref": "espalier", "name": "espalier", "version": version,
        "licenses": [{"expression": "Apache-2.0"}],
    }  # fmt: skip
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": about}}
    return json.dumps(bill | {"components": components}, indent=2, sort_keys=True).encode() + b"\n"


def write_wheel(tree, folder):
    """A wheel whose files pip lays out under the environment's own prefix."""
    name = f"espalier_lm-{tree.version}"
    tag = f"py3-none-manylinux_{tree.glibc[0]}_{tree.glibc[1]}_{platform.machine()}"
    information = f"{name}.dist-info"
    files = {}
    for path, source in tree.files.items():
        if path == "share/espalier/Python/espalier.py":
            files["espalier.py"] = source.read_bytes()
        elif path == "bin/espalier":
            files[f"{name}.data/scripts/espalier"] = source.read_bytes()
        else:
            files[f"{name}.data/data/{path}"] = source.read_bytes()
    files |= {f"{information}/licenses/{path}": data for path, data in tree.licences.items()}
    files[f"{information}/sboms/espalier.cdx.json"] = tree.materials
    files[f"{information}/METADATA"] = metadata(tree).encode()
    lines = ["Wheel-Version: 1.0", f"Generator: espalier {tree.version}", "Root-Is-Purelib: false", f"Tag: {tag}", ""]
    files[f"{information}/WHEEL"] = "\n".join(lines).encode()
    record = f"{information}/RECORD"
    rows = [f"{path},sha256={digest(data)},{len(data)}" for path, data in sorted(files.items())]
    files[record] = "\n".join([*rows, f"{record},,", ""]).encode()

    target = folder / f"{name}-{tag}.whl"
    # A zip file cannot hold earlier times.
    moment = time.gmtime(max(tree.time, 315532800))[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        # The description of a wheel comes last in its file (PEP 427).
        for path in sorted(files, key=lambda path: (path.startswith(information), path)):
            entry = zipfile.ZipInfo(path, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
            archive.writestr(entry, files[path])
    return target


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def metadata(tree):
    lines = [
        "Metadata-Version: 2.4", "Name: espalier-lm", f"Version: {tree.version}",
        "Summary: Trains language models by growing them, and reads their runs in notebooks",
        f"License-Expression: {tree.licence}", *(f"License-File: {path}" for path in sorted(tree.licences)),
        "Requires-Python: >=3.9", f"Requires-Dist: {PLUGIN_PACKAGE}=={PLUGIN_VERSION}",
        "Provides-Extra: notebook", 'Requires-Dist: pandas; extra == "notebook"', "Provides-Extra: cuda",
        *(f'Requires-Dist: {package}; extra == "cuda"' for package in CUDA),
        "Description-Content-Type: text/markdown", "",
        "The command `espalier` for Linux, which needs no Swift, and the module `espalier`, which reads runs and",
        "studies. `espalier demo` trains language models and compares them; `espalier doctor` says what is missing.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def write_archive(tree, folder):
    """A compressed archive of one folder that can lie anywhere."""
    name = f"espalier-{tree.version}-linux-{platform.machine()}"
    files = {path: source.read_bytes() for path, source in tree.files.items()}
    files |= {f"share/doc/espalier/licenses/{path}": data for path, data in tree.licences.items()}
    files["share/doc/espalier/espalier.cdx.json"] = tree.materials
    target = folder / f"{name}.tar.gz"
    with open(target, "wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=tree.time) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path, data in sorted(files.items()):
                entry = tarfile.TarInfo(f"{name}/{path}")
                entry.size, entry.mtime = len(data), tree.time
                entry.mode = 0o755 if path.startswith("bin/") else 0o644
                archive.addfile(entry, io.BytesIO(data))
    return target


if __name__ == "__main__":
    main()
