#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "admin/access.hpp"
#include "admin/call.hpp"
#include "base/quantity.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

constexpr const char* kForm =
    R"(send {"name": "lamp-page", "scopes": ["read", "operate"], "expires": "90d"})";

/// {"name": text, "scopes": [text], "expires": duration or nothing}
Result<NewToken> wanted_in(const Call& call) {
    const auto body = arguments_in(call.body);
    if (!body) {
        return fail(ErrorCode::invalid_input, kForm);
    }
    NewToken wanted;
    wanted.created_by = call.caller.who;
    std::vector<std::string> scopes;
    for (const auto& member : *body) {
        const std::string_view key = member.key();
        const auto& value = member.value();
        if (key == "name" && value.is_string()) {
            wanted.name = std::string(value.get_string());
        } else if (key == "scopes" && value.is_array()) {
            for (const auto& scope : value.get_array()) {
                scopes.emplace_back(scope.is_string() ? scope.get_string() : json::string("?"));
            }
        } else if (key == "expires" && value.is_string()) {
            auto lifetime = parse_duration(value.get_string());
            if (!lifetime) {
                return fail(std::move(lifetime).error());
            }
            wanted.lifetime = *lifetime;
        } else if (key != "expires" || !value.is_null()) {
            return fail(ErrorCode::invalid_input, kForm);
        }
    }
    auto parsed = parse_scopes(scopes);
    if (!parsed) {
        return fail(std::move(parsed).error());
    }
    wanted.scopes = std::move(*parsed);
    return wanted;
}

// Nobody gives away what he does not have.
Status check_own(const helpers::Caller& caller, const Scopes& scopes) {
    for (const auto scope : scopes) {
        if (!caller.may(scope)) {
            return fail(ErrorCode::denied,
                        fmt::format("the {} cannot give the scope {}, which it does not have",
                                    caller.who,
                                    helpers::name_of(scope)));
        }
    }
    return {};
}

}  // namespace

void list_tokens(Call call) {
    json::array list;
    const auto now = call.services.clock.wall();
    for (const auto& token : call.tokens.all()) {
        list.push_back(describe_token(token, now));
    }
    call.answer(json::value(std::move(list)));
}

void create_token(Call call) {
    auto wanted = wanted_in(call);
    if (!wanted) {
        call.answer(fail(std::move(wanted).error()));
        return;
    }
    if (auto own = check_own(call.caller, wanted->scopes); !own) {
        call.answer(fail(std::move(own).error()));
        return;
    }
    if (call.token) {
        wanted->not_after = call.token->expires_at;  // what he gives away does not outlive his own
    }
    const auto now = call.services.clock.wall();
    call.tokens.create(
        std::move(*wanted), now, [now, answer = std::move(call.answer)](Result<MadeToken> made) {
            if (!made) {
                answer(fail(std::move(made).error()));
                return;
            }
            auto shown = describe_token(made->token, now);
            shown["success"] = true;
            shown["token"] = made->text;
            answer(json::value(std::move(shown)));
        });
}

void revoke_token(Call call) {
    call.tokens.revoke(call.subject,
                       [name = call.subject, answer = std::move(call.answer)](Status revoked) {
                           if (!revoked) {
                               answer(fail(std::move(revoked).error()));
                               return;
                           }
                           json::object done;
                           done["success"] = true;
                           done["name"] = name;
                           answer(json::value(std::move(done)));
                       });
}

}  // namespace aifp::admin
