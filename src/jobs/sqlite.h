// SQLite handles: statements that bind, step and read, errors as exceptions of this room.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mien {

/// What went wrong inside SQLite; caught inside this room and turned into a remark or an Error.
struct DatabaseFault : std::runtime_error {
    DatabaseFault(const std::string& text, int result) : std::runtime_error(text), code(result & 0xff) {}
    int code;
};

class Statement {
public:
    Statement(sqlite3* database, std::string_view text) : database_(database) {
        sqlite3_stmt* raw = nullptr;
        check(sqlite3_prepare_v2(database, text.data(), static_cast<int>(text.size()), &raw, nullptr));
        statement_.reset(raw);
    }
    Statement& bind(int index, std::int64_t value) { return check(sqlite3_bind_int64(statement_.get(), index, value)); }
    Statement& bind(int index, double value) { return check(sqlite3_bind_double(statement_.get(), index, value)); }
    Statement& bind(int index, std::string_view value) { return check(sqlite3_bind_text(statement_.get(), index, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT)); }
    Statement& bind_blob(int index, std::span<const std::byte> value) { return check(sqlite3_bind_blob(statement_.get(), index, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT)); }
    Statement& bind_null(int index) { return check(sqlite3_bind_null(statement_.get(), index)); }
    /// True while there is a row; resets itself at the end.
    bool step() {
        const int result = sqlite3_step(statement_.get());
        if (result == SQLITE_ROW) return true;
        sqlite3_reset(statement_.get());
        if (result != SQLITE_DONE) throw DatabaseFault(sqlite3_errmsg(database_), result);
        return false;
    }
    void run() {
        while (step()) {
        }
    }
    void reset() noexcept { sqlite3_reset(statement_.get()); }
    std::int64_t whole(int column) const { return sqlite3_column_int64(statement_.get(), column); }
    double real(int column) const { return sqlite3_column_double(statement_.get(), column); }
    bool null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
    std::string text(int column) const {
        const auto* const start = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
        return start ? std::string(start, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))) : std::string();
    }
    std::span<const std::byte> blob(int column) const {
        const auto* const start = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
        return {start, start ? static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)) : 0};
    }

private:
    Statement& check(int result) {
        if (result != SQLITE_OK) throw DatabaseFault(sqlite3_errmsg(database_), result);
        return *this;
    }
    struct Finalise {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

}  // namespace mien
