#pragma once

#include <deque>
#include <filesystem>
#include <functional>
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

/// One that was made.
struct MadeToken {
    Token token;
    std::string text;  ///< Nowhere kept.
};

/// Takes a job to another thread and calls `done` on the loop afterwards; with an error, and
/// without the job having run, when it cannot.
using OffLoop = std::function<void(std::function<void()> job, std::function<void(Status)> done)>;

/// The tokens of one project beside its admin token. They are random enough (256 bits) that a plain
/// SHA-256 keeps them secret. Loop thread only; owned by the wiring. Changes are written off the
/// loop, one after the other; each holds once it is stored. Not moved or destroyed while one is
/// under way.
class Tokens {
public:
    static constexpr std::size_t kMaxTokens = 64;
    static constexpr std::size_t kMaxWaiting = 64;  ///< Changes.

    /// Reads `file`; a missing one is none. Blocks. Errors: denied when others may read or write
    /// it, or it is another user's; invalid_input when it is not what this class writes;
    /// io_failure.
    [[nodiscard]] static Result<Tokens> blocking_load(std::filesystem::path file, OffLoop off_loop);

    /// Errors: invalid_input for the name, no scope or no lifetime; conflict when there is one of
    /// the name; busy beyond kMaxTokens or kMaxWaiting; io_failure.
    void create(NewToken wanted, WallTime now, std::function<void(Result<MadeToken>)> done);
    /// Errors: not_found; busy beyond kMaxWaiting; io_failure.
    void revoke(std::string name, std::function<void(Status)> done);

    /// The token with this text, expired or not; else null. Takes as long for every text.
    [[nodiscard]] const Token* find(std::string_view text) const;
    /// Whether the token is neither revoked nor expired. For what goes on after the answer began.
    [[nodiscard]] bool still_opens(const HeldToken& held, WallTime now) const;
    /// In the order they were made; with those that have expired.
    [[nodiscard]] const std::vector<Token>& all() const noexcept { return tokens_; }

private:
    /// What the tokens are to be instead; an error ends the change.
    using Plan = std::function<Result<std::vector<Token>>(const std::vector<Token>& tokens)>;
    struct Change {
        Plan plan;
        std::function<void(Status)> done;
    };

    Tokens(std::filesystem::path file, OffLoop off_loop)
        : file_(std::move(file)), off_loop_(std::move(off_loop)) {}
    void change(Plan plan, std::function<void(Status)> done);
    void begin_next();
    void store(std::vector<Token> tokens);
    void finish(const Status& stored);

    std::filesystem::path file_;
    OffLoop off_loop_;
    std::vector<Token> tokens_;
    std::deque<Change> changes_;
    bool changing_ = false;  ///< The first of them is under way.
};

/// The scopes that such names stand for, each once and with `read`. Pure. Errors: invalid_input
/// for none, or with the name that is no scope.
[[nodiscard]] Result<Scopes> parse_scopes(const std::vector<std::string>& names);

/// {name, scopes, created_by, created_at, expires_at, expired}: for lists; no hash.
[[nodiscard]] boost::json::object describe_token(const Token& token, WallTime now);

}  // namespace aifp::admin
