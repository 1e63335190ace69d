#include "engine/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"
#include "config/json_strings.hpp"
#include "engine/explain.hpp"

namespace aifp::engine {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxMembers = 200;

// A text that is JSON itself, like the body of a request: without what stands there under a key
// that sounds secret.
std::string without_secret_members(std::string text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos || (text[begin] != '{' && text[begin] != '[')) {
        return text;
    }
    bool is_secret = false;
    return config::with_strings(text, [&is_secret](const config::JsonString& string) {
        if (string.is_key) {
            is_secret = sounds_secret(string.text);
        }
        return is_secret && !string.is_key ? std::string("***") : std::string(string.text);
    });
}

// Writes a value as JSON text, cut where it is too deep or too wide to be looked at. Ends early
// once `out` has `limit` bytes: what follows is not shown anyway, and such a text is no JSON.
class ShownWriter {
public:
    ShownWriter(std::string& out, const Redact& redact, std::size_t limit)
        : out_(out), redact_(redact), limit_(limit) {}

    void append(const boost::json::value& value, int depth) {
        if (value.is_structured() && depth > kMaxDepth) {
            out_ += R"("...")";
        } else if (const auto* object = value.if_object()) {
            append_object(*object, depth);
        } else if (const auto* list = value.if_array()) {
            append_list(*list, depth);
        } else if (value.is_string()) {
            append_text(value.get_string());
        } else if (value.is_int64()) {
            append_number(out_, value.get_int64());
        } else {
            out_ += json_text(value);
        }
    }

private:
    void append_object(const boost::json::object& object, int depth) {
        out_ += '{';
        std::size_t count = 0;
        for (const auto& member : object) {
            if (count == kMaxMembers || out_.size() > limit_) {
                break;
            }
            out_ += count++ == 0 ? "" : ",";
            append_json_string(out_, member.key());
            out_ += ':';
            if (sounds_secret(member.key())) {
                out_ += R"("***")";
            } else {
                append(member.value(), depth + 1);
            }
        }
        out_ += '}';
    }
    void append_list(const boost::json::array& list, int depth) {
        out_ += '[';
        for (std::size_t i = 0; i < std::min(list.size(), kMaxMembers); ++i) {
            if (out_.size() > limit_) {
                break;
            }
            out_ += i == 0 ? "" : ",";
            append(list[i], depth + 1);
        }
        out_ += ']';
    }
    void append_text(std::string_view text) {
        // Longer than what is kept, so that no secret is cut in two and then not recognised.
        const auto clean =
            without_secret_members(redact_(truncate_utf8(text, 4 * RunTrace::kMaxValueBytes)));
        append_json_string(out_, truncate_utf8(clean, RunTrace::kMaxValueBytes));
    }

    std::string& out_;
    const Redact& redact_;
    std::size_t limit_;
};

void append_member(std::string& text, std::string_view key, std::string_view json) {
    if (!json.empty()) {
        text += ",\"";
        text += key;
        text += "\":";
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
    std::string text;
    ShownWriter(text, redact, std::string::npos).append(value, 0);
    return boost::json::parse(text);
}

std::string RunTrace::shown(const boost::json::value& value) const {
    std::string text;
    ShownWriter(text, redact_, kMaxValueBytes).append(value, 0);
    if (text.size() <= kMaxValueBytes) {
        return text;
    }
    return quoted(std::string(truncate_utf8(text, kMaxValueBytes)) + "...");
}

RunTrace::StepNumber RunTrace::begin_step(std::string_view path, std::string_view kind) {
    if (steps_.size() == kMaxSteps) {
        ++left_out_;
        return kMaxSteps;
    }
    Step step;
    step.path = path;
    step.kind = kind;
    step.started_at = clock_.wall();
    step.started_mono = clock_.mono();
    step.place = steps_.size();
    steps_.push_back(std::move(step));
    return steps_.size() - 1;
}

void RunTrace::add_step(std::string_view path,
                        std::string_view kind,
                        const Span& span,
                        const actions::StepResult& result) {
    const auto number = begin_step(path, kind);
    if (number < steps_.size()) {
        auto& step = steps_[number];
        step.started_at = span.began;
        step.is_late = true;
        while (step.place > 0 && steps_[step.place - 1].started_at > span.began) {
            --step.place;
        }
        step.duration = std::max(span.ended - span.began, Milliseconds(0));
        put_result(step, result);
    }
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
    put_result(step, result);
}

void RunTrace::put_result(Step& step, const actions::StepResult& result) const {
    if (!result) {
        step.error = redact_(truncate_utf8(result.error().detail(), kMaxValueBytes));
    } else if (!result->is_null()) {
        step.output = shown(*result);
    }
}

// Every run has one: written by hand.
std::string RunTrace::take_text() {
    auto steps = std::exchange(steps_, {});
    std::stable_sort(steps.begin(), steps.end(), [](const Step& left, const Step& right) {
        return left.place != right.place ? left.place < right.place
                                         : left.is_late && !right.is_late;
    });
    std::string text = "[";
    for (const auto& step : steps) {
        const auto before = text.size();
        text += before == 1 ? R"({"step":)" : R"(,{"step":)";
        append_json_string(text, step.path);
        text += R"(,"kind":)";
        append_json_string(text, step.kind);
        text += R"(,"started_at":")";
        append_utc_ms(text, step.started_at);
        text += R"(","duration_ms":)";
        if (step.duration) {
            append_number(text, step.duration->count());
        } else {
            text += "null";
        }
        append_member(text, "input", step.input);
        append_member(text, "output", step.output);
        append_member(text, "error", step.error.empty() ? std::string() : quoted(step.error));
        text += '}';
        if (text.size() > kMaxTraceBytes) {
            text.resize(before);
            ++left_out_;
        }
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
