// SPDX-License-Identifier: Apache-2.0
#include "jobs/sidecar.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "base/digest.h"
#include "base/error.h"
#include "face/align.h"
#include "jobs/sqlite.h"

namespace mien {
namespace {

constexpr std::int64_t schema_version = 1;
// A face's id is frame * faces_per_frame + position: rows written in order fill their pages, which keeps a face below 3 KiB on disk.
constexpr std::int64_t faces_per_frame = 1024;

// shot, track, pose and covariance are written by the settling of later versions; the columns are there so that old files can be read.
constexpr std::string_view schema = R"(
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS frame (number INTEGER PRIMARY KEY, ticks INTEGER NOT NULL, base_num INTEGER NOT NULL, base_den INTEGER NOT NULL,
  first_of_shot INTEGER NOT NULL, has_faces INTEGER NOT NULL, shot INTEGER);
CREATE TABLE IF NOT EXISTS face (id INTEGER PRIMARY KEY, track INTEGER, x1 REAL, y1 REAL, x2 REAL, y2 REAL, score REAL,
  landmarker_score REAL, angle INTEGER, points5 BLOB, points5_68 BLOB, points68 BLOB, embedding BLOB, gender INTEGER, race INTEGER, age_start INTEGER, age_end INTEGER,
  pitch REAL, yaw REAL, roll REAL, covariance BLOB);
CREATE TABLE IF NOT EXISTS gate (frame INTEGER PRIMARY KEY, networks TEXT NOT NULL, seconds REAL, s1 REAL, s2 REAL, s3 REAL, votes INTEGER);
CREATE TABLE IF NOT EXISTS whole (from_frame INTEGER, to_frame INTEGER, PRIMARY KEY (from_frame, to_frame)) WITHOUT ROWID;
)";

template <class Number, std::size_t n> std::vector<std::byte> pack(const std::array<Point, n>& points) {
    std::array<Number, 2 * n> flat;
    for (std::size_t i = 0; i < n; ++i) {
        flat[2 * i] = static_cast<Number>(points[i].x);
        flat[2 * i + 1] = static_cast<Number>(points[i].y);
    }
    const auto bytes = std::as_bytes(std::span(flat));
    return {bytes.begin(), bytes.end()};
}
template <class Number, std::size_t n> void unpack(std::span<const std::byte> bytes, std::array<Point, n>& points) {
    std::array<Number, 2 * n> flat{};
    if (bytes.size() != sizeof(flat)) throw DatabaseFault("a row has points of another size", SQLITE_CORRUPT);
    std::memcpy(flat.data(), bytes.data(), sizeof(flat));
    for (std::size_t i = 0; i < n; ++i) points[i] = {static_cast<double>(flat[2 * i]), static_cast<double>(flat[2 * i + 1])};
    for (const Number value : flat)
        if (!std::isfinite(value)) throw DatabaseFault("a row has points that are no numbers", SQLITE_CORRUPT);
}

struct CloseDatabase {
    void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

void execute(sqlite3* database, const char* text) {
    if (const int result = sqlite3_exec(database, text, nullptr, nullptr, nullptr); result != SQLITE_OK) throw DatabaseFault(sqlite3_errmsg(database), result);
}

Database open_database(const std::string& path) {
    sqlite3* raw = nullptr;
    const int result = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database(raw);
    if (result != SQLITE_OK) throw DatabaseFault(raw ? sqlite3_errmsg(raw) : "out of memory", result);
    sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, 64 << 20);
    sqlite3_busy_timeout(raw, 2000);
    execute(raw, "PRAGMA page_size=32768; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cell_size_check=ON;");
    return database;
}

std::optional<std::string> meta(sqlite3* database, std::string_view key) {
    Statement ask(database, "SELECT value FROM meta WHERE key = ?1");
    return ask.bind(1, key).step() ? std::optional(ask.text(0)) : std::nullopt;
}

/// Makes the tables, or finds that the file belongs to something else: then the sentence why.
std::string prepare(sqlite3* database, const SidecarKey& key) {
    execute(database, "BEGIN IMMEDIATE");
    execute(database, schema.data());
    const std::array<std::pair<std::string_view, std::string>, 4> wanted{
        {{"schema", std::to_string(schema_version)}, {"film", key.film_sha256}, {"analysis", key.analysis_text}, {"models", key.models_text}}};
    std::string why;
    for (const auto& [name, value] : wanted) {
        const std::optional<std::string> found = meta(database, name);
        if (!found) Statement(database, "INSERT INTO meta VALUES (?1, ?2)").bind(1, name).bind(2, value).run();
        else if (*found != value) why = fmt::format("it was made for another {}", name);
    }
    execute(database, "COMMIT");
    return why;
}

void check_integrity(sqlite3* database) {
    Statement ask(database, "PRAGMA quick_check(1)");
    if (!ask.step() || ask.text(0) != "ok") throw DatabaseFault("the file is damaged", SQLITE_CORRUPT);
    // No version of mien makes views or triggers; a view in a table's place could compute without end.
    Statement foreign(database, "SELECT 1 FROM sqlite_schema WHERE type IN ('view', 'trigger')");
    if (foreign.step()) throw DatabaseFault("it holds views or triggers", SQLITE_CORRUPT);
    Statement strange(database, "SELECT 1 WHERE EXISTS (SELECT 1 FROM sqlite_schema) AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta')");
    if (strange.step()) throw DatabaseFault("it is a database of something else", SQLITE_CORRUPT);
}

}  // namespace

