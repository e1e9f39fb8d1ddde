// What a stranger writes first.
// SPDX-License-Identifier: Apache-2.0
#include <mien/mien.h>

#include <iostream>

int main() {
    mien::Job job;
    job.set("target-path", "pattern:64x48x4").set("writer", "digest").set("processors", "face_debugger").set("face-selector-mode", "many");
    const mien::Outcome outcome = mien::run(job);
    std::cout << mien::version() << "\n" << outcome.text;
    return outcome.frames == 4 ? 0 : 1;
}
