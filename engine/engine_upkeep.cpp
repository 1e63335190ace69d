#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/engine_core.hpp"

namespace aifp::engine {
void EngineCore::set_missing(DirectiveId directive, std::vector<std::string> names) {
    auto* entry = catalog_.find(directive);
    if (entry == nullptr || entry->missing == names) {
        return;
    }
    const bool gate_changes = entry->missing.empty() != names.empty();
    entry->missing = std::move(names);
    if (gate_changes && ready_) {
        settle(*entry, {});
        sleep_until_due();
        reporter_.lifecycle("dependencies",
                            entry->name,
                            entry->missing.empty() ? "all there" : entry->status_reason);
    }
}

void EngineCore::note_written(std::string_view /*path*/, std::string_view sha256) {
    written_.emplace(sha256);
}

bool EngineCore::was_written(const ImplementationFile& file) const {
    return written_.contains(file.sha256);
}

void EngineCore::raise_alert(const Alert& alert) {
    const auto known = [&](const Alert& other) {
        return other.directive == alert.directive && other.kind == alert.kind;
    };
    if (std::any_of(alerts_.begin(), alerts_.end(), known)) {
        return;
    }
    alerts_.push_back(alert);
    reporter_.problem(alert.kind, alert.text);
    notices_.on_alert(alert);
}

void EngineCore::clear_alert(DirectiveId directive, std::string_view kind) {
    const auto removed = std::erase_if(alerts_, [&](const Alert& alert) {
        return alert.directive == directive && alert.kind == kind;
    });
    const auto* entry = catalog_.find(directive);
    if (removed > 0 && entry != nullptr) {
        reporter_.lifecycle("alert_over", entry->name, kind);
    }
}

std::vector<BusyRun> EngineCore::busy_runs() const {
    auto runs = dispatcher_.busy_runs();
    for (auto& run : runs) {
        run.limit = notices_.rules_of(run.directive).stuck_after;
    }
    return runs;
}

std::size_t EngineCore::runs_of(DirectiveId directive) const {
    return dispatcher_.runs_of(directive);
}

void EngineCore::cancel_runs(DirectiveId directive, const std::string& why) {
    dispatcher_.cancel_runs_of(directive, why);
}

}  // namespace aifp::engine
