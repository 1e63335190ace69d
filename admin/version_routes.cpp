#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "admin/call.hpp"
#include "base/json_member.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "helpers/json_changes.hpp"
#include "model/definition.hpp"
#include "storage/versions.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kMinDigits = 4;

/// A directive and what is kept of its versions, the newest first.
struct History {
    json::object shown;  ///< Control::show_directive
    std::vector<storage::DirectiveVersion> versions;

    [[nodiscard]] std::string text(const char* name) const {
        return text_member(shown, name).value_or("");
    }
    [[nodiscard]] std::string current() const { return text("content_hash"); }
    /// Empty: none waits.
    [[nodiscard]] std::string proposed() const {
        const auto* proposal = shown.if_contains("proposal");
        return proposal != nullptr && proposal->is_object()
                   ? std::string(proposal->at("content_hash").as_string())
                   : std::string();
    }
};

void with_history(const Call& call, std::function<void(Result<History>)> found) {
    auto* const store = &call.services.store;
    call.control.show_directive(
        call.subject, [store, found = std::move(found)](const Result<json::value>& shown) {
            if (!shown) {
                found(fail(shown.error()));
                return;
            }
            auto history = std::make_shared<History>();
            history->shown = shown->as_object();
            store->read(
                [history](storage::Database& database) {
                    history->versions = storage::list_versions(database, history->text("name"));
                },
                [history, found](const Status& read) {
                    found(read ? Result<History>(std::move(*history)) : fail(read.error()));
                });
        });
}

json::value version_list(const History& history) {
    const auto* approved = history.shown.if_contains("approved");
    const bool is_approved = approved != nullptr && approved->is_bool() && approved->get_bool();
    json::array list;
    for (const auto& version : history.versions) {
        json::object one;
        one["hash"] = version.hash;
        one["loaded_at"] = format_utc_ms(version.loaded_at);
        one["source_file"] = version.source_file;
        one["current"] = version.hash == history.current();
        one["approved"] = is_approved && version.hash == history.current();
        list.push_back(std::move(one));
    }
    return list;
}

/// The whole hash of the version that begins with `digits`, the proposal's too.
Result<std::string> find_hash(const History& history, const std::string& digits) {
    if (digits.size() < kMinDigits) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("write at least {} digits of a version's hash", kMinDigits));
    }
    std::vector<std::string> all;
    for (const auto& version : history.versions) {
        all.push_back(version.hash);
    }
    all.push_back(history.proposed());
    std::string found;
    for (const auto& hash : all) {
        if (!hash.starts_with(digits) || hash == found) {
            continue;
        }
        if (!found.empty()) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} begins several versions: write more digits", digits));
        }
        found = hash;
    }
    if (found.empty()) {
        return fail(ErrorCode::not_found,
                    fmt::format("no version of {} begins with {}; aifp versions lists them",
                                history.text("name"),
                                truncate_utf8(digits, 64)));
    }
    return found;
}

/// What the two sides are when they are not named: what is in force and the proposal that waits, or
/// the version before it and what is in force.
std::pair<std::string, std::string> usual_sides(const History& history) {
    if (!history.proposed().empty()) {
        return {history.current(), history.proposed()};
    }
    const auto& versions = history.versions;
    const auto before = std::find_if(versions.begin(), versions.end(), [&](const auto& version) {
        return version.hash != history.current();
    });
    return {before != versions.end() ? before->hash : history.current(), history.current()};
}

Result<std::pair<std::string, std::string>> sides_of(const Call& call, const History& history) {
    const auto from = call.parameter("from");
    const auto to = call.parameter("to");
    if (!from && !to) {
        return usual_sides(history);
    }
    auto first = from ? find_hash(history, *from) : Result<std::string>(history.current());
    auto second = to ? find_hash(history, *to) : Result<std::string>(history.current());
    if (!first || !second) {
        return fail(first ? second.error() : first.error());
    }
    return std::pair(std::move(*first), std::move(*second));
}

/// A configuration on one side; null if it is kept no more.
json::value configuration_of(storage::Database& database,
                             const History& history,
                             const std::string& hash) {
    if (hash == history.current()) {
        return history.shown.at("configuration_json");
    }
    if (hash == history.proposed()) {
        return history.shown.at("proposal").at("configuration_json");
    }
    const auto version = storage::find_version(database, hash);
    return version ? model::parse_stored_or_null(version->configuration_json) : json::value();
}

void compare(const Call& call, std::shared_ptr<History> history) {
    const auto sides = sides_of(call, *history);
    if (!sides) {
        call.answer(fail(sides.error()));
        return;
    }
    auto answer = std::make_shared<json::object>();
    call.services.store.read(
        [answer, history, sides = *sides](storage::Database& database) {
            (*answer)["from"] = sides.first;
            (*answer)["to"] = sides.second;
            (*answer)["changes"] =
                helpers::changes_between(configuration_of(database, *history, sides.first),
                                         configuration_of(database, *history, sides.second));
        },
        [answer, done = call.answer](const Status& read) {
            done(read ? Result<json::value>(std::move(*answer)) : fail(read.error()));
        });
}

}  // namespace

void list_versions(Call call) {
    with_history(call, [answer = call.answer](const Result<History>& history) {
        answer(history ? Result<json::value>(version_list(*history)) : fail(history.error()));
    });
}

void diff_versions(Call call) {
    with_history(call, [call](Result<History> history) {
        if (!history) {
            call.answer(fail(std::move(history).error()));
            return;
        }
        compare(call, std::make_shared<History>(std::move(*history)));
    });
}

}  // namespace aifp::admin
