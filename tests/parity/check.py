# Runs the parity suite and lets pass only the differences that open.txt names; prints those, and any line there that no longer applies.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def open_differences():
    known = {}
    with open(os.path.join(HERE, "open.txt")) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                what, why = line.split("|", 1)
                known[what.strip()] = why.strip()
    return known


def main():
    done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout)
    if done.returncode in (0, 77):
        return done.returncode
    if done.returncode != 1:
        print("the suite ended with status %d" % done.returncode)
        return 1
    known, met, new = open_differences(), set(), []
    for line in done.stdout.splitlines():
        if not line.startswith("differs: "):
            continue
        what = next((name for name in known if line[len("differs: "):].startswith(name)), None)
        if what:
            met.add(what)
        else:
            new.append(line)
    for name in sorted(met):
        print("open: %s (%s)" % (name, known[name]))
    for name in sorted(set(known) - met):
        print("closed: %s differs no more here" % name)
    for line in new:
        print("NEW " + line)
    fewer = [line for line in done.stdout.splitlines() if line.startswith("group ") and " compares " in line]
    for line in fewer:
        print("FEWER " + line)
    # A failure without a difference (a picture that decodes otherwise, a count that fell) is never let pass.
    silent = not met and not new
    print("%d open differences, %d new" % (len(met), len(new)))
    return 1 if new or silent or fewer else 0


if __name__ == "__main__":
    sys.exit(main())
