# What the built program must show: no engine linked in, and every option row in help and documents.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import unittest

PROGRAM = os.environ["MIEN_PROGRAM"]
SOURCE = os.environ["MIEN_SOURCE_DIR"]


class Program(unittest.TestCase):
    def test_no_engine_is_linked(self):
        headers = subprocess.run(["readelf", "-d", PROGRAM], check=True, stdout=subprocess.PIPE, text=True).stdout
        needed = [line.split("[")[1].split("]")[0] for line in headers.splitlines() if "(NEEDED)" in line]
        self.assertTrue(needed)
        for library in needed:
            for word in ("cuda", "cudnn", "cublas", "nvrtc", "onnxruntime", "nvcuvid"):
                self.assertNotIn(word, library)

    def test_the_cuda_library_exports_one_symbol(self):
        for folder in (os.path.dirname(PROGRAM), os.path.join(os.path.dirname(PROGRAM), "..", "lib")):
            library = os.path.join(folder, "libmien_cuda.so")
            if not os.path.exists(library):
                continue
            symbols = subprocess.run(["nm", "-D", "--defined-only", library], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
            self.assertEqual([name for name in symbols if name.startswith(("mien_", "_ZN4mien"))], ["mien_cuda_entry"])

    def test_every_option_is_in_help(self):
        shown = subprocess.run([PROGRAM, "run", "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout
        documented = open(os.path.join(SOURCE, "docs", "generated", "options.md")).read()
        names = [line.split("`")[1] for line in documented.splitlines() if line.startswith("| `--")]
        self.assertGreater(len(names), 100)
        for name in names:
            self.assertIn(name, shown)

    def test_generated_documents_are_current(self):
        for page in ("options", "models", "exit_statuses", "scene", "truth", "bench"):
            with self.subTest(page=page):
                now = subprocess.run([PROGRAM, "document", page], check=True, stdout=subprocess.PIPE, text=True).stdout
                self.assertEqual(open(os.path.join(SOURCE, "docs", "generated", page + ".md")).read(), now, "run: mien document %s > docs/generated/%s.md" % (page, page))


if __name__ == "__main__":
    unittest.main()
