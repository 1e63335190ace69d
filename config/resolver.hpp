#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/secret_keeper.hpp"
#include "config/secrets.hpp"

namespace aifp::config {

/// Reads one environment variable; nothing if it is not set.
using ReadEnvironment = std::function<std::optional<std::string>(const std::string&)>;

/// Of this process. Thread-safe as long as nobody calls setenv.
[[nodiscard]] std::optional<std::string> read_environment(const std::string& name);

/// Turns what a user wrote into what is used: secrets and `${NAME}`. What it found the keeper
/// remembers. Loop thread only; `secrets` must outlive it.
class Resolver {
public:
    /// Without a keeper it has one of its own.
    explicit Resolver(const Secrets& secrets,
                      ReadEnvironment environment = read_environment,
                      std::shared_ptr<SecretKeeper> keeper = std::make_shared<SecretKeeper>());

    /// `${NAME}` replaced by the environment's value; `$${NAME}` stays `${NAME}`; other dollars
    /// stay. Errors: not_found naming the variable.
    [[nodiscard]] Result<std::string> expand(std::string_view text) const;
    /// A text (expanded) or {"$secret": NAME} (never expanded). Errors: not_found; invalid_input
    /// for any other value.
    [[nodiscard]] Result<std::string> text(const boost::json::value& value) const;
    /// The same for all texts and secrets within a value; keys stay. Errors: as text(), with the
    /// place; invalid_input when nested deeper than 64.
    [[nodiscard]] Result<boost::json::value> value(const boost::json::value& value) const;

    /// Makes a message fit for logs, rows and answers.
    [[nodiscard]] const SecretKeeper& keeper() const noexcept { return *keeper_; }

private:
    const Secrets* secrets_;
    ReadEnvironment environment_;
    std::shared_ptr<SecretKeeper> keeper_;
};

}  // namespace aifp::config
