#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "config/known_value.hpp"
#include "config/secrets.hpp"

namespace aifp::config {

/// Knows every secret of the project and what was resolved from `${NAME}`, so that no log line,
/// answer, record, error text, trace or request to an AI shows it. It works by value, where texts
/// leave the program, and knows a value in the forms of docs/secrets.md. What it once knew it goes
/// on knowing: a run under way may still hold a secret that was changed. As long as it knows none a
/// text costs one comparison. Thread-safe. Bounded: the newest kMaxValues with kMaxBytes in all.
class SecretKeeper {
public:
    static constexpr std::size_t kMaxValues = 1'024;
    static constexpr std::size_t kMaxBytes = 4 * 1'048'576;
    /// A shorter value of a variable is no secret worth the name, and would blot out half of each
    /// message.
    static constexpr std::size_t kMinValueBytes = 6;
    static constexpr std::size_t kMinSecretBytes = 4;
    /// Names of JSON members are left alone unless the value is so long: `state` may be a secret.
    static constexpr std::size_t kMinKeyBytes = 12;

    void remember(const Secrets& secrets);
    void remember_secret(std::string_view name, std::string_view value);
    void remember_variable(std::string_view name, std::string_view value);

    /// Whether one of them stands in `text`, in any form.
    [[nodiscard]] bool shows_in(std::string_view text) const;
    /// `text` with "***" for each of them; nothing where none stands in it, which most often is so.
    [[nodiscard]] std::optional<std::string> cleaned(std::string_view text) const;
    /// The same, giving back what has none.
    [[nodiscard]] std::string redacted(std::string text) const;
    /// The same within the strings of a JSON text: numbers stay numbers.
    [[nodiscard]] std::string redacted_json(std::string json) const;

    /// For rows that something goes on from: each of them gives way to its name, so that it does
    /// not stand in the database. `json` stays JSON; `text` may be anything.
    [[nodiscard]] std::string sealed_json(std::string json) const;
    [[nodiscard]] std::string sealed_text(std::string text) const;
    /// Puts the values that these names have now in again; "***" where there is none any more. A
    /// variable that was not resolved yet is read from the environment.
    [[nodiscard]] std::string opened(std::string text);

private:
    using Value = std::shared_ptr<const KnownValue>;
    void keep(std::string_view value, const std::string& reference);
    void drop_oldest();
    /// Null while there is none.
    [[nodiscard]] std::shared_ptr<const KnownValues> known() const;
    [[nodiscard]] std::optional<std::string> newest_of(std::string_view reference) const;
    [[nodiscard]] std::string part_for(std::string_view reference);

    std::atomic<bool> knows_any_ = false;
    mutable std::mutex mutex_;                          // of all below
    std::deque<Value> values_;                          // the newest last
    std::map<std::string, Value, std::less<>> newest_;  // by reference
    std::size_t bytes_ = 0;
    mutable std::shared_ptr<const KnownValues> known_;  // null: to be made anew
};

}  // namespace aifp::config