struct Sidecar::State {
    SidecarKey key;
    std::filesystem::path path;
    std::vector<std::string> remarks;
    Database database;
    mutable std::mutex mutex;
    bool in_transaction = false;
    std::chrono::steady_clock::time_point last_commit = std::chrono::steady_clock::now();
    std::unique_ptr<Statement> put_frame, put_face, drop_faces, put_gate, ask_faces, ask_known, ask_gate;

    void open_in_memory() {
        path.clear();
        database = open_database(":memory:");
        prepare(database.get(), key);
        prepare_statements();
    }

    void remove_files() {
        std::error_code ignored;
        for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + tail, ignored);
    }

    /// One try; a file that is damaged or foreign is set aside and false comes back.
    bool try_file() {
        try {
            database = open_database(path.string());
            check_integrity(database.get());
            const std::string why = prepare(database.get(), key);
            if (why.empty()) {
                prepare_statements();
                return true;
            }
            remarks.push_back(fmt::format("the sidecar {} is made anew: {}", path.string(), why));
        } catch (const DatabaseFault& fault) {
            if (fault.code == SQLITE_BUSY || fault.code == SQLITE_LOCKED || fault.code == SQLITE_CANTOPEN || fault.code == SQLITE_READONLY || fault.code == SQLITE_PERM || fault.code == SQLITE_FULL ||
                fault.code == SQLITE_IOERR)
                throw;
            remarks.push_back(fmt::format("the sidecar {} cannot be read ({}) and is made anew; the old one is kept as *.damaged", path.string(), fault.what()));
            clear_statements();
            database.reset();
            std::error_code ignored;
            std::filesystem::rename(path, path.string() + ".damaged", ignored);
        }
        database.reset();
        remove_files();
        return false;
    }

    void open() {
        if (path.empty()) return open_in_memory();
        try {
            if (!try_file() && !try_file()) open_in_memory();
        } catch (const DatabaseFault& fault) {
            remarks.push_back(fmt::format("the sidecar {} cannot be used ({}): this run keeps its analysis in memory", path.string(), fault.what()));
            clear_statements();
            database.reset();
            open_in_memory();
        }
    }

    void prepare_statements() {
        sqlite3* const db = database.get();
        put_frame = std::make_unique<Statement>(db, "INSERT INTO frame (number, ticks, base_num, base_den, first_of_shot, has_faces) VALUES (?1,?2,?3,?4,?5,?6) "
                                                    "ON CONFLICT(number) DO UPDATE SET has_faces = max(has_faces, excluded.has_faces)");
        drop_faces = std::make_unique<Statement>(db, "DELETE FROM face WHERE id >= ?1 AND id < ?2");
        put_face = std::make_unique<Statement>(db, "INSERT INTO face (id, x1, y1, x2, y2, score, landmarker_score, angle, points5, points5_68, points68, embedding, gender, race, age_start, "
                                                   "age_end) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)");
        put_gate = std::make_unique<Statement>(db, "INSERT OR REPLACE INTO gate VALUES (?1,?2,?3,?4,?5,?6,?7)");
        ask_faces = std::make_unique<Statement>(db, "SELECT x1, y1, x2, y2, score, landmarker_score, angle, points5, points5_68, points68, embedding, gender, race, age_start, age_end FROM face WHERE "
                                                    "id >= ?1 AND id < ?2 ORDER BY id");
        ask_known = std::make_unique<Statement>(db, "SELECT has_faces FROM frame WHERE number = ?1");
        ask_gate = std::make_unique<Statement>(db, "SELECT 1 FROM gate WHERE frame = ?1 AND networks = ?2");
    }

    /// Disk full or a lost disk must not lose the run: what is known moves to memory.
    template <class Call> void guarded(Call&& call) {
        try {
            call();
        } catch (const DatabaseFault& fault) {
            if (path.empty()) throw Error(Code::internal, fmt::format("the analysis cannot be kept in memory: {}", fault.what()));
            const std::filesystem::path given = path;
            remarks.push_back(fmt::format("the sidecar {} can no longer be written ({}): this run goes on in memory", path.string(), fault.what()));
            try {
                move_to_memory();
                call();
            } catch (const DatabaseFault& again) {
                throw Error(Code::bad_input, fmt::format("the sidecar {} is damaged ({}): delete it and run again", given.string(), again.what()));
            }
        }
    }

    /// Questions: a row nobody can read is an Error of the file.
    template <class Call> auto asked(Call&& call) const {
        const std::lock_guard lock(mutex);
        try {
            return call();
        } catch (const DatabaseFault& fault) {
            ask_faces->reset(), ask_known->reset(), ask_gate->reset();
            throw Error(Code::bad_input, fmt::format("the sidecar {} is damaged ({}): delete it and run again", path.string(), fault.what()));
        }
    }

    void move_to_memory() {
        clear_statements();
        if (in_transaction && sqlite3_get_autocommit(database.get()) == 0) sqlite3_exec(database.get(), "COMMIT", nullptr, nullptr, nullptr);
        in_transaction = false;
        Database memory = open_database(":memory:");
        if (sqlite3_backup* const backup = sqlite3_backup_init(memory.get(), "main", database.get(), "main")) {
            sqlite3_backup_step(backup, -1);
            sqlite3_backup_finish(backup);
        }
        database = std::move(memory);
        path.clear();
        prepare(database.get(), key);
        prepare_statements();
    }

    void clear_statements() { put_frame.reset(), put_face.reset(), drop_faces.reset(), put_gate.reset(), ask_faces.reset(), ask_known.reset(), ask_gate.reset(); }

    void begin() {
        if (in_transaction) return;
        execute(database.get(), "BEGIN IMMEDIATE");
        in_transaction = true;
    }
    void commit() {
        if (!in_transaction) return;
        execute(database.get(), "COMMIT");
        in_transaction = false;
        last_commit = std::chrono::steady_clock::now();
    }

    void put(std::int64_t frame, std::int64_t position, const Face& face) {
        Statement& row = *put_face;
        row.bind(1, frame * faces_per_frame + position).bind(2, face.box.low.x).bind(3, face.box.low.y).bind(4, face.box.high.x).bind(5, face.box.high.y);
        row.bind(6, face.score).bind(7, face.landmarker_score).bind(8, static_cast<std::int64_t>(face.angle));
        row.bind_blob(9, pack<double>(face.points5)).bind_blob(10, pack<double>(face.points5_68)).bind_blob(11, pack<float>(face.points68));
        if (face.embedding) row.bind_blob(12, std::as_bytes(std::span(*face.embedding)));
        else row.bind_null(12);
        for (int column = 13; column <= 16; ++column) row.bind_null(column);
        if (face.attributes) {
            row.bind(13, static_cast<std::int64_t>(face.attributes->gender)).bind(14, static_cast<std::int64_t>(face.attributes->race));
            row.bind(15, static_cast<std::int64_t>(face.attributes->age_start)).bind(16, static_cast<std::int64_t>(face.attributes->age_end));
        }
        row.run();
    }

    Face read_face() const {
        Statement& row = *ask_faces;
        Face face;
        face.box = {{row.real(0), row.real(1)}, {row.real(2), row.real(3)}};
        face.score = row.real(4);
        face.landmarker_score = row.real(5);
        face.angle = static_cast<int>(row.whole(6));
        for (const double value : {face.box.low.x, face.box.low.y, face.box.high.x, face.box.high.y, face.score, face.landmarker_score})
            if (!std::isfinite(value)) throw DatabaseFault("a row has a box or score that is no number", SQLITE_CORRUPT);
        unpack<double>(row.blob(7), face.points5);
        unpack<double>(row.blob(8), face.points5_68);
        unpack<float>(row.blob(9), face.points68);
        if (!row.null(10)) {
            Embedding embedding{};
            if (row.blob(10).size() != sizeof(embedding)) throw DatabaseFault("a row has an embedding of another size", SQLITE_CORRUPT);
            std::memcpy(embedding.data(), row.blob(10).data(), sizeof(embedding));
            face.embedding = embedding;
        }
        if (!row.null(11)) {
            // Numbers from a file: an enumerator outside its range must not reach a switch or a table.
            const std::int64_t gender = row.whole(11), race = row.whole(12);
            if (gender < 0 || gender > 1 || race < 0 || race > 6) throw DatabaseFault("a row has attributes out of range", SQLITE_CORRUPT);
            face.attributes = Attributes{static_cast<Gender>(gender), static_cast<Race>(race), static_cast<int>(row.whole(13)), static_cast<int>(row.whole(14))};
        }
        return face;
    }
};

