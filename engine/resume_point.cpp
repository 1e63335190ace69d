#include "engine/resume_point.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <utility>

#include "base/json_text.hpp"

namespace aifp::engine {

namespace json = boost::json;

std::string text_of(const ResumePoint& point) {
    json::object object;
    object["version"] = point.version;
    object["action"] = point.action;
    object["vars"] = point.vars;
    object["outputs"] = point.outputs;
    auto text = json_text(object);
    return text.size() > kMaxResumeBytes ? std::string() : text;
}

Result<ResumePoint> resume_point_in(std::string_view row) {
    json::error_code error;
    const auto value = json::parse(row, error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* written = object != nullptr ? object->if_contains("resume") : nullptr;
    const auto* resume = written != nullptr ? written->if_object() : nullptr;
    const auto* action = resume != nullptr ? resume->if_contains("action") : nullptr;
    const auto* version = resume != nullptr ? resume->if_contains("version") : nullptr;
    if (action == nullptr || !action->is_int64() || version == nullptr || !version->is_string()) {
        return fail(ErrorCode::not_found, "nothing is kept of where it could go on");
    }
    ResumePoint point;
    point.version = std::string(version->get_string());
    point.action = static_cast<std::uint32_t>(action->get_int64());
    for (const auto& [key, to] : {std::pair{"vars", &point.vars}, {"outputs", &point.outputs}}) {
        const auto* kept = resume->if_contains(key);
        if (kept != nullptr && kept->is_object()) {
            *to = *kept;
        }
    }
    return point;
}

Result<RunProgress> progress_from(const ResumePoint& point,
                                  const model::Directive& before,
                                  const model::Directive& now) {
    if (point.action >= now.actions.size()) {
        return fail(
            ErrorCode::conflict,
            fmt::format("action {}, which failed, is gone: replay it whole", point.action + 1));
    }
    for (std::uint32_t i = 0; i < point.action; ++i) {
        if (i >= before.actions.size() ||
            model::to_json(before.actions[i]) != model::to_json(now.actions[i])) {
            return fail(ErrorCode::conflict,
                        fmt::format("action {} was edited since, before the one that failed: "
                                    "replay it whole",
                                    i + 1));
        }
    }
    RunProgress progress;
    auto& strand = progress.strands.emplace_back();
    strand.vars = point.vars;
    strand.frames.emplace_back().index = point.action;
    progress.outputs = point.outputs;
    progress.is_last_try = true;  // the next one would do again what was done before
    return progress;
}

}  // namespace aifp::engine
