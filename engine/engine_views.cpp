#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>

#include "base/in_turns.hpp"
#include "engine/engine_core.hpp"
#include "engine/row_views.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"
#include "storage/ledger.hpp"
#include "storage/proposals.hpp"
#include "storage/source_files.hpp"

namespace aifp::engine {
namespace {

/// About a millisecond.
constexpr std::size_t kViewsPerTurn = 100;

boost::json::object view_of(const storage::Proposal& proposal) {
    boost::json::object object;
    object["configuration_json"] = model::parse_stored_or_null(proposal.configuration_json);
    object["content_hash"] = proposal.content_hash;
    object["proposed_by"] = proposal.proposed_by;
    object["proposed_at"] = proposal.proposed_at;
    return object;
}

boost::json::object log_view(const logging::Log& log) {
    boost::json::object object;
    for (const auto type : logging::kLogTypes) {
        const auto statistics = log.statistics(type);
        boost::json::object one;
        one["written"] = statistics.written;
        one["dropped"] = statistics.dropped;
        one["bytes"] = statistics.bytes;
        one["enabled"] = log.config(type).enabled;
        object[logging::name_of(type)] = std::move(one);
    }
    return object;
}

}  // namespace

boost::json::object EngineCore::live_view(DirectiveId id) {
    boost::json::object object;
    const auto* entry = catalog_.find(id);
    object["armed"] = entry != nullptr && entry->armed;
    const auto next = entry != nullptr ? next_start(*entry) : std::nullopt;
    object["next_due"] = next ? boost::json::value(format_rfc3339(*next, parts_.settings.timezone))
                              : boost::json::value();
    const auto start = next ? placed_start(*entry, *next) : std::nullopt;
    object["next_start"] =
        start ? boost::json::value(format_rfc3339(*start, parts_.settings.timezone))
              : boost::json::value();
    if (entry != nullptr) {
        const auto* snooze = dispatcher_.snooze_of(id);
        object["snoozed_until"] =
            snooze == nullptr
                ? boost::json::value()
                : boost::json::value(format_rfc3339(snooze->until, parts_.settings.timezone));
        object["snoozed_by"] = snooze == nullptr ? "" : snooze->by;
        object["held"] = dispatcher_.held_of(id);
        object["status"] = model::name_of(entry->status);
        object["status_reason"] = entry->status_reason;
        object["questions"] = entry->questions;
        object["critical_questions"] = entry->critical_questions;
        object["missing_dependencies"] =
            boost::json::array(entry->missing.begin(), entry->missing.end());
    }
    return object;
}

void EngineCore::list_directives(Answer answer) {
    auto rows = std::make_shared<std::vector<storage::DirectiveRow>>();
    parts_.store.read(
        [rows](storage::Database& database) { *rows = storage::list_directives(database); },
        [this, rows, answer = std::move(answer)](const Status& read) {
            if (!read) {
                answer(fail(read.error()));
                return;
            }
            auto ids = std::make_shared<std::vector<DirectiveId>>();
            for (const auto& row : *rows) {
                ids->push_back(row.id);
            }
            with_next_starts(std::move(ids), [this, rows, answer] {
                auto list = std::make_shared<boost::json::array>();
                list->reserve(rows->size());
                InTurns::Work work;
                work.count = rows->size();
                work.per_turn = kViewsPerTurn;
                work.is_wanted = [alive = alive_] { return *alive; };
                work.each = [this, rows, list](std::size_t index) {
                    const auto row = std::move((*rows)[index]);  // letting go costs time, too
                    list->push_back(whole_view(row));
                };
                work.done = [list, answer] { answer(boost::json::value(std::move(*list))); };
                InTurns::begin(parts_.loop.get_executor(), std::move(work));
            });
        });
}

boost::json::object EngineCore::whole_view(const storage::DirectiveRow& row) {
    auto object = view_of(row);
    for (const auto& member : live_view(row.id)) {
        object[member.key()] = member.value();
    }
    return object;
}

void EngineCore::show_directive(std::string directive, Answer answer) {
    const auto* entry = find_entry(directive);
    if (entry == nullptr) {
        answer(fail(ErrorCode::not_found, fmt::format("no directive is called {}", directive)));
        return;
    }
    struct Found {
        std::optional<storage::DirectiveRow> row;
        std::optional<storage::Proposal> proposal;
        std::string diagnostics = "[]";
    };
    auto found = std::make_shared<Found>();
    parts_.store.read(
        [found, id = entry->id](storage::Database& database) {
            found->row = storage::find_directive(database, id);
            found->proposal = storage::find_proposal(database, id);
            for (const auto& file : storage::load_source_files(database)) {
                if (found->row && file.path == found->row->source_file) {
                    found->diagnostics = file.diagnostics_json;
                }
            }
        },
        [this, found, answer = std::move(answer)](const Status& read) {
            if (!read || !found->row) {
                answer(read ? Result<boost::json::value>(
                                  fail(ErrorCode::not_found, "the directive is gone"))
                            : Result<boost::json::value>(fail(read.error())));
                return;
            }
            auto ids = std::make_shared<std::vector<DirectiveId>>(1, found->row->id);
            with_next_starts(std::move(ids), [this, found, answer] {
                const auto& row = *found->row;
                auto object = whole_view(row);
                object["configuration_json"] = model::parse_stored_or_null(row.configuration_json);
                object["content_hash"] = row.content_hash;
                object["approved_by"] = row.approved_by.value_or("");
                object["approved_at"] = row.approved_at.value_or("");
                object["diagnostics"] = model::parse_stored_or_null(found->diagnostics);
                object["proposal"] = found->proposal ? boost::json::value(view_of(*found->proposal))
                                                     : boost::json::value();
                answer(boost::json::value(std::move(object)));
            });
        });
}

void EngineCore::history(HistoryQuery query, Answer answer) {
    storage::HistoryQuery wanted;
    wanted.limit = std::clamp<std::size_t>(query.limit, 1, 500);
    wanted.runs_only = query.executions_only;
    if (query.before) {
        wanted.before = LedgerId{*query.before};
    }
    if (query.directive) {
        const auto* entry = find_entry(*query.directive);
        if (entry == nullptr) {
            answer(fail(ErrorCode::not_found,
                        fmt::format("no directive is called {}", *query.directive)));
            return;
        }
        wanted.directive = entry->id;
    }
    auto rows = std::make_shared<std::vector<storage::HistoryEntry>>();
    parts_.store.read(
        [rows, wanted](storage::Database& database) {
            *rows = storage::load_history(database, wanted);
        },
        [this, rows, answer = std::move(answer)](const Status& read) {
            if (!read) {
                answer(fail(read.error()));
                return;
            }
            boost::json::array list;
            for (const auto& row : *rows) {
                const auto* entry = catalog_.find(row.decision.event.directive);
                list.push_back(view_of(row, entry != nullptr ? entry->name : ""));
            }
            answer(boost::json::value(std::move(list)));
        });
}

namespace {

/// What the files' diagnostics are told by: errors first, and no more than anybody reads.
struct ToldProblems {
    static constexpr std::size_t kMost = 50;
    boost::json::array told;
    std::size_t left_out = 0;
};

void gather(storage::Database& database, ToldProblems& problems) {
    std::array<boost::json::array, 2> by_weight;  // errors, and the rest
    for (const auto& file : storage::load_source_files(database)) {
        const auto of_file = model::parse_stored_or_null(file.diagnostics_json);
        for (const auto& one : of_file.is_array() ? of_file.get_array() : boost::json::array()) {
            const auto* severity =
                one.is_object() ? one.get_object().if_contains("severity") : nullptr;
            by_weight.at(severity != nullptr && *severity == "error" ? 0 : 1).push_back(one);
        }
    }
    for (auto& some : by_weight) {
        for (auto& one : some) {
            if (problems.told.size() < ToldProblems::kMost) {
                problems.told.push_back(std::move(one));
            } else {
                ++problems.left_out;
            }
        }
    }
}

}  // namespace

void EngineCore::status(Answer answer) {
    // Gathered where the files are read: each of 10,000 may have a warning.
    auto problems = std::make_shared<ToldProblems>();
    parts_.store.read([problems](storage::Database& database) { gather(database, *problems); },
                      [this, problems, answer = std::move(answer)](const Status& read) {
                          auto object = status_now();
                          object["diagnostics"] = std::move(problems->told);
                          object["diagnostics_left_out"] = problems->left_out;
                          if (!read) {
                              object["store_error"] = read.error().detail();
                          }
                          answer(boost::json::value(std::move(object)));
                      });
}

boost::json::object EngineCore::status_now() {
    std::map<model::DirectiveStatus, std::int64_t> counts;  // there may be 10,000 directives
    catalog_.for_each([&counts](const Entry& entry) { ++counts[entry.status]; });
    boost::json::object by_status;
    for (const auto& [status, count] : counts) {
        by_status[model::name_of(status)] = count;
    }
    const auto store = parts_.store.statistics();
    boost::json::object storage;
    storage["commits"] = store.commits;
    storage["groups"] = store.groups;
    storage["failures"] = store.failures;
    storage["queued"] = store.queued;
    storage["trouble"] = store.last_error;
    storage["dropped"] = store.dropped;
    boost::json::object object;
    object["version"] = AIFP_VERSION;
    object["project"] = parts_.paths.root().string();
    object["ready"] = is_ready() && can_store();
    object["uptime_s"] =
        std::chrono::duration_cast<Seconds>(parts_.clock.mono() - started_at_).count();
    object["directives"] = std::move(by_status);
    object["armed"] = armed_;
    object["running"] = dispatcher_.under_way();
    object["queued"] = dispatcher_.queued();
    object["held"] = dispatcher_.held();
    object["loads"] = loads_;
    object["store"] = std::move(storage);
    object["logs"] = log_view(parts_.log);
    boost::json::array alerts;
    for (const auto& alert : alerts_) {
        const auto* entry = catalog_.find(alert.directive);
        boost::json::object one;
        one["directive"] = entry != nullptr ? entry->name : "";
        one["kind"] = alert.kind;
        one["text"] = alert.text;
        alerts.push_back(std::move(one));
    }
    object["alerts"] = std::move(alerts);
    object["clock_untrusted"] =
        clock_is_wrong_ ? boost::json::value(clock_guard_.why_not(parts_.settings.timezone))
                        : boost::json::value();
    return object;
}

void EngineCore::reload(Answer answer) {
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    reload_files([this, answer = std::move(answer)](const Status& loaded) {
        if (!loaded) {
            answer(fail(loaded.error()));
            return;
        }
        status(answer);
    });
}

}  // namespace aifp::engine
