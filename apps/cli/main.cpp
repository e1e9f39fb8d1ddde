// The program: arguments to a command, failures to an exit status.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

#include "commands.h"
#include "json_line.h"
#include "option_flags.h"

namespace mien::cli {
namespace {

std::atomic<int> signals{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

extern "C" void on_signal(int number) {
    // The first asks the run to stop and clean up; a third one no longer waits for it.
    if (signals.fetch_add(1) >= 2) ::_exit(128 + number);
}

void install_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    // Writing to a closed pipe or past RLIMIT_FSIZE must come back as an error, not end the program.
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
}

/// Pictures and tensors go back to the system when they are given back. Left alone, the limit grows with what is freed until they lie in the heaps of the threads
/// that asked for them, where what lies above holds them.
void keep_heaps_small() { ::mallopt(M_MMAP_THRESHOLD, 256 * 1024); }

constexpr std::string_view compatible_commands[] = {"headless-run", "benchmark"};
constexpr std::string_view later_commands[] = {"batch-run",     "force-download", "job-list",        "job-create",     "job-submit",      "job-submit-all", "job-delete", "job-delete-all", "job-add-step",
                                               "job-remix-step", "job-insert-step", "job-remove-step", "job-run",        "job-run-all",     "job-retry",      "job-retry-all"};

int report(const Program& program, Code code, const std::string& sentence) {
    try {
        if (program.json) print_json_line({{"event", "failed"}, {"code", fault(code).name}, {"sentence", sentence}});
    } catch (const std::system_error&) {
        // Standard output is full or closed: the sentence below is still heard.
    }
    fmt::print(stderr, "mien: {}\n", sentence);
    return exit_status(code, program.compatible);
}

/// Standard output cannot take what a command says. A reader that left (`| head`) knows that itself.
int unwritten(int error) {
    if (error != EPIPE) fmt::print(stderr, "mien: what the command says cannot be written to its standard output: {}\n", std::strerror(error));
    return exit_status(Code::output, false);
}

int run_program(int count, char** arguments) {
    Program program;
    CLI::App app{"mien finds the faces of a film, follows them, and swaps, restores or marks them.", "mien"};
    app.set_version_flag("--version", "mien " + version());
    app.require_subcommand(0, 1);
    app.footer("First steps:\n  mien doctor                                            what is here, what is missing\n"
               "  mien run -s face.jpg -t film.mp4 -o result.mp4         swap a face\n"
               "  mien run --processors face_debugger -t film.mp4 -o marked.mp4\n"
               "  mien synth talk --out talk.mp4 --truth talk            a film of people who do not exist, and its truth\n"
               "  mien bench truth                                       how good the networks are on people of whom everything is known\n"
               "  mien compare film.mp4 result.mp4 -o compare.mp4        side by side\n"
               "  mien report film.mp4 result.mp4 -o report.html         measured, as a page\n"
               "  mien explain -s face.jpg -t film.mp4 -o result.mp4     what a run would do\n"
               "Exit statuses: 0 done, 64 usage, 65 input, 66 networks, 69 unsupported, 70 refused by the content gate, 71 device,\n"
               "72 memory, 73 output, 75 fault of mien, 130 interrupted; headless-run and benchmark: 0, 1, 2 as FaceFusion.");
    add_run_commands(app, program);
    add_model_commands(app, program);
    add_system_commands(app, program);
    add_benchmark_command(app, program);
    add_synth_command(app, program);
    add_bench_command(app, program);
    add_compare_commands(app, program);

    std::vector<std::string> words(arguments + 1, arguments + count);
    for (const std::string_view name : compatible_commands) program.compatible |= !words.empty() && words[0] == name;
    // Known before anything is parsed: a refused command line is a JSON line, too.
    program.json = std::find(words.begin(), words.end(), "--json") != words.end();
    try {
        for (const std::string_view name : later_commands)
            if (!words.empty() && words[0] == name) throw Error(Code::unsupported, fmt::format("the command {} is not there yet: use run or headless-run for one film at a time", name));
        const auto known = [&](const std::string& name) {
            const std::vector<CLI::App*> commands = app.get_subcommands({});
            return std::any_of(commands.begin(), commands.end(), [&](const CLI::App* command) { return command->get_name() == name; });
        };
        if (!words.empty() && !words[0].starts_with("-") && !known(words[0]))
            throw Error(Code::usage, fmt::format("\"{}\" is not a command: mien --help lists them", words[0]));
        std::vector<std::string> own{"help", "version", "json", "sheet"};
        if (!words.empty() && words[0] == "synth") own.insert(own.end(), {"people", "size", "frames", "fps", "out", "truth", "pictures", "twins", "device", "schema", "scenes", "show"});
        if (!words.empty() && words[0] == "bench") own.insert(own.end(), {"tasks", "sample", "people", "outside"});
        if (!words.empty() && words[0] == "compare") own.insert(own.end(), {"labels", "columns"});
        if (!words.empty() && words[0] == "report") own.insert(own.end(), {"truth", "source"});
        words = spell_out(std::move(words), own);
        std::reverse(words.begin(), words.end());
        app.parse(words);
        if (!program.call) {
            fmt::print("{}", app.help());
            return 0;
        }
        program.call();
        return 0;
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        return report(program, Code::usage, fmt::format("{} (mien --help explains)", error.what()));
    } catch (const Error& error) {
        return report(program, error.code(), error.what());
    } catch (const std::bad_alloc&) {
        return report(program, Code::out_of_memory, "there is not enough memory for this run: use a smaller film, fewer threads or a smaller batch");
    } catch (const std::system_error& error) {
        if (std::ferror(stdout)) return unwritten(error.code().value());
        return report(program, Code::internal, fmt::format("an unexpected failure, please report it: {}", error.what()));
    } catch (const std::exception& error) {
        return report(program, Code::internal, fmt::format("an unexpected failure, please report it: {}", error.what()));
    }
}

}  // namespace

bool stop_requested() noexcept { return signals.load() > 0; }

void say(const Program& program, const std::string& text) {
    if (!program.json) fmt::print("{}\n", text);
}

void tell(const Program& program, const std::string& level, const std::string& text) {
    constexpr std::string_view levels[] = {"error", "warn", "info", "debug"};
    const auto rank = [&](std::string_view name) { return std::find(std::begin(levels), std::end(levels), name) - std::begin(levels); };
    if (rank(level) > rank(program.log_level)) return;
    if (program.json) print_json_line({{"event", "remark"}, {"level", level}, {"sentence", text}});
    else fmt::print(stderr, "mien: {}\n", text);
}

void print_json_line(const Json& value) {
    fmt::print("{}\n", value.dump(-1, ' ', false, Json::error_handler_t::replace));
    std::fflush(stdout);
}

}  // namespace mien::cli

int main(int count, char** arguments) {
    mien::cli::keep_heaps_small();
    mien::cli::install_signals();
    const int status = mien::cli::run_program(count, arguments);
    return std::fflush(stdout) == 0 || status != 0 ? status : mien::cli::unwritten(errno);
}
