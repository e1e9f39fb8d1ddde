// SPDX-License-Identifier: Apache-2.0
#include "synth/truth_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "media/part_file.h"

namespace mien::synth {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");
constexpr std::string_view mark = "mientrth";
constexpr std::int64_t group_rows = 1024;

constexpr auto columns = std::to_array<TruthColumn>({
    {"frame", "i64", 1, "", "position of the frame in the film, from 0"},
    {"ticks", "i64", 1, "", "its time in ticks of the film's time base (header: time_base)"},
    {"time", "f64", 1, "s", "its time"},
    {"shot", "i32", 1, "", "number of the shot in the scene"},
    {"take", "i32", 1, "", "number of the shot in the film: rises at every cut"},
    {"performer", "i32", 1, "", "number of the performer in the shot"},
    {"person", "i32", 1, "", "number of the person in the scene"},
    {"identity", "i64", 1, "", "seed of the person: the same number is the same person in every film"},
    {"age", "f32", 1, "years", ""},
    {"sex", "f32", 1, "", "0 a woman's shape, 1 a man's"},
    {"flags", "u8", 1, "",
     "sum of 1 inside the picture, 2 hidden (less than a quarter to be seen), 4 turned beyond 60 degrees, 8 both eyes closed, 16 speaking, 32 the shot is "
     "fading"},
    {"share", "f32", 1, "", "of the shot in the picture: less than 1 in a dissolve"},
    {"box", "f32", 4, "pixels", "left, top, right, bottom around the points, from the brows to the chin; may reach out of the picture"},
    {"points_5", "f32", 10, "pixels", "x, y of the eyes (middle of the lids), the nose's tip and the mouth's corners, picture's left first"},
    {"points_68", "f32", 136, "pixels", "x, y of the 68 points, in the usual order; 0 to 16 lie evenly on the outline of the face as the camera sees it"},
    {"visible_68", "u8", 68, "", "1 where the point is inside the picture and nothing hides it"},
    {"points_3d", "f32", 204, "mm", "x, y, z of the 68 points in the camera's axes: right, up, backwards"},
    {"pose", "f32", 3, "degrees", "pitch, yaw, roll of the head as the camera sees it"},
    {"visible_share", "f32", 1, "", "of the face's pixels"},
    {"place", "f32", 3, "mm", "of the head's origin in the world"},
    {"head", "f32", 4, "degrees", "pitch, yaw, roll of the head and turn of the whole person in the world"},
    {"expression", "f32", static_cast<int>(action_count), "", "all actions (header: actions)"},
    {"visemes", "f32", static_cast<int>(viseme_count), "", "strength of the visemes (header: visemes)"},
});

std::size_t bytes_of_type(std::string_view type) noexcept { return type == "u8" ? 1 : type.ends_with("64") ? 8 : 4; }

/// Appends numbers to a column.
template <class T>
void append(std::vector<std::byte>& to, std::span<const T> values) {
    const auto bytes = std::as_bytes(values);
    to.insert(to.end(), bytes.begin(), bytes.end());
}
template <class T>
void append(std::vector<std::byte>& to, T value) {
    append(to, std::span<const T>(&value, 1));
}

void append_points(std::vector<std::byte>& to, std::span<const Point> points) {
    for (const Point& point : points) append(to, std::array{static_cast<float>(point.x), static_cast<float>(point.y)});
}

// In the order of the table above.
void append_row(std::vector<std::vector<std::byte>>& to, const TruthRow& row) {
    std::size_t next = 0;
    const auto column = [&]() -> std::vector<std::byte>& { return to[next++]; };
    append(column(), row.frame);
    append(column(), row.ticks);
    append(column(), row.time);
    append(column(), row.shot);
    append(column(), row.take);
    append(column(), row.performer);
    append(column(), row.person);
    append(column(), row.identity);
    append(column(), row.age);
    append(column(), row.sex);
    append(column(), row.flags);
    append(column(), row.share);
    const Box& box = row.face.box;
    append(column(), std::span<const float>(std::array{static_cast<float>(box.low.x), static_cast<float>(box.low.y), static_cast<float>(box.high.x),
                                                       static_cast<float>(box.high.y)}));
    append_points(column(), row.face.points_5);
    append_points(column(), row.face.points);
    std::array<std::uint8_t, 68> visible{};
    for (std::size_t i = 0; i < 68; ++i) visible[i] = row.face.visible[i] ? 1 : 0;
    append(column(), std::span<const std::uint8_t>(visible));
    std::array<float, 204> places{};
    for (std::size_t i = 0; i < 68; ++i) {
        places[3 * i] = row.face.points_3d[i].x;
        places[3 * i + 1] = row.face.points_3d[i].y;
        places[3 * i + 2] = row.face.points_3d[i].z;
    }
    append(column(), std::span<const float>(places));
    append(column(), std::span<const float>(std::array{row.face.pitch, row.face.yaw, row.face.roll}));
    append(column(), row.face.visible_share);
    append(column(), std::span<const float>(std::array{row.pose.place.x, row.pose.place.y, row.pose.place.z}));
    append(column(), std::span<const float>(std::array{row.pose.pitch, row.pose.yaw, row.pose.roll, row.pose.turn}));
    append(column(), std::span<const float>(row.expression.actions));
    append(column(), std::span<const float>(row.visemes));
}

std::string header_text(const std::string& facts) {
    Json header;
    header["mien_truth"] = 1;
    header["columns"] = Json::array();
    for (const TruthColumn& column : columns)
        header["columns"].push_back(
            {{"name", column.name}, {"type", column.type}, {"count", column.count}, {"unit", column.unit}, {"meaning", column.meaning}});
    header["actions"] = Json::array();
    for (const ActionRow& row : action_rows()) header["actions"].push_back(row.name);
    header["visemes"] = Json::array();
    for (std::size_t i = 0; i < viseme_count; ++i) header["visemes"].push_back(name_of(static_cast<Viseme>(i)));
    header.update(Json::parse(facts));
    return header.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::uint8_t flags_of(const TruthRow& row, Size size) {
    int flags = 0;
    for (const Point& point : row.face.points)
        if (point.x >= -0.5 && point.y >= -0.5 && point.x < size.width - 0.5 && point.y < size.height - 0.5) flags |= truth_inside;
    if (row.face.visible_share < 0.25f) flags |= truth_hidden;
    if (magnitude(row.face.yaw) > 60) flags |= truth_profile;
    if (row.expression[Action::blink_left] > 0.5f && row.expression[Action::blink_right] > 0.5f) flags |= truth_blinking;
    if (row.visemes[0] < 0.5f) flags |= truth_speaking;
    if (row.share < 1) flags |= truth_fading;
    return static_cast<std::uint8_t>(flags);
}

}  // namespace

std::span<const TruthColumn> truth_columns() noexcept { return columns; }

std::vector<TruthRow> truth_rows(Queue& queue, const Staging& staging, const FramePlan& plan, const Rendered& rendered, std::int64_t frame,
                                 std::int64_t position) {
    const Shot& shot = plan.parts.front().shot;
    const std::vector<FaceTruth> faces = face_truth(queue, shot, rendered);
    const std::vector<Seen> seen = staging.seen(plan);
    std::vector<TruthRow> rows;
    for (std::size_t i = 0; i < shot.performers.size(); ++i) {
        const Person& person = staging.people()[static_cast<std::size_t>(seen[i].person)];
        TruthRow& row = rows.emplace_back();
        row.frame = position;
        row.ticks = frame;
        row.time = staging.seconds_of(frame);
        row.shot = plan.shot;
        row.take = plan.take;
        row.performer = static_cast<std::int32_t>(i);
        row.person = seen[i].person;
        row.identity = person.seed;
        row.age = person[Trait::age];
        row.sex = person[Trait::sex];
        row.share = plan.share;
        row.face = faces[i];
        row.pose = shot.performers[i].pose;
        row.expression = shot.performers[i].expression;
        row.visemes = seen[i].visemes;
        row.flags = flags_of(row, shot.camera.size);
    }
    return rows;
}

TruthWriter::TruthWriter(const std::filesystem::path& path, const std::string& facts) : file_(std::make_unique<PartFile>(path)), columns_(columns.size()) {
    const std::string header = header_text(facts);
    std::vector<std::byte> head;
    append(head, std::span<const char>(mark));
    append(head, static_cast<std::uint64_t>(header.size()));
    append(head, std::span<const char>(header));
    file_->append(head);
}
TruthWriter::~TruthWriter() = default;

void TruthWriter::put(std::span<const TruthRow> rows) {
    for (const TruthRow& row : rows) {
        append_row(columns_, row);
        ++rows_;
        if (++waiting_ == group_rows) write_group();
    }
}

void TruthWriter::write_group() {
    std::vector<std::byte> group;
    append(group, static_cast<std::uint64_t>(waiting_));
    for (std::vector<std::byte>& column : columns_) {
        group.insert(group.end(), column.begin(), column.end());
        column.clear();
    }
    file_->append(group);
    waiting_ = 0;
}

void TruthWriter::finish() {
    if (waiting_ > 0) write_group();
    file_->keep();
}

namespace {

/// A file read from its start to its end, never beyond.
class Bytes {
public:
    Bytes(const std::filesystem::path& path) : name_(path.filename().string()), file_(path, std::ios::binary | std::ios::ate) {
        if (!file_) throw Error(Code::bad_input, fmt::format("the truth file {} cannot be opened", name_));
        left_ = static_cast<std::uint64_t>(file_.tellg());
        file_.seekg(0);
    }
    std::uint64_t left() const noexcept { return left_; }
    void take(std::span<std::byte> to) {
        if (to.size() > left_) damaged("it breaks off");
        file_.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
        left_ -= to.size();
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        take(std::as_writable_bytes(std::span(&value, 1)));
        return value;
    }
    [[noreturn]] void damaged(const std::string& why) const { throw Error(Code::bad_input, fmt::format("the truth file {} is damaged: {}", name_, why)); }

private:
    std::string name_;
    std::ifstream file_;
    std::uint64_t left_ = 0;
};

std::vector<std::string> read_header(Bytes& bytes, TruthTable& table) {
    std::array<std::byte, 8> head{};
    if (bytes.left() < 16) bytes.damaged("it is too short");
    bytes.take(head);
    if (std::memcmp(head.data(), mark.data(), mark.size()) != 0) bytes.damaged("it does not begin as one");
    const std::uint64_t length = bytes.number();
    if (length > bytes.left() || length > (64U << 20)) bytes.damaged("its header is longer than the file");
    table.header.resize(length);
    bytes.take(std::as_writable_bytes(std::span(table.header)));
    std::vector<std::string> order;
    try {
        const Json header = Json::parse(table.header);
        for (const Json& column : header.at("columns")) {
            TruthTable::Column& added = table.columns[order.emplace_back(column.at("name").get<std::string>())];
            added.type = column.at("type").get<std::string>();
            added.count = column.at("count").get<int>();
            if (added.count < 1 || added.count > 1000000) bytes.damaged("a column has no size");
        }
    } catch (const Json::exception&) {
        bytes.damaged("its header is no description of columns");
    }
    return order;
}

template <class T>
double number_at(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return static_cast<double>(value);
}

}  // namespace

TruthTable read_truth(const std::filesystem::path& path) {
    Bytes bytes(path);
    TruthTable table;
    const std::vector<std::string> order = read_header(bytes, table);
    while (bytes.left() > 0) {
        const std::uint64_t rows = bytes.number();
        if (rows == 0 || rows > bytes.left()) bytes.damaged("a group has no rows, or more than the file holds");
        for (const std::string& name : order) {
            TruthTable::Column& column = table.columns[name];
            const std::uint64_t size = rows * static_cast<std::uint64_t>(column.count) * bytes_of_type(column.type);
            if (size > bytes.left()) bytes.damaged("it breaks off");
            const std::size_t before = column.bytes.size();
            column.bytes.resize(before + size);
            bytes.take(std::span(column.bytes).subspan(before));
        }
        table.rows += static_cast<std::int64_t>(rows);
    }
    return table;
}

std::vector<double> TruthTable::numbers(std::string_view name) const {
    const auto found = columns.find(name);
    if (found == columns.end()) throw Error(Code::bad_input, fmt::format("the truth file has no column {}", name));
    const Column& column = found->second;
    const std::size_t step = bytes_of_type(column.type);
    std::vector<double> values;
    for (std::size_t at = 0; at + step <= column.bytes.size(); at += step) {
        const std::byte* const from = column.bytes.data() + at;
        values.push_back(column.type == "u8"    ? number_at<std::uint8_t>(from)
                         : column.type == "i32" ? number_at<std::int32_t>(from)
                         : column.type == "i64" ? number_at<std::int64_t>(from)
                         : column.type == "f32" ? number_at<float>(from)
                                                : number_at<double>(from));
    }
    return values;
}

}  // namespace mien::synth