Sidecar::Sidecar(const std::filesystem::path& path, const SidecarKey& key) : state_(std::make_unique<State>()) {
    state_->key = key;
    state_->path = path;
    state_->open();
}

Sidecar::~Sidecar() {
    try {
        state_->commit();
    } catch (const DatabaseFault&) {
        // What was not committed is analysed again next time.
    }
    state_->clear_statements();
}

void Sidecar::store(const FrameAnalysis& analysis) {
    const std::lock_guard lock(state_->mutex);
    state_->guarded([&] {
        State& s = *state_;
        s.begin();
        s.put_frame->bind(1, analysis.number).bind(2, analysis.time.ticks).bind(3, analysis.time.base.numerator).bind(4, analysis.time.base.denominator);
        s.put_frame->bind(5, std::int64_t{analysis.first_of_shot}).bind(6, std::int64_t{analysis.faces.has_value()}).run();
        if (analysis.faces) {
            s.drop_faces->bind(1, analysis.number * faces_per_frame).bind(2, (analysis.number + 1) * faces_per_frame).run();
            const std::size_t count = std::min(analysis.faces->size(), static_cast<std::size_t>(faces_per_frame));
            for (std::size_t i = 0; i < count; ++i) s.put(analysis.number, static_cast<std::int64_t>(i), (*analysis.faces)[i]);
        }
        if (analysis.gate) {
            const GateSample& sample = *analysis.gate;
            const std::int64_t votes = sample.votes[0] | sample.votes[1] << 1 | sample.votes[2] << 2;
            s.put_gate->bind(1, analysis.number).bind(2, s.key.gate_text).bind(3, sample.time_s).bind(4, sample.scores[0]).bind(5, sample.scores[1]).bind(6, sample.scores[2]).bind(7, votes).run();
        }
        if (std::chrono::steady_clock::now() - s.last_commit > std::chrono::seconds(1)) s.commit();
    });
}

