// What the log files hold, and the settings in force.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <memory>
#include <utility>

#include "admin/log_stream.hpp"
#include "admin/page.hpp"
#include "base/file.hpp"
#include "base/time_zone.hpp"
#include "config/private_settings.hpp"
#include "document/node_json.hpp"
#include "document/reader.hpp"
#include "engine/why.hpp"
#include "logging/reader.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kUsualLines = 100;
constexpr std::size_t kMaxLines = 1'000;
/// Of each channel, unpacked; then the next page begins. Other reads wait meanwhile.
constexpr std::uint64_t kMaxLookedAt = 16 << 20;
constexpr std::uint64_t kMaxSettingsBytes = 1 << 20;

/// Errors: invalid_input for a time that is none.
Result<std::optional<WallTime>> time_in(const Call& call, const char* name) {
    const auto text = call.parameter(name);
    if (!text) {
        return std::nullopt;
    }
    auto instant =
        engine::parse_since(*text, call.services.clock.wall(), call.services.settings.timezone);
    if (!instant) {
        return fail(instant.error().with_context(name));
    }
    return *instant;
}

Result<logging::LogQuery> query_in(const Call& call) {
    logging::LogQuery query;
    query.directory = call.services.paths.logs();
    query.filter.directive = call.parameter("directive").value_or("");
    if (auto kind = read_log_kind(call.query, query); !kind) {
        return fail(std::move(kind).error());
    }
    const auto since = time_in(call, "since");
    const auto until = time_in(call, "until");
    const auto limit = number_parameter(call, "limit");
    if (!since || !until || !limit) {
        return fail(!since ? since.error() : !until ? until.error() : limit.error());
    }
    query.filter.since = *since;
    query.filter.until = *until;
    query.count = limit->has_value()
                      ? std::clamp<std::size_t>(static_cast<std::size_t>(**limit), 1, kMaxLines)
                      : kUsualLines;
    return query;
}

json::array parsed_lines(const std::vector<std::string>& lines) {
    json::array rows;
    for (const auto& line : lines) {
        boost::system::error_code error;
        auto row = json::parse(line, error);
        if (!error) {
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

/// The value under "limits.max_output" in what is written; null when it is not.
const json::value* value_at(const json::value& written, std::string_view name) {
    const json::value* at = &written;
    while (at != nullptr && !name.empty()) {
        const auto dot = name.find('.');
        const auto* object = at->if_object();
        at = object != nullptr ? object->if_contains(name.substr(0, dot)) : nullptr;
        name = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
    }
    return at;
}

/// What the file says as JSON, secrets as their names; an empty object when there is none.
json::value written_settings(const ProjectPaths& paths) {
    const auto file = config::settings_file(paths);
    auto text = read_file(file, kMaxSettingsBytes);
    if (!text) {
        return json::object();
    }
    const document::SourceText source(file.filename().native(), std::move(*text));
    const auto parsed = document::parse(source, document::Format::yaml, document::Limits());
    return parsed.root ? document::to_json(*parsed.root) : json::value(json::object());
}

json::array settings_view(json::value written) {
    config::hide_private_values(written);
    json::array all;
    for (auto& described : config::describe_settings()) {
        auto& setting = described.as_object();
        const std::string name(setting.at("name").as_string());
        if (name.find(".NAME.") != std::string::npos) {
            continue;  // shown with the map that it is of
        }
        const auto* value = value_at(written, name);
        setting["value"] = value != nullptr ? *value : json::value();
        setting["is_default"] = value == nullptr;
        all.push_back(std::move(setting));
    }
    return all;
}

}  // namespace

// On the store's reading thread: compressed files take their time.
void search_logs(Call call) {
    auto query = query_in(call);
    if (!query) {
        call.answer(fail(std::move(query).error()));
        return;
    }
    query->max_bytes = kMaxLookedAt;
    auto found = std::make_shared<Result<logging::FoundLines>>();
    auto& store = call.services.store;
    auto asked = std::make_shared<Call>(std::move(call));
    store.read(
        [found, query = std::move(*query)](storage::Database& database) mutable {
            query.is_stopped = [&database] { return database.is_interrupted(); };
            *found = logging::blocking_search(query);
        },
        [found, asked](const Status& read) {
            if (!read || !*found) {
                asked->answer(fail(read ? found->error() : read.error()));
                return;
            }
            const auto& until = (*found)->goes_on_before;
            answer_page(*asked,
                        parsed_lines((*found)->lines),
                        until ? query_with(*asked, "until", format_utc_ms(*until)) : "");
        });
}

void watch_logs(Call call) {
    if (call.log_feed == nullptr) {
        call.answer(fail(ErrorCode::not_found, "no log is written here"));
        return;
    }
    auto query = log_stream_query_from(call.query, call.last_event_id);
    if (!query) {
        call.answer(fail(std::move(query).error()));
        return;
    }
    query->log.directory = call.services.paths.logs();
    std::make_shared<LogClient>(std::move(*query), call.services.clock.wall(), call.may_go_on())
        ->begin(*call.log_feed, call.services.store, call.responder);
}

void show_settings(Call call) {
    auto view = std::make_shared<json::array>();
    call.services.store.read(
        [view, paths = call.services.paths](storage::Database&) {
            *view = settings_view(written_settings(paths));
        },
        [view, answer = call.answer](const Status& read) {
            answer(read ? Result<json::value>(json::value(std::move(*view))) : fail(read.error()));
        });
}

}  // namespace aifp::admin
