#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/secret_keeper.hpp"
#include "config/settings.hpp"
#include "engine/trace.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

/// What a TraceKeeper works with; owned by the engine's parts. Settings may change.
struct TraceParts {
    storage::Store& store;
    const config::Settings& settings;
    const config::SecretKeeper& keeper;
    const Clock& clock;
};

/// Makes the traces of runs and keeps them: the last in memory, those that the setting `traces`
/// names in the store too. A trace that cannot be stored is lost, not the run. Loop thread only;
/// owned by the engine.
class TraceKeeper {
public:
    explicit TraceKeeper(const TraceParts& parts) : parts_(parts) {}

    /// Null when the setting is off.
    [[nodiscard]] std::unique_ptr<RunTrace> begin() const;
    /// The run has ended; `trace` is empty after it. `resume` is kept with a trace that is stored:
    /// JSON text of where the run could go on (ResumePoint), or empty.
    void keep(RunTrace& trace, const model::OutcomeRecord& outcome, const std::string& resume = {});
    /// A decision not to run: what it was about and why, in a share of the store of its own. Those
    /// that anybody on the net can cause (signature_bad, replay_duplicate) are left out.
    void keep(const model::DecisionRecord& decision);
    [[nodiscard]] const KeptTrace* find(LedgerId run) const noexcept { return ring_.find(run); }
    /// Takes the project's secrets out of a text.
    [[nodiscard]] Redact redact() const;

private:
    TraceParts parts_;
    TraceRing ring_;
};

}  // namespace aifp::engine