void Sidecar::flush() {
    const std::lock_guard lock(state_->mutex);
    state_->guarded([&] { state_->commit(); });
}

bool Sidecar::knows_faces(std::int64_t number) const {
    return state_->asked([&] {
        Statement& ask = *state_->ask_known;
        const bool known = ask.bind(1, number).step() && ask.whole(0) != 0;
        ask.reset();
        return known;
    });
}

bool Sidecar::knows_gate(std::int64_t number) const {
    return state_->asked([&] {
        Statement& ask = *state_->ask_gate;
        const bool known = ask.bind(1, number).bind(2, state_->key.gate_text).step();
        ask.reset();
        return known;
    });
}

std::vector<Face> Sidecar::faces(std::int64_t number) const {
    return state_->asked([&] {
        std::vector<Face> faces;
        Statement& ask = *state_->ask_faces;
        ask.bind(1, number * faces_per_frame).bind(2, (number + 1) * faces_per_frame);
        while (ask.step()) faces.push_back(state_->read_face());
        return faces;
    });
}

std::vector<GateSample> Sidecar::gate_samples(std::int64_t from, std::int64_t to) const {
    return state_->asked([&] {
        Statement ask(state_->database.get(), "SELECT seconds, s1, s2, s3, votes FROM gate WHERE frame >= ?1 AND frame < ?2 AND networks = ?3 ORDER BY frame");
        ask.bind(1, from).bind(2, to).bind(3, state_->key.gate_text);
        std::vector<GateSample> samples;
        while (ask.step()) {
            const std::int64_t votes = ask.whole(4);
            samples.push_back({"target", ask.real(0), {ask.real(1), ask.real(2), ask.real(3)}, {(votes & 1) != 0, (votes & 2) != 0, (votes & 4) != 0}});
        }
        return samples;
    });
}

