#include "engine/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "engine/explain.hpp"

namespace aifp::engine {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxMembers = 200;

// Copies a value, cut where it is too deep or too wide to be looked at.
class Cleaner {
public:
    explicit Cleaner(const Redact& redact) : redact_(redact) {}

    [[nodiscard]] boost::json::value clean(const boost::json::value& value, int depth) const {
        if (value.is_structured() && depth > kMaxDepth) {
            return "...";
        }
        if (const auto* object = value.if_object()) {
            return clean_object(*object, depth);
        }
        if (const auto* list = value.if_array()) {
            boost::json::array copy;
            for (std::size_t i = 0; i < std::min(list->size(), kMaxMembers); ++i) {
                copy.push_back(clean((*list)[i], depth + 1));
            }
            return copy;
        }
        return value.is_string() ? boost::json::value(clean_text(value.get_string())) : value;
    }

private:
    [[nodiscard]] boost::json::value clean_object(const boost::json::object& object,
                                                  int depth) const {
        boost::json::object copy;
        for (const auto& member : object) {
            if (copy.size() == kMaxMembers) {
                break;
            }
            copy[member.key()] = sounds_secret(member.key()) ? boost::json::value("***")
                                                             : clean(member.value(), depth + 1);
        }
        return copy;
    }
    [[nodiscard]] std::string clean_text(std::string_view text) const {
        // Longer than what is kept, so that no secret is cut in two and then not recognised.
        const auto clean = redact_(truncate_utf8(text, 4 * RunTrace::kMaxValueBytes));
        return std::string(truncate_utf8(clean, RunTrace::kMaxValueBytes));
    }

    const Redact& redact_;
};

void append_member(std::string& text, std::string_view key, std::string_view json) {
    if (!json.empty()) {
        text += fmt::format(R"(,"{}":)", key);
        text += json;
    }
}

std::string quoted(std::string_view text) {
    std::string json;
    append_json_string(json, text);
    return json;
}

}  // namespace

boost::json::value shown_arguments(const boost::json::value& value, const Redact& redact) {
    return Cleaner(redact).clean(value, 0);
}

std::string RunTrace::shown(const boost::json::value& value) const {
    const auto text = boost::json::serialize(shown_arguments(value, redact_));
    if (text.size() <= kMaxValueBytes) {
        return text;
    }
    return quoted(std::string(truncate_utf8(text, kMaxValueBytes)) + "...");
}

RunTrace::StepNumber RunTrace::begin_step(std::string path, std::string_view kind) {
    if (steps_.size() == kMaxSteps) {
        ++left_out_;
        return kMaxSteps;
    }
    Step step;
    step.path = std::move(path);
    step.kind = kind;
    step.started_at = clock_.wall();
    step.started_mono = clock_.mono();
    steps_.push_back(std::move(step));
    return steps_.size() - 1;
}

void RunTrace::rendered(const boost::json::value& arguments) {
    if (left_out_ == 0 && !steps_.empty()) {
        steps_.back().input = shown(arguments);
    }
}

void RunTrace::end_step(StepNumber number, const actions::StepResult& result) {
    if (number >= steps_.size()) {
        return;
    }
    auto& step = steps_[number];
    step.duration = std::chrono::duration_cast<Milliseconds>(clock_.mono() - step.started_mono);
    if (!result) {
        step.error = redact_(truncate_utf8(result.error().detail(), kMaxValueBytes));
    } else if (!result->is_null()) {
        step.output = shown(*result);
    }
}

std::string RunTrace::take_text() {
    std::string text = "[";
    for (const auto& step : std::exchange(steps_, {})) {
        auto one = fmt::format(R"({}{{"step":{},"kind":{},"started_at":"{}","duration_ms":{})",
                               text.size() == 1 ? "" : ",",
                               quoted(step.path),
                               quoted(step.kind),
                               format_utc_ms(step.started_at),
                               step.duration ? fmt::format("{}", step.duration->count()) : "null");
        append_member(one, "input", step.input);
        append_member(one, "output", step.output);
        append_member(one, "error", step.error.empty() ? std::string() : quoted(step.error));
        one += "}";
        if (text.size() + one.size() > kMaxTraceBytes) {
            ++left_out_;
            continue;
        }
        text += one;
    }
    if (left_out_ > 0) {
        text += fmt::format(R"({}{{"step":"...","left_out":{}}})",
                            text.size() == 1 ? "" : ",",
                            std::exchange(left_out_, 0));
    }
    return text + "]";
}

void TraceRing::add(KeptTrace trace) {
    bytes_ += trace.steps.size();
    traces_.push_back(std::move(trace));
    while (traces_.size() > kMaxTraces || (bytes_ > kMaxBytes && traces_.size() > 1)) {
        bytes_ -= traces_.front().steps.size();
        traces_.pop_front();
    }
}

const KeptTrace* TraceRing::find(LedgerId run) const noexcept {
    const auto found = std::find_if(
        traces_.rbegin(), traces_.rend(), [run](const KeptTrace& kept) { return kept.run == run; });
    return found == traces_.rend() ? nullptr : &*found;
}

}  // namespace aifp::engine
