# The rules of the house, read off the tree: floors, fences, names, sizes, dead files, compile flags.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import re
import subprocess
import unittest

SOURCE = os.environ["MIEN_SOURCE_DIR"]
BUILD = os.environ["MIEN_BUILD_DIR"]
COMPILER = os.environ["MIEN_COMPILER"]

FLOORS = {"base": 0, "image": 1, "kernels": 2, "runtime": 2, "media": 2, "models": 3, "synth": 3, "face": 4, "quality": 4, "pipeline": 5, "jobs": 6}
TOP = 7

# Which files may include which outside headers. A pattern over the path, for a pattern over the header.
FENCES = [
    (r"onnxruntime", r"src/runtime/ort_network\.cpp"),
    (r"lib(av|sw)[a-z]+/", r"src/media/.*|tests/.*"),
    (r"^(cuda|cudnn|cublas|nvrtc)[a-zA-Z_]*\.h$", r"src/kernels/(launch\.h|cuda_library\.cu)|src/runtime/native_.*"),
    (r"sqlite3\.h", r"src/jobs/sqlite\.h|tests/.*"),
    (r"nlohmann/", r"src/base/json\.h"),
    (r"CLI/", r"apps/cli/.*"),
    (r"openssl/|xxhash\.h|zlib\.h", r"src/base/digest\.cpp|tests/parity/.*|tests/unit/media/.*"),
    (r"google/protobuf|onnx_subset\.pb\.h", r"src/runtime/.*|tests/unit/runtime/.*"),
    (r"(png|jpeglib|tiffio)\.h|webp/", r"src/media/.*|tests/.*"),
    (r"^iostream$", r"apps/.*|tests/.*"),
]
NO_ROOM = {"common", "utils", "util", "core", "misc", "helpers", "helper"}
TABLES = {"src/models/zoo.cpp", "src/jobs/option_rows.cpp"}
LONGEST = 500
WORDS = re.compile(r"/work/|/farm/|/\.library\b|pypi\.org|debian\.org|files\.pythonhosted|\bTODO\b|\bFIXME\b|\bXXX\b")


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.splitlines() if os.path.isfile(os.path.join(SOURCE, name))]
    found = []
    for folder, folders, names in os.walk(SOURCE):
        folders[:] = [name for name in folders if name not in ("build", "third_party", "demo", ".git", "bare-out")]
        found += [os.path.relpath(os.path.join(folder, name), SOURCE) for name in names]
    return found


FILES = tracked()
CODE = [name for name in FILES if name.endswith((".h", ".cpp", ".cu")) and name.startswith(("src/", "apps/", "include/", "tests/"))]


