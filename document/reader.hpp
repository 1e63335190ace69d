#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "document/node.hpp"
#include "document/report.hpp"

namespace aifp::document {

/// Bounds, both ends included.
template <class T>
struct Range {
    T least = std::numeric_limits<T>::lowest();
    T most = std::numeric_limits<T>::max();
};
template <>
struct Range<Milliseconds> {
    Milliseconds least{0};
    Milliseconds most{Milliseconds::max()};
};
using DurationRange = Range<Milliseconds>;

// Typed reads of one node. Each returns the value, or nothing and has told `report` what is wrong,
// where and what to write instead. `name` is the key shown in the message. YAML 1.1 leftovers
// (`on`, unquoted 08:00, 08, 1_000) are named where they would be misread.

/// A text. A number is taken as it was written; true, null, lists and tags are not.
[[nodiscard]] std::optional<std::string> read_text(Report& report,
                                                   const Node& node,
                                                   std::string_view name);
[[nodiscard]] std::optional<bool> read_boolean(Report& report,
                                               const Node& node,
                                               std::string_view name);
[[nodiscard]] std::optional<std::int64_t> read_integer(Report& report,
                                                       const Node& node,
                                                       std::string_view name,
                                                       Range<std::int64_t> range = {});
[[nodiscard]] std::optional<double> read_number(Report& report,
                                                const Node& node,
                                                std::string_view name,
                                                Range<double> range = {});
/// "1h30m", "00:05:00" or whole seconds.
[[nodiscard]] std::optional<Milliseconds> read_duration(Report& report,
                                                        const Node& node,
                                                        std::string_view name,
                                                        DurationRange range = {});
/// Bytes: "10 MiB", 512.
[[nodiscard]] std::optional<std::uint64_t> read_size(Report& report,
                                                     const Node& node,
                                                     std::string_view name,
                                                     Range<std::uint64_t> range = {});
/// "17:00" or "17:00:30" in quotes; seconds after midnight.
[[nodiscard]] std::optional<int> read_time_of_day(Report& report,
                                                  const Node& node,
                                                  std::string_view name);
/// The index in `choices`; the nearest one is the hint.
[[nodiscard]] std::optional<std::size_t> read_choice(Report& report,
                                                     const Node& node,
                                                     std::string_view name,
                                                     std::span<const std::string_view> choices);
/// Text, or a secret as {"$secret": "NAME"}.
[[nodiscard]] std::optional<boost::json::value> read_text_or_secret(Report& report,
                                                                    const Node& node,
                                                                    std::string_view name);
/// The items of a list; one item that is no list counts as a list of one. Never fails.
[[nodiscard]] std::vector<const Node*> items_of(const Node& node);
/// A list of texts, or one text.
[[nodiscard]] std::optional<std::vector<std::string>> read_texts(Report& report,
                                                                 const Node& node,
                                                                 std::string_view name);

/// Tells of a word that is none of `candidates`: `unknown key "trigers"`, with the nearest one, or
/// all of them if there are few, as the hint. `what` is "key", "channel", "kind of trigger" ...
void report_unknown(Report& report,
                    Mark mark,
                    std::string_view what,
                    std::string_view word,
                    std::span<const std::string_view> candidates);

/// The members of one mapping. Remembers which keys were asked for, so that finish() can tell of
/// those that nobody knows. `report`, `node` and the key texts asked for must outlive it.
class Fields {
public:
    /// `owner` is shown: `"trigger cron"`. If `node` is no mapping, says so and has no members.
    Fields(Report& report, const Node& node, std::string owner);

    /// The value, or null when the key is absent.
    [[nodiscard]] const Node* take(std::string_view key);
    /// As take(), but absence is an error at the mapping's place.
    [[nodiscard]] const Node* require(std::string_view key);
    /// Where the key stands (for messages about it); the mapping's place if it is absent.
    [[nodiscard]] Mark mark_of(std::string_view key) const noexcept;
    /// Tells of every key that was never asked for.
    void finish();

    [[nodiscard]] const Node& node() const noexcept { return *node_; }
    [[nodiscard]] Report& report() const noexcept { return *report_; }

    /// take() and a typed read; nothing when absent or wrong. A range has to be given:
    /// `fields.read(read_duration, "timeout", DurationRange{})`, `fields.read(read_text, "id")`.
    template <class Read, class... More>
    [[nodiscard]] auto read(Read function, std::string_view key, More... more)
        -> decltype(function(std::declval<Report&>(), std::declval<const Node&>(), key, more...)) {
        if (const Node* value = take(key)) {
            return function(*report_, *value, key, more...);
        }
        return std::nullopt;
    }

private:
    Report* report_;
    const Node* node_;
    std::string owner_;
    std::vector<std::string_view> known_;
};

}  // namespace aifp::document
