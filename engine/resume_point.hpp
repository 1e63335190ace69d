#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/run_progress.hpp"
#include "model/directive.hpp"

namespace aifp::engine {

/// Where a failed run could go on: its outermost action that failed, and what was known before it.
/// Kept with the trace of the run. (docs/why.md, Replay)
struct ResumePoint {
    std::string version;       ///< Content hash of the directive that it ran.
    std::uint32_t action = 0;  ///< Index in `actions`.
    boost::json::value vars = boost::json::object();
    boost::json::value outputs = boost::json::object();
};

/// Larger ones are not kept.
inline constexpr std::size_t kMaxResumeBytes = std::size_t{256} * 1024;

/// JSON text for the store; empty when it is too large.
[[nodiscard]] std::string text_of(const ResumePoint& point);
/// From what a trace's row holds. Errors: not_found when the row has none.
[[nodiscard]] Result<ResumePoint> resume_point_in(std::string_view row);

/// The progress of a run that begins there. `before` is the directive that failed, `now` the one
/// that is to go on; they may differ from the failed action on. Errors: conflict when they differ
/// before it, or the action is gone.
[[nodiscard]] Result<RunProgress> progress_from(const ResumePoint& point,
                                                const model::Directive& before,
                                                const model::Directive& now);

}  // namespace aifp::engine
