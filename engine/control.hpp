#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "engine/insight.hpp"
#include "model/directive.hpp"
#include "model/run.hpp"

namespace aifp::engine {

class Observation;
class States;

/// What a face may ask a directive to do.
enum class Verb {
    run,      ///< Start a run by hand; conditions are not asked.
    approve,  ///< Say yes to what is loaded now.
    decline,  ///< Say no to the proposal that waits; what runs goes on as it is.
    pause,    ///< Disarm; runs under way go on.
    resume,   ///< Arm again; what was due meanwhile is not made up for.
    archive,  ///< Disarm for good; history stays.
    restore,  ///< From archived back to draft, and on as far as the gate allows.
};

/// Which rows of a history.
struct HistoryQuery {
    std::optional<std::string> directive;  ///< Name or id.
    std::optional<std::int64_t> before;    ///< Only ledger ids below this: the paging cursor.
    std::size_t limit = 50;                ///< 1-500.
    bool executions_only = false;          ///< Leave out what did not run.
};

/// The engine as its faces see it: HTTP, command line, MCP. Loop thread only. Every answer comes on
/// the loop, perhaps before the call returns. Values are the JSON bodies of the admin API
/// (docs/admin-api.md). A directive is named by its name or its id.
class Control {
public:
    using Answer = std::function<void(Result<boost::json::value>)>;

    virtual ~Control() = default;

    /// Every directive with status, trigger, action, next due instant.
    virtual void list_directives(Answer answer) = 0;
    /// One directive with its configuration, approval and diagnostics. Errors: not_found.
    virtual void show_directive(std::string directive, Answer answer) = 0;
    /// Errors: not_found; conflict when the life cycle or the approval does not allow it; busy.
    virtual void act(Verb verb, std::string directive, std::string who, Answer answer) = 0;
    /// Lets the directive sleep: its events are recorded as snoozed until then, and it comes back
    /// by itself. `until`: "2h", a time of day, or a date and time. Answers as act, with
    /// `snoozed_until`. Errors: not_found; invalid_input; busy.
    virtual void snooze(std::string directive,
                        std::string until,
                        std::string who,
                        Answer answer) = 0;
    /// Ends its sleep now. Errors: not_found; conflict when it is awake; busy.
    virtual void unsnooze(std::string directive, std::string who, Answer answer) = 0;
    /// Goes to exactly this status and holds there: a draft asked for does not become active by
    /// itself before somebody approves it or moves it on. Answers {"previous_status", "new_status"}
    /// once it is stored; the triggers are in or out by then. Errors: not_found; busy; conflict,
    /// naming the statuses that the life cycle allows, or what the gate to active misses (a yes,
    /// the implementation, dependencies): then nothing has changed. (reference/decisions.md,
    /// Transitions)
    virtual void change_status(DirectiveId directive,
                               model::DirectiveStatus status,
                               std::string who,
                               Answer answer) = 0;
    /// As change_status to active, for those who may operate but not approve: only what is paused
    /// at this moment. Errors: as change_status; denied when it is anything else but active.
    virtual void resume_paused(DirectiveId directive, std::string who, Answer answer) = 0;
    /// A yes to the pending proposal, or else to what is loaded now; or takes the yes back: then
    /// the directive is disarmed and a pending proposal is dropped. Answers {"approved"}. Errors:
    /// not_found; busy; conflict.
    virtual void set_approval(DirectiveId directive,
                              bool approved,
                              std::string who,
                              Answer answer) = 0;
    /// A yes to what was shown: as set_approval, but only if what it would be given to has this
    /// content_hash (of show_directive: the proposal's if one waits, else the directive's); an
    /// empty one asks for nothing. Answers as act. Errors: not_found; busy; conflict, also when it
    /// is another content by now.
    virtual void approve(std::string directive,
                         std::string content_hash,
                         std::string who,
                         Answer answer) = 0;
    /// Proposes a configuration: `changes` are members of configuration_json that replace those of
    /// the pending proposal or else of the loaded version; null takes one away. What is approved
    /// stays armed until a yes; a later edit of the file drops the proposal. Takes effect at once
    /// if what runs and when stays the same, or if the setting approval is off. Answers
    /// {"updated_fields"}. Errors: not_found; busy; invalid_input with what is wrong with it.
    virtual void propose_configuration(DirectiveId directive,
                                       boost::json::object changes,
                                       std::string who,
                                       Answer answer) = 0;
    /// What the directive leaves open and what was answered so far. Errors: not_found.
    virtual void questions(std::string directive, Answer answer) = 0;
    /// Keeps answers (question -> text) and reads the directive again with those that can be: the
    /// rest comes back under `refused` with why. Errors: not_found; invalid_input when not one can
    /// be kept; busy.
    virtual void answer_questions(std::string directive,
                                  std::map<std::string, std::string> given,
                                  std::string who,
                                  Answer answer) = 0;
    /// Forgets what was answered, by whomever, and reads the directive again: what it leaves open
    /// is asked anew. Answers as questions(). Errors: not_found; conflict when nothing was
    /// answered; busy.
    virtual void forget_answers(std::string directive, std::string who, Answer answer) = 0;
    /// What is under way: running, waiting (for what and until when) and queued runs.
    virtual void list_runs(Answer answer) = 0;
    /// Cancels one run, queued, waiting or running; its `finally` still follows. Answers once what
    /// was written because of it is durable: one that waits would not go on after a crash. Errors:
    /// not_found; busy; io_failure when that could not be stored.
    virtual void cancel_run(LedgerId run, std::string who, Answer answer) = 0;
    /// A queued run begins now: no mode, no limit, no bound and no condition holds it up; what
    /// nobody approved still does not run. Errors: not_found; conflict when it does not wait for
    /// its turn; busy.
    virtual void begin_run_now(LedgerId run, std::string who, Answer answer) = 0;
    /// A person's answer to the approval that a run asks for. Errors: not_found; conflict when it
    /// asks for none, or for several and the answer names none of them; busy.
    virtual void answer_run(LedgerId run, model::RunAnswer said, Answer answer) = 0;
    /// Decisions with their outcomes, newest first. Errors: not_found.
    virtual void history(HistoryQuery query, Answer answer) = 0;
    /// Version, uptime, counts, problems, log and store statistics.
    virtual void status(Answer answer) = 0;
    /// Reads the directive files again now, as SIGHUP does.
    virtual void reload(Answer answer) = 0;
    /// What explains and tries out; null where no engine runs (a project read offline).
    [[nodiscard]] virtual Insight* insight() { return nullptr; }
    /// The state store; null where there is none.
    [[nodiscard]] virtual States* states() { return nullptr; }
    /// Figures and live events; null where no engine runs.
    [[nodiscard]] virtual Observation* observation() { return nullptr; }
    /// Whether the directives are loaded and armed and no stop has begun.
    [[nodiscard]] virtual bool is_ready() const = 0;
    /// Whether the store takes writes; false on a full disk.
    [[nodiscard]] virtual bool can_store() const = 0;
};

}  // namespace aifp::engine
