// synth: films of people who do not exist, from a scene by name or file.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "command_words.h"
#include "commands.h"
#include "json_line.h"
#include "option_flags.h"
#include "progress.h"

namespace mien::cli {
namespace {

bool for_synth(const OptionText& text) {
    return is_named(text, {"output-audio-encoder", "output-audio-quality", "output-audio-volume", "output-video-encoder", "output-video-preset", "output-video-quality",
                           "writer", "lossless", "encoder-threads", "execution-thread-count", "log-level", "config-path", "model-folder"});
}

struct Words {
    SceneOrder order;
    std::string frames, pictures, twins, device = "cpu";
    bool schema = false, list = false, show = false;
};

void print_scenes(const Program& program) {
    for (const SceneText& scene : scenes()) {
        if (program.json) print_json_line({{"event", "scene"}, {"name", scene.name}, {"meaning", scene.meaning}});
        say(program, fmt::format("{:10} {}", scene.name, scene.meaning));
    }
}

void print_scene(const std::string& name) {
    for (const SceneText& scene : scenes())
        if (scene.name == name) return fmt::print("{}\n", scene.json);
    throw Error(Code::usage, fmt::format("there is no scene {} to show: mien synth --scenes lists them", name));
}

void report(const Program& program, const Rendered& done) {
    if (program.json) {
        Json twins = Json::array();
        for (const std::filesystem::path& twin : done.twins) twins.push_back(twin.string());
        return print_json_line({{"event", "done"},
                                {"output", done.output.string()},
                                {"receipt", done.receipt.string()},
                                {"truth", done.truth.string()},
                                {"twins", twins},
                                {"frames", done.frames},
                                {"truth_rows", done.truth_rows},
                                {"seconds", done.seconds},
                                {"sound", done.sound}});
    }
    if (done.output.empty() && !done.text.empty()) fmt::print("{}", done.text);
    say(program, fmt::format("{} frames of {:.2f} s{}", done.frames, done.seconds, done.sound ? ", with sound" : ""));
    if (!done.output.empty()) say(program, fmt::format("output   {}", done.output.string()));
    if (!done.receipt.empty()) say(program, fmt::format("receipt  {}", done.receipt.string()));
    if (!done.truth.empty()) say(program, fmt::format("truth    {}  ({} rows)", done.truth.string(), done.truth_rows));
    for (const std::filesystem::path& twin : done.twins) say(program, fmt::format("twin     {}", twin.string()));
}

void run_synth(Program& program, const OptionFlags& flags, Words words) {
    read_options(program, flags);
    if (words.schema) return fmt::print("{}", scene_schema());
    if (words.list) return print_scenes(program);
    if (words.show) return print_scene(words.order.scene);
    if (!words.frames.empty()) words.order.frames = whole_number(words.frames, "frames");
    words.order.pictures = split(words.pictures);
    words.order.twins = split(words.twins);
    if (words.device != "cpu") words.order.device = static_cast<int>(std::min<std::int64_t>(whole_number(words.device, "device"), 1 << 20));
    ProgressLine line(program);
    const Rendered done = render(program.job, words.order, show_events(program, line));
    line.clear();
    report(program, done);
}

}  // namespace

void add_synth_command(CLI::App& app, Program& program) {
    CLI::App* const command = app.add_subcommand("synth", "render a film of people who do not exist, with sound and truth");
    auto flags = std::make_shared<OptionFlags>();
    auto words = std::make_shared<Words>();
    command->add_option("scene", words->order.scene, "a scene by name, or a .json file (default: talk)")->type_name("SCENE");
    command->add_option("--people", words->order.people, "seeds of the people, as 1,2,7-9 (default: the scene's)")->type_name("SEEDS");
    command->add_option("--size", words->order.size, "width and height (default: the scene's)")->type_name("WxH");
    command->add_option("--frames", words->frames, "frames of the film (default: the scene's length)")->type_name("N");
    command->add_option("--fps", words->order.frame_rate, "frame rate, a number or a ratio as 30000/1001 (default: the scene's)")->type_name("RATE");
    command->add_option("--out", words->order.output, "the film to write")->type_name("PATH");
    command->add_option("--truth", words->order.truth, "folder for the truth about every frame")->type_name("DIR");
    command->add_option("--pictures", words->pictures, "truth as pictures as well: regions,face,alpha,depth,normals,flow")->type_name("KINDS");
    command->add_option("--twins", words->twins, "the same film with one thing changed: swap,age,expression,mouth,undegraded,colour,background")
        ->type_name("NAMES");
    command->add_option("--device", words->device, "what draws: cpu, or the number of a CUDA device; never changes a byte (default: cpu)")->type_name("DEVICE");
    command->add_flag("--schema", words->schema, "print the JSON Schema of scene files");
    command->add_flag("--scenes", words->list, "list the scenes that come with mien");
    command->add_flag("--show", words->show, "print a scene that comes with mien, to begin one's own with");
    command->add_flag("--json", program.json, "print JSON lines instead of text");
    flags->add(*command, for_synth);
    command->callback([&program, flags, words] { program.call = [&program, flags, words] { run_synth(program, *flags, *words); }; });
}

}  // namespace mien::cli
