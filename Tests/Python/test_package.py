"""Tests of scripts/package.py on made-up files; scripts/try-wheel.sh tries what it makes of the real ones."""

import base64
import contextlib
import hashlib
import importlib.util
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import types
import unittest
import zipfile
from unittest import mock

ROOT = pathlib.Path(__file__).parents[2]
specification = importlib.util.spec_from_file_location("package", ROOT / "scripts/package.py")
package = importlib.util.module_from_spec(specification)
sys.dont_write_bytecode = True
specification.loader.exec_module(package)


class Packages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        texts = {
            "bin/espalier": "#!/bin/sh\necho espalier here\n", "lib/espalier/libx.so.0": "library",
            "share/espalier/Data/text": "text", "share/espalier/Python/espalier.py": "kind = 'module'\n",
        }  # fmt: skip
        self.tree = types.SimpleNamespace(
            files={}, version="1.2.3", glibc=(2, 34), licences={"LICENSE": b"free"}, licence="Apache-2.0 AND MIT",
            materials=package.bill_of_materials("1.2.3", []), time=1_700_000_000,
        )  # fmt: skip
        for name, text in texts.items():
            path = self.folder / "tree" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            self.tree.files[name] = path

    def made(self, write, name):
        (self.folder / name).mkdir()
        return write(self.tree, self.folder / name)

    def test_the_same_files_give_the_same_bytes(self):
        for write in (package.write_wheel, package.write_archive):
            first = self.made(write, f"first-{write.__name__}")
            for path in self.tree.files.values():
                os.utime(path, (0, 0))
            self.tree.files = dict(reversed(self.tree.files.items()))
            second = self.made(write, f"second-{write.__name__}")
            self.assertEqual(first.name, second.name)
            self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_a_wheel_is_as_its_record_says(self):
        wheel = self.made(package.write_wheel, "wheel")
        self.assertRegex(wheel.name, r"^espalier_lm-1\.2\.3-py3-none-manylinux_2_34_\w+\.whl$")
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            record = archive.read("espalier_lm-1.2.3.dist-info/RECORD").decode().splitlines()
            self.assertEqual(sorted(names), sorted(line.rsplit(",", 2)[0] for line in record))
            for line in record[:-1]:
                name, checksum, size = line.rsplit(",", 2)
                data = archive.read(name)
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
                self.assertEqual((f"sha256={digest}", str(len(data))), (checksum, size))
            metadata = archive.read("espalier_lm-1.2.3.dist-info/METADATA").decode()
        self.assertIn("\nLicense-Expression: Apache-2.0 AND MIT\nLicense-File: LICENSE\n", metadata)
        self.assertTrue(names[-1].startswith("espalier_lm-1.2.3.dist-info/"))

    @unittest.skipUnless("ESPALIER_LONG" in os.environ, "left to make test-all")
    def test_pip_installs_a_wheel_where_the_command_finds_its_files(self):
        if subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode != 0:
            self.skipTest("this Python makes no virtual environments")
        self.tree.glibc = (2, 17)
        wheel = self.made(package.write_wheel, "wheel")
        environment = self.folder / "environment"
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pip = [environment / "bin/python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel]
        subprocess.run(pip, check=True, capture_output=True)
        said = subprocess.run([environment / "bin/espalier"], check=True, capture_output=True, text=True).stdout
        self.assertEqual(said, "espalier here\n")
        self.assertEqual((environment / "share/espalier/Data/text").read_text(), "text")
        self.assertTrue((environment / "lib/espalier/libx.so.0").exists())
        module = [environment / "bin/python", "-c", "import espalier; print(espalier.kind)"]
        self.assertEqual(subprocess.run(module, check=True, capture_output=True, text=True).stdout, "module\n")

    def test_an_archive_is_one_folder(self):
        file = self.made(package.write_archive, "archive")
        with tarfile.open(file) as archive:
            entries = {entry.name.split("/", 1)[1]: entry for entry in archive.getmembers()}
            self.assertEqual(
                {entry.name.split("/")[0] for entry in archive.getmembers()}, {file.name[: -len(".tar.gz")]}
            )
        self.assertEqual(entries["bin/espalier"].mode, 0o755)
        self.assertEqual(entries["share/espalier/Data/text"].mode, 0o644)
        self.assertIn("share/doc/espalier/licenses/LICENSE", entries)
        self.assertIn("share/doc/espalier/espalier.cdx.json", entries)

    def test_the_tag_is_of_the_newest_symbol(self):
        says = {
            "old": "0x1 0x00 05 GLIBC_2.4\n0x1 0x00 05 GLIBCXX_3.4.21\n",
            "new": "0x1 0x00 05 GLIBC_2.14\n0x1 0x00 05 GLIBC_2.35\n",
            "cxx": "0x1 0x00 05 GLIBC_2.3\n0x1 0x00 05 GLIBCXX_3.4.29\n",
            "odd": "0x1 0x00 05 GLIBCXX_3.4.99\n",
        }
        with mock.patch.object(package, "output", lambda *words, **more: says[words[-1]]):
            self.assertEqual(package.needed_glibc(["old"]), (2, 27))
            self.assertEqual(package.needed_glibc(["old", "new"]), (2, 35))
            self.assertEqual(package.needed_glibc(["cxx"]), (2, 34))
            with self.assertRaises(SystemExit) as caught:
                package.needed_glibc(["odd"])
        self.assertIn("needs GLIBCXX_3.4.99, newer than any that is known", str(caught.exception))

    def test_what_is_not_built_is_said_in_a_sentence(self):
        words = ["package.py", "wheel", str(self.folder), str(self.folder / "dist")]
        with mock.patch.object(sys, "argv", words), contextlib.redirect_stdout(io.StringIO()):
            with self.assertRaises(SystemExit) as caught:
                package.main()
        self.assertEqual(
            str(caught.exception), f"error: {self.folder}/release/espalier: is not there; `make wheel` builds it"
        )

    def test_the_bill_of_materials_names_the_program(self):
        bill = json.loads(self.tree.materials)
        self.assertEqual((bill["bomFormat"], bill["metadata"]["component"]["version"]), ("CycloneDX", "1.2.3"))


if __name__ == "__main__":
    unittest.main()