def text(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def includes(name):
    return re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', text(name), re.M)


class House(unittest.TestCase):
    maxDiff = None

    def nothing(self, found):
        self.assertEqual(sorted(set(found)), [])

    def test_floors(self):
        bad = []
        for name in CODE:
            if not name.startswith("src/"):
                continue
            room = name.split("/")[1]
            self.assertIn(room, FLOORS, name)
            for header in includes(name):
                other = header.split("/")[0]
                if other in FLOORS and other != room and FLOORS[other] >= FLOORS[room]:
                    bad.append("%s (floor %d) includes %s (floor %d)" % (name, FLOORS[room], header, FLOORS[other]))
                if header.startswith("mien/") and name not in ("src/base/error.h",) and room != "jobs":
                    bad.append("%s includes the public header %s" % (name, header))
        self.nothing(bad)

    def test_fences(self):
        bad = []
        for name in CODE:
            for header in includes(name):
                for pattern, allowed in FENCES:
                    if re.search(pattern, header) and not re.fullmatch(allowed, name):
                        bad.append("%s includes %s" % (name, header))
        self.nothing(bad)

    def test_public_headers_show_no_library(self):
        for name in (n for n in CODE if n.startswith("include/")):
            for header in includes(name):
                self.assertTrue(header.startswith("mien/") or "/" not in header and not header.endswith(".h"), "%s includes %s" % (name, header))

    def test_launches_live_in_one_place(self):
        self.nothing([name for name in CODE if name.startswith("src/") and "<<<" in re.sub(r"//.*", "", text(name)) and name != "src/kernels/launch.h"])

    def test_kernels_have_names_of_their_own(self):
        # A device finds a body by its name; two of one name would only be noticed there.
        seen = {}
        for path in (name for name in CODE if name.startswith("src/")):
            for kernel in re.findall(r'static std::string name\(\) \{ return "([a-z0-9_]+)"; \}', text(path)):
                seen.setdefault(kernel, []).append(path)
        self.assertGreater(len(seen), 10)
        self.nothing(["%s in %s" % (kernel, " and ".join(paths)) for kernel, paths in seen.items() if len(paths) > 1])

    def test_names(self):
        bad = [name for name in FILES if any(part in NO_ROOM for part in os.path.splitext(name)[0].split("/"))]
        bad += [name for name in CODE if not re.fullmatch(r"[a-z0-9_]+", os.path.basename(name).rsplit(".", 1)[0])]
        self.nothing(bad)

    def test_sizes(self):
        bad = ["%s has %d lines" % (name, text(name).count("\n")) for name in CODE if not name.startswith("tests/") and name not in TABLES and text(name).count("\n") > LONGEST]
        if text("README.md").count("\n") > 200:
            bad.append("README.md is longer than 200 lines")
        self.nothing(bad)

    def test_first_lines(self):
        bad = []
        for name in CODE:
            head = text(name).splitlines()[:12]
            if not any("SPDX-License-Identifier: Apache-2.0" in line for line in head):
                bad.append(name + " has no licence line")
            if name.endswith(".h") and not head[0].startswith("// "):
                bad.append(name + " does not begin with what it is for")
        for name in FILES:
            if name.startswith("tools/") and "SPDX-License-Identifier: Apache-2.0" not in text(name)[:2000]:
                bad.append(name + " has no licence line")
        self.nothing(bad)

    def test_plain_text(self):
        bad = []
        for name in CODE:
            if not text(name).isascii():
                bad.append(name + " is not ASCII")
        for name in FILES:
            if name.startswith(("tests/conformance/", "tests/fuzz/seeds", "LICENSE")) or name.endswith((".onnx", ".png", ".mp4", ".bin")):
                continue
            try:
                for number, line in enumerate(text(name).splitlines(), 1):
                    if WORDS.search(line):
                        bad.append("%s:%d: %s" % (name, number, line.strip()[:80]))
            except UnicodeDecodeError:
                bad.append(name + " is not UTF-8")
        self.nothing(bad)

    def test_no_dead_files(self):
        lists = " ".join(text(name) for name in FILES if name.endswith(("CMakeLists.txt", ".cmake")))
        named = " ".join(text(name) for name in CODE)
        bad = []
        for name in CODE:
            base = os.path.basename(name)
            fuzzed = name.startswith("tests/fuzz/fuzz_") and "mien_fuzz(%s " % base[len("fuzz_"):-len(".cpp")] in lists
            if name.endswith((".cpp", ".cu")) and base not in lists and not fuzzed and "must_not_compile" not in name:
                bad.append(name + " is built by nothing")
            if name.endswith(".h") and base not in named:
                bad.append(name + " is included by nothing")
        everything = named + lists + " ".join(text(name) for name in FILES if name.startswith(("tools/", ".ci/")) or name.endswith((".py", ".md")))
        for name in FILES:
            stem = os.path.splitext(os.path.basename(name))[0].removesuffix("_test")
            if (name.endswith(".py") or name.startswith("tools/")) and not re.search(r"\b%s\b" % re.escape(stem), everything):
                bad.append(name + " is named by nothing")
        self.nothing(bad)

    def test_pages_named_exist(self):
        """Links between pages, and pages that comments send their reader to."""
        bad = []
        for name in FILES:
            if name.endswith(".md"):
                found = [os.path.join(os.path.dirname(name), link) for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", text(name), flags=re.S))]
            elif name in CODE or name.endswith((".cmake", ".py", "CMakeLists.txt")):
                found = re.findall(r"\bdocs/[\w/]+\.md\b", text(name))
            else:
                continue
            bad += ["%s names %s" % (name, page) for page in found if not os.path.exists(os.path.join(SOURCE, page))]
        self.nothing(bad)

    def test_engine_neither_prints_nor_exits(self):
        bad = []
        for name in CODE:
            if not name.startswith(("src/", "include/")):
                continue
            code = re.sub(r"//.*|\"(?:[^\"\\\\]|\\\\.)*\"", "", text(name))
            bad += ["%s: %s" % (name, call) for call in re.findall(r"\b(?:std::(?:cout|cerr|exit|abort|terminate)\b|(?:printf|fprintf|puts|perror|_exit|quick_exit)\s*\(|fmt::print\s*\(|signal\s*\(|assert\s*\()", code)]
        self.nothing(bad)

    def test_output_files_begin_in_one_place(self):
        """Writers of pictures are opened where a WritePermit is asked for, and nowhere else."""
        bad = []
        for name in CODE:
            if name.startswith(("src/media/", "tests/unit/media/", "tests/fuzz/", "tests/parity/")) or name == "src/jobs/output.cpp":
                continue
            if re.search(r"\b(open_film_writer|write_still|encode_still)\s*\(", re.sub(r"//.*", "", text(name))):
                bad.append(name)
        self.nothing(bad)

    def test_compile_flags(self):
        with open(os.path.join(BUILD, "compile_commands.json")) as file:
            commands = json.load(file)
        bad = []
        ours = 0
        for entry in commands:
            if not os.path.realpath(entry["file"]).startswith(os.path.join(os.path.realpath(SOURCE), "src")):
                continue
            ours += 1
            words = entry["command"].split()
            if "-x cu" in entry["command"] or "nvcc" in words[0]:
                continue
            if "-ffp-contract=off" not in words or "-ffast-math" in words or "-Ofast" in words:
                bad.append(entry["file"])
        self.assertGreater(ours, 50)
        self.nothing(bad)

    def test_what_must_not_compile(self):
        with open(os.path.join(BUILD, "compile_commands.json")) as file:
            commands = json.load(file)
        flags = next(entry["command"] for entry in commands if entry["file"].endswith("src/pipeline/safeguards.cpp")).split()
        flags = [word for word in flags[1:] if word.startswith(("-I", "-D", "-std", "-m"))]
        folder = os.path.join(SOURCE, "tests/conformance/must_not_compile")
        for name in sorted(os.listdir(folder)):
            for wrong in (False, True):
                done = subprocess.run([COMPILER, *flags, "-fsyntax-only", *(["-DWRONG"] if wrong else []), os.path.join(folder, name)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                self.assertEqual(done.returncode != 0, wrong, "%s %s\n%s" % (name, "compiles but must not" if wrong else "must compile without WRONG", done.stdout[:2000]))


if __name__ == "__main__":
    unittest.main()
