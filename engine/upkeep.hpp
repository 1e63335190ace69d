#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

namespace aifp::engine {

/// Something that a person should look at; told once until it is over.
struct Alert {
    DirectiveId directive;
    std::string kind;  ///< "error_rate", "missing_schedule", "stuck"
    std::string text;
};

/// A run that works and does not just wait.
struct BusyRun {
    LedgerId run;
    DirectiveId directive;
    Milliseconds busy{0};               ///< How long, since it last waited.
    std::optional<Milliseconds> limit;  ///< `stuck_after`, of the directive or the settings.
};

/// What those who look after directives (room helpers) tell the engine and ask of it; what people
/// ask for goes through Control. Loop thread only.
class Upkeep {
public:
    virtual ~Upkeep() = default;

    /// What the directive needs and does not have; empty: everything is there. The gate is asked
    /// anew: a directive that lacks something does not run (dependency_missing).
    virtual void set_missing(DirectiveId directive, std::vector<std::string> names) = 0;
    /// The engine wrote this content for somebody: not the owner's edit, so it needs a yes.
    virtual void note_written(std::string_view path, std::string_view sha256) = 0;
    /// Goes to the error log, the terminal, the status and, as the notices of the directive say,
    /// to people (docs/notices.md). An alert that stands already is not told again.
    virtual void raise_alert(const Alert& alert) = 0;
    /// What was told is over; nothing happens when it was not told.
    virtual void clear_alert(DirectiveId directive, std::string_view kind) = 0;
    [[nodiscard]] virtual std::vector<Alert> alerts() const = 0;
    [[nodiscard]] virtual std::vector<BusyRun> busy_runs() const = 0;
    /// Runs of the directive, under way and queued.
    [[nodiscard]] virtual std::size_t runs_of(DirectiveId directive) const = 0;
    /// Cancels them; each ends in the ledger.
    virtual void cancel_runs(DirectiveId directive, const std::string& why) = 0;
};

}  // namespace aifp::engine
