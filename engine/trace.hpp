#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actions/action.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "model/run.hpp"

namespace aifp::engine {

/// Takes secrets out of a text.
using Redact = std::function<std::string(std::string_view)>;

/// A rendered value for people: texts redacted, what stands under a key that sounds secret "***",
/// depth, width and length bounded.
[[nodiscard]] boost::json::value shown_arguments(const boost::json::value& value,
                                                 const Redact& redact);

/// The time line of one run: which step ran when, with what, and what came of it. Bounded: a value
/// is cut at kMaxValueBytes of JSON, a run keeps kMaxSteps steps and kMaxTraceBytes. Loop thread
/// only; owned by the run.
class RunTrace final : public actions::StepNotes {
public:
    /// One step under way; ends with end_step.
    using StepNumber = std::size_t;

    static constexpr std::size_t kMaxValueBytes = 2'048;
    static constexpr std::size_t kMaxTraceBytes = 16'384;
    static constexpr std::size_t kMaxSteps = 200;

    RunTrace(const Clock& clock, Redact redact) : clock_(clock), redact_(std::move(redact)) {}

    /// `path` names the step as docs/why.md writes it: "actions.2", "on_error.1",
    /// "actions.2.then.1". What an action tells (StepNotes) goes to the step begun last.
    StepNumber begin_step(std::string_view path, std::string_view kind);
    void end_step(StepNumber step, const actions::StepResult& result);
    /// When a step began and ended, by the wall.
    struct Span {
        WallTime began;
        WallTime ended;
    };
    /// One that is over; take_text() puts it where it began.
    void add_step(std::string_view path,
                  std::string_view kind,
                  const Span& span,
                  const actions::StepResult& result);
    /// The arguments of the step begun last, as rendered. (actions::StepNotes)
    void rendered(const boost::json::value& arguments) override;

    /// [{step, kind, started_at, duration_ms, input, output, error}] as JSON text, redacted.
    [[nodiscard]] std::string take_text();

private:
    struct Step {
        std::string path;
        std::string kind;
        WallTime started_at;
        MonoTime started_mono;
        std::size_t place = 0;  ///< Its number; of one that was told late, of the first after it.
        bool is_late = false;   ///< A wait is only known once it is over: others went on meanwhile.
        std::optional<Milliseconds> duration;
        std::string input;   // JSON text; empty: none
        std::string output;  // likewise
        std::string error;
    };
    [[nodiscard]] std::string shown(const boost::json::value& value) const;
    void put_result(Step& step, const actions::StepResult& result) const;

    const Clock& clock_;
    Redact redact_;
    std::vector<Step> steps_;
    std::size_t left_out_ = 0;
};

/// A trace that ended.
struct KeptTrace {
    LedgerId run;
    DirectiveId directive;
    WallTime ended_at;
    model::RunState state = model::RunState::ok;
    std::string steps;       ///< JSON text of RunTrace::take_text.
    bool can_go_on = false;  ///< Where it failed is in the store (ResumePoint).
};

/// The traces of the last runs, in memory: at most kMaxTraces and kMaxBytes, the oldest go first.
/// Loop thread only; owned by the engine.
class TraceRing {
public:
    static constexpr std::size_t kMaxTraces = 256;
    static constexpr std::size_t kMaxBytes = 1 << 20;

    void add(KeptTrace trace);
    /// Null when it is not there (any more).
    [[nodiscard]] const KeptTrace* find(LedgerId run) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return traces_.size(); }

private:
    std::deque<KeptTrace> traces_;
    std::size_t bytes_ = 0;
};

}  // namespace aifp::engine
