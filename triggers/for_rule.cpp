#include "triggers/for_rule.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/quantity.hpp"

namespace aifp::triggers {

std::string signal_of_event(std::string_view event) {
    return fmt::format("event {}", event);
}
std::string signal_of_run(std::string_view directive) {
    return fmt::format("run {}", directive);
}
std::string signal_of_occasion(std::string_view kind) {
    return fmt::format("occasion {}", kind);
}

std::string ForRule::text() const {
    return format_duration(duration_.value_or(Milliseconds(0)));
}

void ForRule::match(boost::json::object payload, WallTime now, Verdict& verdict) {
    if (held_) {
        return;
    }
    if (render_) {
        auto rendered = render_(payload);
        if (!rendered) {
            verdict.problem = fmt::format("for: {}", rendered.error().detail());
            return;
        }
        duration_ = *rendered;
    }
    if (!duration_ || duration_->count() == 0) {
        verdict.fire = std::move(payload);
        return;
    }
    payload["for"] = text();
    held_ = Held{now + *duration_, std::move(payload)};
    verdict.hold = held_;
}

void ForRule::cancel(const std::string& what, WallTime now, Verdict& verdict) {
    if (!held_) {
        return;
    }
    const auto since = *held_->deadline - duration_.value_or(Milliseconds(0));
    verdict.refused = model::Reason::for_not_held;
    verdict.detail = fmt::format("{} after {} of {}", what, format_duration(now - since), text());
    verdict.release = true;
    held_.reset();
}

void ForRule::finish(Verdict& verdict) {
    if (!held_) {
        return;
    }
    verdict.fire = std::move(held_->data);
    verdict.due = held_->deadline;
    verdict.period = duration_.value_or(Milliseconds(0));
    verdict.release = true;
    held_.reset();
}

void ForRule::restore(Held stored) {
    if (stored.deadline) {
        const auto* length = render_ ? stored.data.if_contains("for") : nullptr;
        const auto read = length != nullptr && length->is_string()
                              ? parse_duration(length->get_string())
                              : Result<Milliseconds>(Milliseconds(0));
        duration_ = render_ ? read.value_or(Milliseconds(0)) : duration_;
        held_ = std::move(stored);
    }
}

std::optional<Held> ForRule::clock_stepped(Milliseconds step) {
    if (held_ && held_->deadline) {
        *held_->deadline += step;
    }
    return held_;
}

std::optional<WallTime> ForRule::deadline() const {
    return held_ ? held_->deadline : std::nullopt;
}

}  // namespace aifp::triggers
