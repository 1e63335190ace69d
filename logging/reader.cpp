#include "logging/reader.hpp"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <deque>
#include <iterator>
#include <limits>
#include <utility>

#include "base/time_zone.hpp"
#include "logging/line_source.hpp"
#include "logging/rotated_name.hpp"

namespace aifp::logging {

namespace {

constexpr std::size_t kMaxCount = 100'000;
constexpr std::uint64_t kFirstWindowBytes = 256 * 1024;
constexpr std::uint64_t kWindowGrowth = 8;
constexpr std::uint64_t kSliceBytes = 1024 * 1024;

std::string_view text_at(const boost::json::object& line, std::string_view key) {
    const auto* value = line.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view{};
}

bool is_in_time(const LogFilter& filter, std::string_view stamp) {
    // Stamps of one form: comparing the text compares the time.
    return (!filter.since || stamp >= format_utc_ms(*filter.since)) &&
           (!filter.until || stamp < format_utc_ms(*filter.until));
}

std::string_view stamp_of(std::string_view line) {
    constexpr std::size_t kStampStart = 7;  // after {"ts":"
    constexpr std::size_t kStampLength = 24;
    return line.size() < kStampStart ? line : line.substr(kStampStart, kStampLength);
}

/// The last `count` lines of the file that pass.
class Tail {
public:
    Tail(const LogQuery& query, std::size_t count) : query_(query), count_(count) {}

    Status read_all(LineSource& source) {
        lines_.clear();
        first_.clear();
        for (;;) {
            const auto done =
                source.read(kSliceBytes, [this](std::string_view line) { keep(line); });
            if (!done) {
                return fail(done.error());
            }
            if (*done) {
                return {};
            }
            if (query_.is_stopped && query_.is_stopped()) {
                return fail(ErrorCode::cancelled, "the search was stopped");
            }
        }
    }

    /// From the end in growing windows: the last lines of a big file are wanted most.
    Status read_from_end(LineSource& source) {
        const auto size = source.size();
        if (!size) {
            return fail(size.error());
        }
        for (std::uint64_t window = kFirstWindowBytes;; window *= kWindowGrowth) {
            const std::uint64_t offset = *size > window ? *size - window : 0;
            if (Status sought = source.seek(offset); !sought) {
                return sought;
            }
            Status read = read_all(source);
            if (!read || lines_.size() >= count_ || offset == 0) {
                return read;
            }
        }
    }

    [[nodiscard]] std::deque<std::string>& lines() { return lines_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// The stamp of the first line that was looked at.
    [[nodiscard]] const std::string& first() const noexcept { return first_; }

private:
    void keep(std::string_view line) {
        bytes_ += line.size() + 1;
        if (first_.empty()) {
            first_ = stamp_of(line);
        }
        if (!passes(query_.filter, line)) {
            return;
        }
        lines_.emplace_back(line);
        if (lines_.size() > count_) {
            lines_.pop_front();
        }
    }

    const LogQuery& query_;
    const std::size_t count_;
    std::deque<std::string> lines_;
    std::string first_;
    std::uint64_t bytes_ = 0;
};

/// The last lines of one channel, read file by file from the newest to the oldest.
class ChannelTail {
public:
    ChannelTail(const LogQuery& query, LogType type)
        : query_(query), folder_(query.directory / folder_of(type)) {}

    Status blocking_read() {
        // Opened before the folder is listed: a rotation in between neither hides nor doubles it.
        auto current = LineSource::open(folder_ / kCurrentName);
        auto rotated = blocking_list_rotated(folder_);
        if (current) {
            const bool is_too_late = query_.filter.until && begins_too_late(*current);
            if (Status read = is_too_late ? Status() : prepend(*current, false); !read) {
                return read;
            }
        } else if (current.error().code() != ErrorCode::not_found) {
            return fail(current.error());
        }
        std::ranges::reverse(rotated);
        for (RotatedName& name : rotated) {
            if (is_full() || is_before_wanted(name)) {
                break;
            }
            if (bytes_ >= query_.max_bytes) {
                ended_at_ = reached_;
                break;
            }
            if (Status read = prepend_rotated(name, current ? &*current : nullptr); !read) {
                return read;
            }
        }
        return {};
    }

    [[nodiscard]] std::deque<std::string>& lines() { return lines_; }
    /// Nothing older than this stamp was looked at; empty: the search came to its end.
    [[nodiscard]] const std::string& ended_at() const noexcept { return ended_at_; }

private:
    [[nodiscard]] bool is_full() const { return lines_.size() >= query_.count; }

