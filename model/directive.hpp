#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/rate.hpp"
#include "model/flow.hpp"
#include "model/notices.hpp"

namespace aifp::model {

/// The spec's `directive_type`, derived (reference/decisions.md, Directives).
enum class DirectiveType { trigger, schedule, api, conditional, sequence };

/// The spec's life cycle: draft -> validated -> implemented -> active <-> paused; error; archived.
enum class DirectiveStatus { draft, validated, implemented, active, paused, error, archived };

/// What happens when a trigger fires while a run of the same directive is under way.
/// (reference/semantics.md 3.1)
enum class RunMode {
    single,    ///< The new one is not run: mode_single_busy. The default.
    restart,   ///< The running one is cancelled (replaced), then the new one runs.
    queued,    ///< The new one waits its turn, up to `max` running and waiting.
    parallel,  ///< Both run, up to `max` at once.
};

/// What to do with a due instant that is later than its grace. (reference/decisions.md, Executions)
enum class Misfire {
    skip,  ///< Record misfire_skipped. The default.
    once,  ///< Run once for all that were missed.
    all,   ///< Run each missed instant, up to the cap.
};

/// Fixed-time schedules on the days the clock is set. (reference/semantics.md 3.9)
struct DstRule {
    enum class Gap { run, skip };
    enum class Overlap { first, second, both };
    Gap gap = Gap::run;
    Overlap overlap = Overlap::first;
};

/// One item of `triggers:`. `arguments` holds the native form's keys, the kind key first
/// (`{"cron": "0 7 * * 1-5"}`), each value checked and in its canonical text: durations "1h30m",
/// times of day "17:00", lists where a list is allowed. Secrets stay references:
/// `{"$secret": "NAME"}`; `${NAME}` and `{{ ... }}` stay as written. docs/directive-kinds.md lists
/// the arguments of every kind.
struct Trigger {
    std::string kind;  ///< A row of the grammar: "at", "cron", "every", "webhook", "manual" ...
    std::string id;    ///< As written, else the index as text.
    boost::json::object arguments;
};

/// One item of `conditions:`.
struct Condition {
    std::string kind;               ///< "expression", "time", "any", "all", "not" ...
    boost::json::object arguments;  ///< As in Trigger.
};

/// What becomes of the runs under way when the directive's file changes.
enum class OnEdit {
    finish,  ///< They end on the version that they began with. The default.
    stop,    ///< They are cancelled.
};

/// One item of `actions:`, `on_error:` or `finally:`. Nested lists (`then`, `sequence` ...) stand
/// in the arguments in their canonical form: read_actions().
struct Action {
    std::string kind;  ///< A row of the grammar: "http_request", "command", "log" ...
    std::string as;    ///< Name of its output for later steps (`steps.NAME`); may be empty.
    std::optional<Milliseconds> timeout;
    bool continue_on_error = false;
    bool enabled = true;
    boost::json::object arguments;              ///< As in Trigger.
    std::vector<std::string> continue_on = {};  ///< Only these error classes; empty: all of them.
    boost::json::object retry = {};  ///< Canonical (docs/control-flow.md); empty: one try.
};

/// One automation as the user wrote it: checked, normalised, free of its file's form.
struct Directive {
    std::string name;  ///< [a-z0-9_.-]{1,64}
    std::string description;
    std::string domain;
    std::vector<std::string> tags;
    int priority = 0;
    std::string timezone;  ///< IANA name; empty means the project's.
    bool enabled = true;

    RunMode mode = RunMode::single;
    int max = 10;  ///< For queued (running and waiting) and parallel.
    Misfire misfire = Misfire::skip;
    std::optional<Milliseconds> grace;  ///< Default: min(period, 1 h).
    DstRule dst;
    std::optional<Milliseconds> timeout;  ///< Of a whole run.
    std::optional<Rate> rate;             ///< At most so many runs in so long a time.

    Flow flow;                      ///< How its runs are kept apart, held back and limited.
    boost::json::object variables;  ///< Templates, rendered when it is triggered (`vars`).

    std::vector<Trigger> triggers;
    std::vector<Condition> conditions;
    std::vector<Action> actions;
    std::vector<Action> on_error;
    std::vector<Action> finally;  ///< Run in any case, at last.
    OnEdit on_edit = OnEdit::finish;
    NoticeRules notices;  ///< Who is told of what becomes of it.
};

/// The lower-case names used in JSON, SQL and directive files.
[[nodiscard]] std::string_view name_of(DirectiveType type) noexcept;
[[nodiscard]] std::string_view name_of(DirectiveStatus status) noexcept;
[[nodiscard]] std::string_view name_of(RunMode mode) noexcept;
[[nodiscard]] std::string_view name_of(Misfire misfire) noexcept;
[[nodiscard]] std::optional<DirectiveStatus> directive_status_from(std::string_view name) noexcept;
[[nodiscard]] std::optional<DirectiveType> directive_type_from(std::string_view name) noexcept;
[[nodiscard]] std::optional<RunMode> run_mode_from(std::string_view name) noexcept;
[[nodiscard]] std::optional<Misfire> misfire_from(std::string_view name) noexcept;

/// The derived type: several actions -> sequence; conditions -> conditional; else by first trigger.
[[nodiscard]] DirectiveType derive_type(const Directive& directive) noexcept;

/// The canonical JSON form (the spec's `configuration_json`) and back. It is itself a directive in
/// the native form. Defaults are left out, keys are in a fixed order, so that equal directives have
/// equal text; in an item the kind key comes first. directive_from_json trusts its input: it only
/// reads what to_json wrote (our own database).
[[nodiscard]] boost::json::object to_json(const Directive& directive);
[[nodiscard]] Directive directive_from_json(const boost::json::object& object);

/// One action in its canonical form, and a list of them back; as directive_from_json.
[[nodiscard]] boost::json::object to_json(const Action& action);
[[nodiscard]] std::vector<Action> read_actions(const boost::json::value& list);
/// The lists of actions that an action holds, in the order in which they are written.
[[nodiscard]] std::vector<std::vector<Action>> nested_actions(const Action& action);
/// Every action of the directive, nested ones too, each before those inside it.
[[nodiscard]] std::vector<Action> all_actions(const Directive& directive);

/// SHA-256 over what decides what runs and when: the canonical form without description, domain
/// and tags. Approval is bound to it. (reference/decisions.md, last rule of Directives)
[[nodiscard]] std::string content_hash(const Directive& directive);

/// The spec's short columns: "time: 18:00", "http_request: POST /api/lights/on"; several joined
/// by "; ".
[[nodiscard]] std::string short_triggers(const Directive& directive);
[[nodiscard]] std::string short_actions(const Directive& directive);

/// Whether the life cycle allows the step. (reference/decisions.md, Transitions)
[[nodiscard]] bool may_become(DirectiveStatus from, DirectiveStatus to) noexcept;

}  // namespace aifp::model
