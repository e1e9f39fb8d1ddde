# mien from another project: installed and found, and as a folder of that project.
# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ["MIEN_SOURCE_DIR"]
BUILD = os.environ["MIEN_BUILD_DIR"]
FLAGS = os.environ.get("MIEN_CXX_FLAGS", "")
HERE = os.path.join(SOURCE, "tests", "consume")


class Consume(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mien_consume_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def call(self, *words):
        done = subprocess.run(words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ, HOME=self.folder))
        self.assertEqual(done.returncode, 0, " ".join(words) + "\n" + done.stdout[-3000:])
        return done.stdout

    def configure(self, *words):
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        self.call("cmake", "-G", "Ninja", "-B", "build", "-DCMAKE_CXX_FLAGS=" + FLAGS, *launcher, *words)

    def test_installed(self):
        self.call("cmake", "--install", BUILD, "--prefix", os.path.join(self.folder, "prefix"))
        self.configure("-S", os.path.join(HERE, "installed"), "-DCMAKE_PREFIX_PATH=" + os.path.join(self.folder, "prefix"))
        self.call("cmake", "--build", "build", "-j2")
        self.assertEqual(len(self.call("build/ten_lines").splitlines()), 5)
        self.assertIn("exit", self.call("prefix/bin/mien", "--help").lower())

    def test_as_a_folder_it_configures_and_offers_its_target(self):
        self.configure("-S", os.path.join(HERE, "subdirectory"), "-DMIEN_SOURCE_DIR=" + SOURCE)
        # The rooms are the ones the installed test has just run; building them again shows nothing new.
        self.call("cmake", "--build", "build", "--target", "mien_image", "-j2")


if __name__ == "__main__":
    unittest.main()
