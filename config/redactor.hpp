#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace aifp::config {

/// Knows what was resolved from secrets.yaml and `${NAME}`, so that no message shows it. Filled by
/// the Resolver. Loop thread only. Bounded: the newest kMaxValues, kMaxValueBytes of each.
class Redactor {
public:
    static constexpr std::size_t kMaxValues = 1'024;
    static constexpr std::size_t kMaxValueBytes = 4'096;
    /// A shorter value is no secret worth the name, and would blot out half of each message.
    static constexpr std::size_t kMinValueBytes = 6;

    void remember(std::string_view value);
    /// `text` with "***" for each of them, also where it stands percent-encoded or as JSON.
    [[nodiscard]] std::string redacted(std::string text) const;

private:
    void keep(std::string_view value);

    std::deque<std::string> values_;  // the newest last
};

}  // namespace aifp::config
