#include "mcp/offline_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <utility>

#include "engine/row_views.hpp"
#include "model/definition.hpp"
#include "storage/directives.hpp"
#include "storage/ledger.hpp"
#include "storage/write_group.hpp"

namespace aifp::mcp {
namespace {

namespace json = boost::json;

// Nothing is under way without an engine.
json::object view_of(storage::Database& database, const storage::HistoryEntry& entry) {
    const auto row = storage::find_directive(database, entry.decision.event.directive);
    auto object = engine::view_of(entry, row ? std::string_view(row->name) : std::string_view());
    if (!entry.end) {
        object.erase("state");
    }
    return object;
}

/// By id if it is a number, else by name.
std::optional<storage::DirectiveRow> find(storage::Database& database, const std::string& named) {
    std::int64_t id = 0;
    const auto* end = named.data() + named.size();
    const auto parsed = std::from_chars(named.data(), end, id);
    return parsed.ec == std::errc() && parsed.ptr == end
               ? storage::find_directive(database, DirectiveId{id})
               : storage::find_directive(database, std::string_view(named));
}

tl::unexpected<Error> unknown(const std::string& named) {
    return fail(ErrorCode::not_found, fmt::format("no directive is called {}", named));
}

/// Reads a value out of the database and answers with it.
template <class Look>
void look_up(storage::Store& store, const engine::Control::Answer& answer, Look look) {
    Result<json::value> found = json::value();
    store.read([&](storage::Database& database) { found = look(database); },
               [&](const Status& read) {
                   answer(read ? std::move(found) : Result<json::value>(fail(read.error())));
               });
}

}  // namespace

Error no_daemon() {
    return Error(ErrorCode::unreachable,
                 "no daemon runs this project, so it can only be looked at; start aifpd");
}

Status ReadOnlyStore::submit(storage::WriteGroup, Done) {
    return fail(no_daemon());
}
void ReadOnlyStore::submit_lazily(storage::WriteGroup) {}
void ReadOnlyStore::write(Job, Done done) {
    done(fail(no_daemon()));
}
void ReadOnlyStore::flush(Done done) {
    done({});
}

void ReadOnlyStore::read(Job job, Done done) {
    Status status;
    try {
        if (database_) {
            job(*database_);
        } else {
            status =
                fail(ErrorCode::not_found, "the project has no database yet; start aifpd once");
        }
    } catch (const std::exception& thrown) {
        status = fail(ErrorCode::io_failure, thrown.what());
    }
    done(status);
}

void ReadOnlyControl::list_directives(Answer answer) {
    look_up(store_, answer, [](storage::Database& database) -> Result<json::value> {
        json::array list;
        for (const auto& row : storage::list_directives(database)) {
            list.push_back(engine::view_of(row));
        }
        return json::value(std::move(list));
    });
}

void ReadOnlyControl::show_directive(std::string directive, Answer answer) {
    look_up(store_, answer, [&directive](storage::Database& database) -> Result<json::value> {
        const auto row = find(database, directive);
        if (!row) {
            return unknown(directive);
        }
        auto object = engine::view_of(*row);
        object["configuration_json"] = model::parse_stored_or_null(row->configuration_json);
        return json::value(std::move(object));
    });
}

void ReadOnlyControl::history(engine::HistoryQuery query, Answer answer) {
    look_up(store_, answer, [&query](storage::Database& database) -> Result<json::value> {
        storage::HistoryQuery wanted;
        wanted.limit = std::clamp<std::size_t>(query.limit, 1, 500);
        wanted.runs_only = query.executions_only;
        if (query.directive) {
            const auto row = find(database, *query.directive);
            if (!row) {
                return unknown(*query.directive);
            }
            wanted.directive = row->id;
        }
        json::array list;
        for (const auto& entry : storage::load_history(database, wanted)) {
            list.push_back(view_of(database, entry));
        }
        return json::value(std::move(list));
    });
}

void ReadOnlyControl::act(engine::Verb, std::string, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::snooze(std::string, std::string, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::unsnooze(std::string, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::change_status(DirectiveId,
                                    model::DirectiveStatus,
                                    std::string,
                                    Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::resume_paused(DirectiveId, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::set_approval(DirectiveId, bool, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::approve(std::string, std::string, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::propose_configuration(DirectiveId, json::object, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::questions(std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::answer_questions(std::string,
                                       std::map<std::string, std::string>,
                                       std::string,
                                       Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::forget_answers(std::string, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::list_runs(Answer answer) {
    answer(json::value(json::array()));  // nothing runs
}
void ReadOnlyControl::cancel_run(LedgerId, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::begin_run_now(LedgerId, std::string, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::answer_run(LedgerId, model::RunAnswer, Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::status(Answer answer) {
    answer(fail(no_daemon()));
}
void ReadOnlyControl::reload(Answer answer) {
    answer(fail(no_daemon()));
}

Status NoLog::configure(logging::LogType, const logging::LogConfig&) {
    return fail(no_daemon());
}

}  // namespace aifp::mcp
