#include "engine/why.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "base/local_words.hpp"
#include "base/quantity.hpp"
#include "triggers/kinds.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;
using storage::HistoryEntry;

constexpr std::size_t kMaxShown = 10;

WallTime time_of(const HistoryEntry& row) {
    return row.decision.event.scheduled_for.value_or(row.decision.event.seen_at);
}

bool is_run(const HistoryEntry& row) {
    return row.decision.kind != model::DecisionKind::skipped;
}

/// What a trigger waits for, when nothing of it was ever seen.
std::string silence_of(const WhyFacts::Trigger& trigger, bool has_next) {
    struct Row {
        std::string_view kind;
        std::string_view words;
    };
    constexpr Row kRows[] = {
        {"webhook", "no request has come yet"},
        {"event", "nothing has emitted that event yet"},
        {"manual", "nobody has run it yet"},
        {"state", "that state has not changed yet"},
        {"numeric_state", "that number has not come into its range yet"},
        {"template", "it has not become true yet"},
        {"condition", "it has not become true yet"},
        {"watchdog", "what it expects has not failed to come yet"},
        {"while", "its condition has not held yet"},
        {"after", "what it comes after has not ended yet"},
        {"file", "no such file has changed yet"},
        {"poll", "what it asks has not changed its answer yet"},
        {"mqtt", "no message has come on that topic yet"},
        {"engine_start", "the engine has not started since"},
        {"host_boot", "the machine has not started since"},
        {"clock_changed", "the clock has not been set since"},
        {"timezone_changed", "the machine has had the same time zone since"},
    };
    for (const auto& row : kRows) {
        if (row.kind == trigger.kind) {
            return std::string(row.words);
        }
    }
    return has_next ? "its first instant is still to come" : "no instant of it is left";
}

class Teller {
public:
    explicit Teller(const WhyFacts& facts) : facts_(facts) {}

    json::object tell() {
        view_["name"] = facts_.name;
        view_["status"] = model::name_of(facts_.status);
        view_["armed"] = facts_.armed;
        tell_standing();
        tell_mistakes();
        tell_next();
        tell_latest();
        tell_silence();
        tell_decisions();
        json::array text;
        for (auto& line : lines_) {
            text.emplace_back(std::move(line));
        }
        view_["text"] = std::move(text);
        return std::move(view_);
    }

private:
    [[nodiscard]] std::string shown(WallTime at) const {
        return local_words(at, facts_.now, facts_.zone);
    }
    [[nodiscard]] json::value stamp(const std::optional<WallTime>& at) const {
        return at ? json::value(format_rfc3339(*at, facts_.zone)) : json::value();
    }
    void say(std::string line) { lines_.push_back(std::move(line)); }

    /// Why it cannot fire now; empty when it can.
    [[nodiscard]] std::string obstacle() const {
        if (!facts_.enabled) {
            return "its file says enabled: false";
        }
        if (!facts_.gate.empty()) {
            return facts_.gate;
        }
        if (facts_.armed) {
            return {};
        }
        if (!facts_.status_reason.empty()) {
            return facts_.status_reason;
        }
        return fmt::format("it is {}", model::name_of(facts_.status));
    }

    void tell_standing() {
        const auto why_not = obstacle();
        view_["not_armed_because"] =
            why_not.empty() ? json::value() : json::value(json::string(why_not));
        if (why_not.empty()) {
            say(fmt::format("{} is {} and armed.", facts_.name, model::name_of(facts_.status)));
        } else {
            say(fmt::format("{} is {} and {}: {}.",
                            facts_.name,
                            model::name_of(facts_.status),
                            facts_.armed ? "armed, but would not run" : "not armed",
                            why_not));
        }
        tell_what_it_takes();
        if (facts_.running > 0) {
            say(fmt::format("{} of its runs are under way or wait.", facts_.running));
        }
        view_["running"] = facts_.running;
        if (facts_.held > 0) {
            say(fmt::format("{} of its events are held back.", facts_.held));
        }
        view_["held"] = facts_.held;
        tell_block();
    }

