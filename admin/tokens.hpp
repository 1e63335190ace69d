#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "helpers/tool.hpp"

namespace aifp::admin {

/// What somebody may do who sends a token. (docs/admin-api.md, Scopes)
using Scopes = std::vector<helpers::Scope>;

/// A token as it is kept: without its text.
struct Token {
    std::string name;  ///< [A-Za-z0-9_.-]{1,64}
    std::string hash;  ///< SHA-256 of the text, hexadecimal.
    Scopes scopes;     ///< With `read`, which every other one includes.
    std::string created_by;
    WallTime created_at;
    std::optional<WallTime> expires_at;  ///< From this instant on it opens nothing.
};

/// The token that a request came with, as far as it matters later.
struct HeldToken {
    std::string hash;
    std::optional<WallTime> expires_at;
};

/// What a new token is to be.
struct NewToken {
    std::string name;
    Scopes scopes;
    std::string created_by;
    std::optional<Milliseconds> lifetime;
    std::optional<WallTime> not_after = {};  ///< It expires then at the latest.
};

/// The tokens of one project beside its admin token. They are random enough (256 bits) that a plain
/// SHA-256 keeps them secret. Loop thread only; owned by the wiring. The file is small: create and
/// revoke write it where they are called, which blocks for an fsync.
class Tokens {
public:
    static constexpr std::size_t kMaxTokens = 64;

    /// Reads `file`; a missing one is none. Blocks. Errors: denied when others may read or write
    /// it, or it is another user's; invalid_input when it is not what this class writes;
    /// io_failure.
    [[nodiscard]] static Result<Tokens> blocking_load(std::filesystem::path file);

    /// The text of the new token, which is nowhere kept. Errors: invalid_input for the name, no
    /// scope or no lifetime; conflict when there is one of the name; busy beyond kMaxTokens;
    /// io_failure.
    [[nodiscard]] Result<std::string> create(NewToken wanted, WallTime now);
    /// Errors: not_found; io_failure.
    [[nodiscard]] Status revoke(std::string_view name);

    /// The token with this text, expired or not; else null. Takes as long for every text.
    [[nodiscard]] const Token* find(std::string_view text) const;
    /// Whether the token is neither revoked nor expired. For what goes on after the answer began.
    [[nodiscard]] bool still_opens(const HeldToken& held, WallTime now) const;
    /// In the order they were made; with those that have expired.
    [[nodiscard]] const std::vector<Token>& all() const noexcept { return tokens_; }

private:
    explicit Tokens(std::filesystem::path file) : file_(std::move(file)) {}
    [[nodiscard]] Status blocking_save(std::vector<Token> tokens);

    std::filesystem::path file_;
    std::vector<Token> tokens_;
};

/// The scopes that such names stand for, each once and with `read`. Pure. Errors: invalid_input
/// for none, or with the name that is no scope.
[[nodiscard]] Result<Scopes> parse_scopes(const std::vector<std::string>& names);

/// {name, scopes, created_by, created_at, expires_at, expired}: for lists; no hash.
[[nodiscard]] boost::json::object describe_token(const Token& token, WallTime now);

}  // namespace aifp::admin
