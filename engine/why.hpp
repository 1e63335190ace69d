#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/time_zone.hpp"
#include "engine/file_mistakes.hpp"
#include "engine/flow_times.hpp"
#include "model/directive.hpp"
#include "model/run.hpp"
#include "storage/ledger.hpp"

namespace aifp::engine {

/// What is known of a directive at one moment: the live view and its rows of the ledger.
struct WhyFacts {
    struct Trigger {
        std::string kind;
        std::string words;  ///< "cron: 0 7 * * 1-5"
        bool enabled = true;
        std::string source = {};  ///< How its source stands now, in words; empty: nothing to tell.
    };
    std::string name;
    model::DirectiveStatus status = model::DirectiveStatus::active;
    std::string status_reason;
    bool enabled = true;
    bool armed = false;
    std::string gate;  ///< What the gate asks for, in words; empty: nothing.
    std::string step;  ///< What would let the gate say yes, in words; empty: nothing, or not known.
    WallTime standing_since;                    ///< Its row was last changed; unset: not known.
    std::optional<FileMistakes> mistakes = {};  ///< Of its file, whose version before is in force.
    std::vector<Trigger> triggers;
    std::optional<WallTime> next_due;
    bool waits_for_end = false;  ///< Its next instant is counted from the end of a run under way.
    std::optional<WallTime> next_start = {};  ///< If accuracy or a fixed jitter puts that one off.
    std::size_t running = 0;                  ///< Under way and queued.
    std::size_t held = 0;                     ///< Events held back.
    std::optional<TimeBlock> block;  ///< Snoozed, outside its period, or forbidden by a calendar.
    std::int64_t failures = 0;       ///< Of its last runs, in a row ...
    WallTime failing_since;          ///< ... since then.
    WallTime armed_since;            ///< Unset: never armed.
    WallTime now;
    TimeZone zone = TimeZone::utc();
    std::optional<WallTime> since;            ///< As asked for.
    std::vector<storage::HistoryEntry> rows;  ///< Newest first.
    bool has_more_rows = false;               ///< There are older ones than these.
};

/// Why it ran, or did not: `text` holds sentences for people, the rest is the same for programs
/// (docs/why.md). Pure.
[[nodiscard]] boost::json::object explain_why(const WhyFacts& facts);

// why_words.cpp

/// One decision in words: "not run: condition 1 is false: ...", "ran: ok, 120 ms". Pure.
[[nodiscard]] std::string words_of(const storage::HistoryEntry& row);
/// "3h ago" as an instant: a duration before `now`, or an instant. Errors: invalid_input.
[[nodiscard]] Result<WallTime> parse_since(std::string_view text,
                                           WallTime now,
                                           const TimeZone& zone);

}  // namespace aifp::engine
