#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace aifp::triggers {

/// What tells one version of a file from another.
struct FileMark {
    std::int64_t modified_ns = 0;
    std::int64_t size = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const FileMark&, const FileMark&) = default;
};
using Listing = std::map<std::string, FileMark>;

struct FileEvent {
    std::string_view what;  ///< "create", "modify", "delete", "move"
    std::string name;
    std::string from;  ///< Of a move: its old name.
};

/// What happened in a folder between two looks at it. A file counts when it has been left alone for
/// `settle`; one that is written anew under its name (as editors do) is modified; one that comes as
/// another with the same inode goes has moved. Pure; part of a sensor.
class FolderDiff {
public:
    explicit FolderDiff(Milliseconds settle) : settle_(settle) {}

    void begin(Listing listing) { known_ = std::move(listing); }
    [[nodiscard]] std::vector<FileEvent> look(const Listing& listing, WallTime now);
    /// When to look again for what has not settled yet.
    [[nodiscard]] std::optional<WallTime> next_look() const;
    /// The clock was set by so much.
    void clock_stepped(Milliseconds step) {
        for (auto& [name, fresh] : fresh_) {
            fresh.since += step;
        }
    }

private:
    struct Fresh {
        FileMark mark;
        WallTime since;
    };
    [[nodiscard]] bool has_settled(const std::string& name, const FileMark& mark, WallTime now);

    Milliseconds settle_;
    Listing known_;
    std::map<std::string, Fresh> fresh_;
};

/// `*`, `?` against a whole file name.
[[nodiscard]] bool matches_pattern(std::string_view name, std::string_view pattern) noexcept;

}  // namespace aifp::triggers
