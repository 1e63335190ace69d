#include <fmt/format.h>

#include "base/text.hpp"
#include "helpers/workflow/user_directive_status.hpp"

namespace aifp::helpers::workflow {
namespace {

using model::DirectiveStatus;

constexpr std::chrono::days kStale{7};
constexpr std::size_t kErrorShown = 200;

void about_gate(const DirectiveFacts& facts, std::vector<Recommendation>& list) {
    const auto is = [&](std::string_view reason) { return facts.reason.starts_with(reason); };
    if (facts.status == DirectiveStatus::error) {
        list.push_back({"error",
                        fmt::format("{} cannot be armed: {}", facts.name, facts.reason),
                        fmt::format("aifp show {}", facts.name)});
    } else if (is("not_approved")) {
        list.push_back({"warning",
                        fmt::format("{} waits for a yes", facts.name),
                        fmt::format("aifp approve {}", facts.name)});
    } else if (is("implementation_changed")) {
        list.push_back({"warning",
                        fmt::format("the program of {} is not what was approved", facts.name),
                        fmt::format("aifp approve {}", facts.name)});
    } else if (is("implementation_missing")) {
        list.push_back({"error",
                        fmt::format("the program that {} runs does not exist", facts.name),
                        fmt::format("aifp show {}", facts.name)});
    }
}

void about_runs(const DirectiveFacts& facts, WallTime now, std::vector<Recommendation>& list) {
    if (facts.status != DirectiveStatus::active) {
        return;
    }
    if (facts.is_scheduled && !facts.has_next) {
        list.push_back({"note",
                        fmt::format("{} is active and never due again", facts.name),
                        fmt::format("aifp archive {}", facts.name)});
    } else if (facts.last_run && *facts.last_run < now - kStale) {
        list.push_back({"note",
                        fmt::format("{} has not run for a week", facts.name),
                        fmt::format("aifp history {}", facts.name)});
    }
}

}  // namespace

std::vector<Recommendation> recommend(const DirectiveFacts& facts, WallTime now) {
    std::vector<Recommendation> list;
    if (facts.status == DirectiveStatus::archived) {
        return list;
    }
    for (const auto& alert : facts.alerts) {
        auto text = facts.last_error.empty()
                        ? alert
                        : fmt::format("{}; the last error: {}",
                                      alert,
                                      truncate_utf8(facts.last_error, kErrorShown));
        list.push_back({"error", std::move(text), fmt::format("aifp history {}", facts.name)});
    }
    about_gate(facts, list);
    if (!facts.missing.empty()) {
        list.push_back({"error",
                        fmt::format("{} lacks {}", facts.name, join(facts.missing, ", ")),
                        fmt::format("aifp deps {} --install", facts.name)});
    }
    if (!facts.failing_test.empty()) {
        list.push_back({"warning",
                        fmt::format("the test {} fails", facts.failing_test),
                        fmt::format("python3 -m unittest {}", facts.failing_test)});
    }
    about_runs(facts, now, list);
    return list;
}

}  // namespace aifp::helpers::workflow