Sidecar::Counts Sidecar::counts(std::int64_t from, std::int64_t to) const {
    return state_->asked([&] {
        Counts counts;
        Statement frames(state_->database.get(), "SELECT count(*), sum(first_of_shot) FROM frame WHERE number >= ?1 AND number < ?2");
        if (frames.bind(1, from).bind(2, to).step()) {
            counts.frames = frames.whole(0);
            counts.shots = frames.whole(1);
        }
        Statement faces(state_->database.get(), "SELECT count(DISTINCT id / ?3), count(*) FROM face WHERE id >= ?1 * ?3 AND id < ?2 * ?3");
        if (faces.bind(1, from).bind(2, std::min(to, std::int64_t{1} << 52)).bind(3, faces_per_frame).step()) {
            counts.frames_with_faces = faces.whole(0);
            counts.faces = faces.whole(1);
        }
        return counts;
    });
}

std::vector<std::int64_t> Sidecar::frames() const {
    return state_->asked([&] {
        std::vector<std::int64_t> numbers;
        for (Statement ask(state_->database.get(), "SELECT number FROM frame WHERE has_faces ORDER BY number"); ask.step();) numbers.push_back(ask.whole(0));
        return numbers;
    });
}

std::optional<Time> Sidecar::time(std::int64_t number) const {
    return state_->asked([&]() -> std::optional<Time> {
        Statement ask(state_->database.get(), "SELECT ticks, base_num, base_den FROM frame WHERE number = ?1");
        if (!ask.bind(1, number).step()) return std::nullopt;
        const Time time{ask.whole(0), {ask.whole(1), ask.whole(2)}};
        if (time.base.numerator <= 0 || time.base.denominator <= 0) throw DatabaseFault("a row has a time base of nothing", SQLITE_CORRUPT);
        return time;
    });
}

void Sidecar::mark_complete(std::int64_t from, std::int64_t to) {
    const std::lock_guard lock(state_->mutex);
    state_->guarded([&] {
        state_->begin();
        Statement(state_->database.get(), "INSERT OR REPLACE INTO whole VALUES (?1, ?2)").bind(1, from).bind(2, to).run();
        state_->commit();
    });
}

bool Sidecar::complete(std::int64_t from, std::int64_t to) const {
    return state_->asked([&] {
        Statement ask(state_->database.get(), "SELECT 1 FROM whole WHERE from_frame <= ?1 AND to_frame >= ?2");
        return ask.bind(1, from).bind(2, to).step();
    });
}

const std::vector<std::string>& Sidecar::remarks() const noexcept { return state_->remarks; }
const std::filesystem::path& Sidecar::path() const noexcept { return state_->path; }

std::filesystem::path default_sidecar_path(const SidecarKey& key) {
    std::filesystem::path folder;
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) folder = cache;
    else if (const char* home = std::getenv("HOME"); home && *home) folder = std::filesystem::path(home) / ".cache";
    else return {};
    folder = folder / "mien" / "analysis";
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) return {};
    return folder / (sha256_hex(bytes_of(key.film_sha256 + "\n" + key.analysis_text + "\n" + key.models_text)).substr(0, 32) + ".db");
}

}  // namespace mien
