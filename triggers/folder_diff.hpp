#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
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
/// Names whose change was seen and is not told yet, each with what was known of it; nothing: it is
/// new.
using Untold = std::map<std::string, std::optional<FileMark>>;

/// For a row; at most so many of them.
[[nodiscard]] boost::json::object to_json(const Untold& untold, std::size_t most);
/// What is not of that form is left out.
[[nodiscard]] Untold untold_from(const boost::json::object& row);

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

    /// What is `untold` since an earlier begin changes now; what has gone meanwhile does not count.
    void begin(Listing listing, const Untold& untold = {});
    [[nodiscard]] std::vector<FileEvent> look(const Listing& listing, WallTime now);
    /// What the last look saw that has not settled yet.
    [[nodiscard]] Untold untold() const;
    /// When to look again for it.
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
    std::set<std::string> leaving_;  ///< Old names of those of fresh_ that have moved.
};

/// `*`, `?` against a whole file name.
[[nodiscard]] bool matches_pattern(std::string_view name, std::string_view pattern) noexcept;

}  // namespace aifp::triggers
