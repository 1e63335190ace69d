#include "engine/next_starts.hpp"

#include <algorithm>

namespace aifp::engine {
namespace {

// That there is none within some thousand steps may be otherwise later.
constexpr std::chrono::hours kNoneHolds{24};

}  // namespace

bool NextStarts::look(DirectiveId directive,
                      const FlowTimes& times,
                      WallTime from,
                      const NextAfter& next_after,
                      int& steps) {
    const auto [found, is_new] = searches_.try_emplace(directive, Search{from, {from}});
    auto& search = found->second;
    const auto holds_until = !search.walk.is_over ? search.from + kNoneHolds
                             : search.walk.found  ? *search.walk.found
                                                  : search.from + kNoneHolds;
    if (!is_new && (from < search.from || from >= holds_until)) {
        search = Search{from, {from}};
    }
    const int allowed = std::min(steps, AllowedSearch::kMaxSteps);
    const int before = search.walk.steps;
    search_allowed(times, next_after, search.walk, allowed);
    steps -= search.walk.steps - before;
    return search.walk.is_over;
}

std::optional<WallTime> NextStarts::get(DirectiveId directive) const {
    const auto found = searches_.find(directive);
    return found == searches_.end() ? std::nullopt : found->second.walk.found;
}

}  // namespace aifp::engine
