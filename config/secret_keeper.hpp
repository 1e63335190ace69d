#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/secrets.hpp"
#include "config/value_replacer.hpp"

namespace aifp::config {

/// Knows every secret of the project and what was resolved from `${NAME}`, so that no log line,
/// answer, record or error text shows it. It works by value, where texts leave the program
/// (docs/secrets.md). What it once knew it goes on knowing: a run under way may still hold a secret
/// that was changed. Thread-safe. Bounded: the newest kMaxValues, kMaxValueBytes of each.
class SecretKeeper {
public:
    static constexpr std::size_t kMaxValues = 1'024;
    static constexpr std::size_t kMaxValueBytes = 4'096;
    /// A shorter value of a variable is no secret worth the name, and would blot out half of each
    /// message.
    static constexpr std::size_t kMinValueBytes = 6;
    static constexpr std::size_t kMinSecretBytes = 4;
    /// Names of JSON members are left alone unless the value is so long: `state` may be a secret.
    static constexpr std::size_t kMinKeyBytes = 12;

    void remember(const Secrets& secrets);
    void remember_secret(std::string_view name, std::string_view value);
    void remember_variable(std::string_view name, std::string_view value);

    /// Whether one of them stands in `text`, in any form. Most texts have none, and most projects
    /// know few: this is the cheap question before the others.
    [[nodiscard]] bool shows_in(std::string_view text) const;
    /// `text` with "***" for each of them, also where it stands percent-encoded or as JSON.
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
    using Known = std::vector<Sought>;
    void keep(std::string_view value, const std::string& reference);
    void rebuild();
    [[nodiscard]] std::shared_ptr<const Known> known() const;
    [[nodiscard]] std::string value_of(std::string_view reference);

    std::atomic<bool> knows_any_ = false;
    mutable std::mutex mutex_;                                        // of all below
    std::deque<Sought> values_;                                       // the newest last
    std::shared_ptr<const Known> known_ = std::make_shared<Known>();  // in every form
};

}  // namespace aifp::config