    [[nodiscard]] bool is_before_wanted(const RotatedName& name) const {
        // A day of slack: see needs_new_file.
        return query_.filter.since &&
               name.day < utc_day(*query_.filter.since - std::chrono::hours(24));
    }

    Status prepend_rotated(RotatedName& name, const LineSource* current) {
        struct stat found {};
        if (current != nullptr && ::lstat((folder_ / name.text()).c_str(), &found) == 0 &&
            current->is_same_file(found)) {
            return {};
        }
        auto source = LineSource::open(folder_ / name.text());
        if (!source && !name.is_compressed) {
            name.is_compressed = true;  // it was compressed meanwhile
            source = LineSource::open(folder_ / name.text());
        }
        if (!source) {
            // Expired meanwhile.
            return source.error().code() == ErrorCode::not_found ? Status() : fail(source.error());
        }
        if (query_.filter.until) {
            auto beginning = LineSource::open(folder_ / name.text());
            if (beginning && begins_too_late(*beginning)) {
                return {};
            }
        }
        return prepend(*source, name.is_compressed);
    }

    /// So that a search that goes on comes to older files without reading the newer ones again.
    /// Leaves `source` somewhere behind its first lines.
    [[nodiscard]] bool begins_too_late(LineSource& source) const {
        std::string first;
        const auto read = source.read(1, [&first](std::string_view line) {
            first = first.empty() ? std::string(stamp_of(line)) : first;
        });
        return read && !first.empty() && first >= format_utc_ms(*query_.filter.until);
    }

    Status prepend(LineSource& source, bool is_compressed) {
        Tail tail(query_, query_.count - lines_.size());
        Status read = is_compressed ? tail.read_all(source) : tail.read_from_end(source);
        bytes_ += tail.bytes();
        if (!tail.first().empty()) {
            reached_ = tail.first();
        }
        lines_.insert(lines_.begin(),
                      std::make_move_iterator(tail.lines().begin()),
                      std::make_move_iterator(tail.lines().end()));
        return read;
    }

    const LogQuery& query_;
    const std::filesystem::path folder_;
    std::deque<std::string> lines_;
    std::uint64_t bytes_ = 0;
    std::string reached_;
    std::string ended_at_;
};

}  // namespace

bool passes(const LogFilter& filter, std::string_view line) {
    std::array<unsigned char, 8 * 1024> buffer;
    boost::json::monotonic_resource memory(buffer.data(), buffer.size());
    boost::system::error_code error;
    const auto value = boost::json::parse(line, error, &memory);
    const auto* object = error ? nullptr : value.if_object();
    if (object == nullptr) {
        return false;
    }
    const std::string_view stamp = text_at(*object, "ts");
    const auto level = level_from(text_at(*object, "level"));
    return !stamp.empty() && is_in_time(filter, stamp) && (!level || *level >= filter.least) &&
           (filter.directive.empty() || text_at(*object, "directive") == filter.directive);
}

Result<FoundLines> blocking_search(const LogQuery& query) {
    if (query.count > kMaxCount) {
        return fail(ErrorCode::invalid_input, "at most 100000 lines can be shown at once");
    }
    FoundLines found;
    auto& all = found.lines;
    std::string ended_at;  // the latest of the channels': older lines of the others come later
    for (const LogType type : query.types) {
        ChannelTail channel(query, type);
        if (Status read = channel.blocking_read(); !read) {
            return fail(read.error());
        }
        std::ranges::move(channel.lines(), std::back_inserter(all));
        ended_at = std::max(ended_at, channel.ended_at());
    }
    std::erase_if(all, [&](const std::string& line) { return stamp_of(line) < ended_at; });
    std::ranges::stable_sort(all, {}, stamp_of);
    if (all.size() > query.count) {
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(query.count));
    } else if (const auto instant = parse_instant(ended_at, TimeZone::utc()); instant) {
        found.goes_on_before = *instant;
    }
    return found;
}

Result<std::vector<std::string>> blocking_read_last(LogQuery query) {
    query.max_bytes = std::numeric_limits<std::uint64_t>::max();
    auto found = blocking_search(query);
    return found ? Result<std::vector<std::string>>(std::move(found->lines)) : fail(found.error());
}

}  // namespace aifp::logging