    // Of a directive that has not come so far, or not again, that it may run.
    void tell_what_it_takes() {
        const bool is_on_its_way = !facts_.armed && facts_.enabled &&
                                   (facts_.status == model::DirectiveStatus::draft ||
                                    facts_.status == model::DirectiveStatus::validated ||
                                    facts_.status == model::DirectiveStatus::implemented);
        const auto since = is_on_its_way && facts_.standing_since != WallTime()
                               ? std::optional(facts_.standing_since)
                               : std::nullopt;
        view_["not_armed_since"] = stamp(since);
        view_["needed"] =
            is_on_its_way && !facts_.step.empty() ? json::value(facts_.step) : json::value();
        if (since) {
            say(fmt::format("It stands so since {}.", shown(*since)));
        }
        if (is_on_its_way && !facts_.step.empty()) {
            say(fmt::format("What it takes: {}.", facts_.step));
        }
    }

    void tell_mistakes() {
        json::value told;
        if (facts_.mistakes) {
            const auto& [first, count] = *facts_.mistakes;
            say(
                fmt::format("The last edit of its file has {}, so the version before it is in "
                            "force: {}:{}: {}{}.",
                            count == 1 ? "a mistake" : fmt::format("{} mistakes", count),
                            first.file,
                            first.line,
                            first.message,
                            first.hint.empty() ? "" : "; " + first.hint));
            told = json::object{{"file", first.file},
                                {"line", first.line},
                                {"column", first.column},
                                {"message", first.message},
                                {"hint", first.hint},
                                {"count", count}};
        }
        view_["file_mistakes"] = std::move(told);
    }

    void tell_block() {
        json::value told;
        if (facts_.block) {
            const auto& block = *facts_.block;
            say(fmt::format(
                "Now it would not run: {}: {}.", model::name_of(block.reason), block.detail));
            told = json::object{{"reason", model::name_of(block.reason)},
                                {"detail", block.detail},
                                {"until", stamp(block.until)}};
        }
        view_["forbidden_now"] = std::move(told);
    }

    void tell_next() {
        view_["next_due"] = stamp(facts_.next_due);
        view_["next_start"] = stamp(facts_.next_start);
        if (facts_.next_due) {
            say(fmt::format(
                "Next due: {} (in {}).",
                shown(*facts_.next_due),
                format_duration(std::chrono::ceil<Seconds>(*facts_.next_due - facts_.now))));
            tell_start();
        } else if (facts_.armed && facts_.waits_for_end) {
            say("Its next instant is counted from the end of the run that is under way.");
        } else if (facts_.armed) {
            say("Nothing is due by time; it waits for its triggers.");
        }
    }

    void tell_start() {
        if (facts_.next_start) {
            say(fmt::format("It is to start {} after that (accuracy or jitter).",
                            format_duration(*facts_.next_start - *facts_.next_due)));
        }
    }

    void tell_row(std::string_view key, const HistoryEntry* row) {
        if (row == nullptr) {
            view_[key] = nullptr;
            return;
        }
        json::object one;
        one["id"] = row->decision.id.value;
        one["at"] = stamp(time_of(*row));
        one["text"] = words_of(*row);
        view_[key] = std::move(one);
    }

    template <class Predicate>
    [[nodiscard]] const HistoryEntry* newest(Predicate wanted) const {
        const auto found = std::find_if(facts_.rows.begin(), facts_.rows.end(), wanted);
        return found == facts_.rows.end() ? nullptr : &*found;
    }

    void tell_latest() {
        const auto* last = newest([](const HistoryEntry&) { return true; });
        const auto* run = newest(is_run);
        const auto* blocked = newest([](const HistoryEntry& row) { return !is_run(row); });
        tell_row("last_evaluated", last);
        tell_row("last_run", run);
        tell_row("last_blocked", blocked);
        if (last == nullptr) {
            return;
        }
        if (run != nullptr) {
            say(fmt::format("It last ran at {}.", shown(time_of(*run))));
        } else if (!facts_.has_more_rows) {
            say(facts_.since ? "It has not run in that time." : "It has never run.");
        }
        if (facts_.failures > 0) {
            say(fmt::format("It has failed {} since {}.",
                            facts_.failures == 1
                                ? std::string("once")
                                : fmt::format("{} times in a row", facts_.failures),
                            shown(facts_.failing_since)));
        }
        if (blocked != nullptr && blocked == last) {
            say(fmt::format("The last time it was asked, {}, it did not run.",
                            shown(time_of(*blocked))));
        }
    }

