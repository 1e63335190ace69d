#include "admin/tokens.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMaxFileBytes = 256 * 1024;
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kMaxName = 64;
/// Tells people, and programs that look for leaked secrets, what it is.
constexpr std::string_view kPrefix = "aifp_";
constexpr std::array kAllScopes{
    helpers::Scope::read, helpers::Scope::author, helpers::Scope::operate, helpers::Scope::approve};

std::optional<helpers::Scope> scope_from(std::string_view name) {
    for (const auto scope : kAllScopes) {
        if (helpers::name_of(scope) == name) {
            return scope;
        }
    }
    return std::nullopt;
}

json::array names_of(const Scopes& scopes) {
    json::array names;
    for (const auto scope : scopes) {
        names.emplace_back(helpers::name_of(scope));
    }
    return names;
}

bool is_good_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '-';
           });
}

json::value stored_form(const std::vector<Token>& tokens) {
    json::array rows;
    for (const auto& token : tokens) {
        json::object row;
        row["name"] = token.name;
        row["sha256"] = token.hash;
        row["scopes"] = names_of(token.scopes);
        row["created_by"] = token.created_by;
        row["created_at_ms"] = to_unix_ms(token.created_at);
        row["expires_at_ms"] =
            token.expires_at ? json::value(to_unix_ms(*token.expires_at)) : json::value();
        rows.push_back(std::move(row));
    }
    json::object whole;
    whole["tokens"] = std::move(rows);
    return whole;
}

// Throws what Boost.JSON throws when something is missing or of another type.
Token token_from(const json::value& row) {
    Token token;
    token.name = std::string(row.at("name").as_string());
    token.hash = std::string(row.at("sha256").as_string());
    std::vector<std::string> scopes;
    for (const auto& scope : row.at("scopes").as_array()) {
        scopes.emplace_back(scope.as_string());
    }
    token.scopes = parse_scopes(scopes).value_or(Scopes());
    token.created_by = std::string(row.at("created_by").as_string());
    token.created_at = from_unix_ms(row.at("created_at_ms").as_int64());
    if (!row.at("expires_at_ms").is_null()) {
        token.expires_at = from_unix_ms(row.at("expires_at_ms").as_int64());
    }
    return token;
}

std::optional<std::vector<Token>> tokens_from(const std::string& text) {
    std::vector<Token> tokens;
    try {
        const auto parsed = json::parse(text);
        for (const auto& row : parsed.at("tokens").as_array()) {
            tokens.push_back(token_from(row));
        }
    } catch (const std::exception&) {
        return std::nullopt;
    }
    const bool are_good = tokens.size() <= Tokens::kMaxTokens &&
                          std::all_of(tokens.begin(), tokens.end(), [](const Token& token) {
                              return is_good_name(token.name) && token.hash.size() == kHashDigits &&
                                     !token.scopes.empty();
                          });
    return are_good ? std::optional(std::move(tokens)) : std::nullopt;
}

// Who can write there gives himself every right.
Status check_private(const std::filesystem::path& file) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) {
        return {};
    }
    const bool is_ours = facts.st_uid == ::geteuid() || facts.st_uid == 0;
    if (!is_ours || (facts.st_mode & 077) != 0) {
        return fail(ErrorCode::denied,
                    fmt::format("{} holds who may steer this project, and {}: chmod 600 it, or "
                                "remove it and make new tokens",
                                file.string(),
                                is_ours ? "others can reach it" : "it is another user's"));
    }
    return {};
}

Status check_new(const NewToken& wanted) {
    if (!is_good_name(wanted.name)) {
        return fail(ErrorCode::invalid_input,
                    "name a token with up to 64 letters, digits, \"_\", \"-\" and \".\"");
    }
    if (wanted.scopes.empty()) {
        return fail(ErrorCode::invalid_input,
                    "give the token at least one scope of read, author, operate, approve");
    }
    if (wanted.lifetime && wanted.lifetime->count() <= 0) {
        return fail(ErrorCode::invalid_input, "a token lives for some time: write it like 90d");
    }
    return {};
}

Status check_room(const std::vector<Token>& tokens, const std::string& name) {
    const bool is_taken = std::any_of(
        tokens.begin(), tokens.end(), [&](const Token& token) { return token.name == name; });
    if (is_taken) {
        return fail(ErrorCode::conflict,
                    fmt::format("there is a token {} already: revoke it first, or choose another "
                                "name",
                                name));
    }
    if (tokens.size() >= Tokens::kMaxTokens) {
        return fail(
            ErrorCode::busy,
            fmt::format("there are {} tokens already: revoke one first", Tokens::kMaxTokens));
    }
    return {};
}

MadeToken new_token(NewToken wanted, WallTime now) {
    MadeToken made;
    made.text = std::string(kPrefix) + random_hex(kTokenBytes);
    auto& token = made.token;
    token.name = std::move(wanted.name);
    token.hash = sha256_hex(made.text);
    token.scopes = std::move(wanted.scopes);
    token.created_by = std::move(wanted.created_by);
    token.created_at = now;
    if (wanted.lifetime) {
        token.expires_at = now + *wanted.lifetime;
    }
    if (wanted.not_after && (!token.expires_at || *token.expires_at > *wanted.not_after)) {
        token.expires_at = wanted.not_after;
    }
    return made;
}

}  // namespace

