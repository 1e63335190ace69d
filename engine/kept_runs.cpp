#include "engine/kept_runs.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/time_zone.hpp"
#include "engine/run.hpp"
#include "storage/ledger.hpp"
#include "storage/versions.hpp"
#include "storage/waits.hpp"

namespace aifp::engine {
namespace {

bool is_for_time(const model::Wait& wait) {
    return wait.kind == model::WaitKind::run && wait.key == kOnlyTime && wait.deadline;
}

// Of what Run::row says for people.
void move_ends(boost::json::array& places, Milliseconds by) {
    for (auto& place : places) {
        auto* until = place.is_object() ? place.get_object().if_contains("until") : nullptr;
        if (by == Milliseconds(0) || until == nullptr || !until->is_string()) {
            continue;
        }
        if (const auto at = parse_instant(until->get_string(), TimeZone::utc())) {
            *until = format_utc_ms(*at + by);
        }
    }
}

void load_version(storage::Database& database, const model::Wait& wait, KeptRuns& kept) {
    const auto read = kept_run_from(wait);
    if (!read || kept.versions.contains(read->version)) {
        return;
    }
    if (auto version = storage::find_version(database, read->version)) {
        kept.versions.emplace(read->version, std::move(version->configuration_json));
    }
}

void read_parked_row(storage::Database& database, const ParkedRun& place, ParkedRows& rows) {
    auto wait = storage::find_wait(database, place.wait);
    auto decision = storage::find_decision(database, place.run);
    if (wait && decision) {
        load_version(database, *wait, rows.kept);
        rows.kept.waits.emplace(place.run, std::move(*wait));
        rows.records.emplace(place.run, std::move(decision->decision));
    }
}

}  // namespace

KeptRuns load_kept_runs(storage::Database& database,
                        const std::function<void(model::Wait)>& others) {
    KeptRuns kept;
    const std::function<bool(const model::Wait&)> wants_data = [](const model::Wait& wait) {
        return !is_for_time(wait);
    };
    storage::load_waits(database, wants_data, [&](model::Wait wait) {
        if (wait.kind != model::WaitKind::run) {
            others(std::move(wait));
        } else if (is_for_time(wait)) {
            kept.parked.push_back({wait.run, wait.id, wait.directive, *wait.deadline});
        } else {
            const auto run = wait.run;
            kept.waits.insert_or_assign(run, std::move(wait));
        }
    });
    std::sort(kept.parked.begin(), kept.parked.end(), [](const auto& left, const auto& right) {
        return left.run < right.run;
    });
    for (const auto& [run, wait] : kept.waits) {
        load_version(database, wait, kept);
    }
    return kept;
}

bool is_parked(const KeptRuns& kept, LedgerId run) {
    const auto found = std::lower_bound(
        kept.parked.begin(), kept.parked.end(), run, [](const ParkedRun& place, LedgerId id) {
            return place.run < id;
        });
    return found != kept.parked.end() && found->run == run;
}

ParkedRows read_parked_rows(storage::Database& database, const std::vector<ParkedRun>& places) {
    ParkedRows rows;
    for (const auto& place : places) {
        try {
            read_parked_row(database, place, rows);
        } catch (const storage::DatabaseError& error) {
            if (error.is_passing()) {
                throw;
            }
            rows.unreadable.emplace(place.run,
                                    ParkedRows::Unreadable{place.directive, error.what()});
        }
    }
    return rows;
}

boost::json::object view_parked(const model::Wait& wait, const std::string& directive) {
    boost::json::object object;
    object["run"] = wait.run.value;
    object["directive"] = directive;
    object["state"] = "waiting";
    boost::json::error_code error;
    auto data = boost::json::parse(wait.data, error);
    if (error || !data.is_object()) {
        return object;
    }
    const auto* started = data.get_object().if_contains("started_at");
    if (started != nullptr && started->is_int64()) {
        object["started_at"] = format_utc_ms(from_unix_ms(started->get_int64()));
    }
    object["at"] = boost::json::array();
    if (auto* places = data.get_object().if_contains("at");
        places != nullptr && places->is_array()) {
        move_ends(places->get_array(), wait.moved);
        object["at"] = std::move(*places);
    }
    return object;
}

}  // namespace aifp::engine