    // Who runs it by hand is booked on its first trigger, whichever that is.
    [[nodiscard]] bool was_seen(std::size_t index) const {
        const bool is_manual = facts_.triggers[index].kind == "manual";
        return newest([&](const HistoryEntry& row) {
                   const bool by_hand = row.decision.event.cause == "manual";
                   return is_manual ? by_hand
                                    : !by_hand && row.decision.event.trigger_index == index;
               }) != nullptr;
    }

    // What comes for one that is not armed has a row that says so, if somebody can be told or it is
    // a matter of time; nothing of the rest is looked at. (EngineCore::settle)
    [[nodiscard]] bool is_watched(const WhyFacts::Trigger& trigger) const {
        const auto source = triggers::source_of(trigger.kind);
        const bool rests = facts_.status != model::DirectiveStatus::draft &&
                           facts_.status != model::DirectiveStatus::archived;
        return facts_.armed || source == triggers::Source::manual ||
               (rests && source != triggers::Source::sensor);
    }

    void tell_silence() {
        json::array silent;
        for (std::size_t i = 0; i < facts_.triggers.size() && !facts_.has_more_rows; ++i) {
            const auto& trigger = facts_.triggers[i];
            if (was_seen(i)) {
                continue;
            }
            auto words = !trigger.enabled ? "it is switched off (enabled: false)"
                         : !is_watched(trigger)
                             ? "nothing watches it as long as that is so"
                             : silence_of(trigger, facts_.next_due || !facts_.armed);
            if (trigger.enabled && !trigger.source.empty()) {
                words += fmt::format("; {}", trigger.source);
            }
            if (trigger.enabled && facts_.armed && facts_.armed_since != WallTime()) {
                words += fmt::format(" (armed since {})", shown(facts_.armed_since));
            }
            say(fmt::format("{} has never fired: {}.", trigger.words, words));
            json::object one;
            one["trigger"] = trigger.words;
            one["text"] = std::move(words);
            silent.push_back(std::move(one));
        }
        view_["silent"] = std::move(silent);
    }

    void tell_decisions() {
        const auto shown_rows =
            facts_.since ? facts_.rows.size() : std::min(kMaxShown, facts_.rows.size());
        json::array decisions;
        for (std::size_t i = 0; i < shown_rows; ++i) {
            const auto& row = facts_.rows[i];
            const auto words = words_of(row);
            say(fmt::format("{}: {}", shown(time_of(row)), words));
            decisions.push_back(decision_view(row, words));
        }
        if (facts_.since && facts_.rows.empty()) {
            say(fmt::format("Nothing was decided since {}.", shown(*facts_.since)));
        }
        view_["decisions"] = std::move(decisions);
    }

    [[nodiscard]] json::object decision_view(const HistoryEntry& row,
                                             const std::string& words) const {
        const auto& decision = row.decision;
        json::object one;
        one["id"] = decision.id.value;
        one["at"] = stamp(time_of(row));
        one["cause"] = decision.event.cause;
        one["decision"] = model::name_of(decision.kind);
        one["reason"] = decision.reason == model::Reason::none
                            ? json::value()
                            : json::value(model::name_of(decision.reason));
        one["detail"] = decision.detail;
        one["state"] = row.end ? json::value(model::name_of(row.end->state)) : json::value();
        one["text"] = words;
        return one;
    }

    const WhyFacts& facts_;
    std::vector<std::string> lines_;
    json::object view_;
};

}  // namespace

json::object explain_why(const WhyFacts& facts) {
    return Teller(facts).tell();
}

}  // namespace aifp::engine