Result<Tokens> Tokens::blocking_load(std::filesystem::path file, OffLoop off_loop) {
    if (auto is_private = check_private(file); !is_private) {
        return fail(std::move(is_private).error());
    }
    Tokens loaded(std::move(file), std::move(off_loop));
    const auto text = read_file(loaded.file_, kMaxFileBytes);
    if (!text && text.error().code() == ErrorCode::not_found) {
        return loaded;
    }
    if (!text) {
        return fail(text.error().with_context("reading the tokens"));
    }
    auto tokens = tokens_from(*text);
    if (!tokens) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is damaged: put a copy back, or remove it and make new tokens",
                                loaded.file_.string()));
    }
    loaded.tokens_ = std::move(*tokens);
    return loaded;
}

void Tokens::create(NewToken wanted, WallTime now, std::function<void(Result<MadeToken>)> done) {
    if (auto good = check_new(wanted); !good) {
        done(fail(std::move(good).error()));
        return;
    }
    auto made = std::make_shared<MadeToken>(new_token(std::move(wanted), now));
    change(
        [made](const std::vector<Token>& tokens) -> Result<std::vector<Token>> {
            if (auto room = check_room(tokens, made->token.name); !room) {
                return fail(std::move(room).error());
            }
            auto all = tokens;
            all.push_back(made->token);
            return all;
        },
        [made, done = std::move(done)](Status stored) {
            done(stored ? Result<MadeToken>(std::move(*made)) : fail(std::move(stored).error()));
        });
}

void Tokens::revoke(std::string name, std::function<void(Status)> done) {
    change(
        [name = std::move(name)](const std::vector<Token>& tokens) -> Result<std::vector<Token>> {
            auto left = tokens;
            const auto removed =
                std::erase_if(left, [&](const Token& token) { return token.name == name; });
            if (removed == 0) {
                return fail(ErrorCode::not_found,
                            fmt::format("there is no token {}; aifp token list shows them",
                                        truncate_utf8(name, kMaxName)));
            }
            return left;
        },
        std::move(done));
}

void Tokens::change(Plan plan, std::function<void(Status)> done) {
    if (changes_.size() >= kMaxWaiting) {
        done(fail(ErrorCode::busy, "many changes of tokens are under way: try again soon"));
        return;
    }
    changes_.push_back({std::move(plan), std::move(done)});
    if (!changing_) {
        begin_next();
    }
}

// Planned only now: the one before may have taken its name, or the last place.
void Tokens::begin_next() {
    changing_ = true;
    auto planned = changes_.front().plan(tokens_);
    if (planned) {
        store(std::move(*planned));
    } else {
        finish(fail(std::move(planned).error()));
    }
}

void Tokens::store(std::vector<Token> tokens) {
    auto written = std::make_shared<std::optional<Status>>();
    const auto write = [written, file = file_, text = json_text(stored_form(tokens)) + "\n"] {
        *written = write_file_atomically(file, text, 0600);
    };
    off_loop_(write, [this, written, write, tokens = std::move(tokens)](const Status&) {
        if (!*written) {
            write();  // nobody took it; a token must be revoked all the same
        }
        if (!**written) {
            finish(fail((*written)->error().with_context("storing the tokens")));
            return;
        }
        tokens_ = tokens;
        finish({});
    });
}

void Tokens::finish(const Status& stored) {
    const auto done = std::move(changes_.front().done);
    changes_.pop_front();
    done(stored);
    changing_ = false;
    if (!changes_.empty()) {
        begin_next();
    }
}

const Token* Tokens::find(std::string_view text) const {
    const auto hash = sha256_hex(text);
    const Token* found = nullptr;
    for (const auto& token : tokens_) {
        if (equal_constant_time(token.hash, hash)) {
            found = &token;
        }
    }
    return found;
}

bool Tokens::still_opens(const HeldToken& held, WallTime now) const {
    const bool is_expired = held.expires_at && now >= *held.expires_at;
    return !is_expired && std::any_of(tokens_.begin(), tokens_.end(), [&](const Token& token) {
        return token.hash == held.hash;
    });
}

Result<Scopes> parse_scopes(const std::vector<std::string>& names) {
    if (names.empty()) {
        return fail(ErrorCode::invalid_input,
                    "give at least one scope of read, author, operate, approve");
    }
    Scopes given{helpers::Scope::read};
    for (const auto& name : names) {
        const auto scope = scope_from(name);
        if (!scope) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} is no scope; write some of read, author, operate, approve",
                                    truncate_utf8(name, kMaxName)));
        }
        given.push_back(*scope);
    }
    std::sort(given.begin(), given.end());
    given.erase(std::unique(given.begin(), given.end()), given.end());
    return given;
}

json::object describe_token(const Token& token, WallTime now) {
    json::object shown;
    shown["name"] = token.name;
    shown["scopes"] = names_of(token.scopes);
    shown["created_by"] = token.created_by;
    shown["created_at"] = format_utc_ms(token.created_at);
    shown["expires_at"] =
        token.expires_at ? json::value(format_utc_ms(*token.expires_at)) : json::value();
    shown["expired"] = token.expires_at && now >= *token.expires_at;
    return shown;
}

}  // namespace aifp::admin
