#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "actions/factory.hpp"
#include "base/time_zone.hpp"
#include "engine/catalog.hpp"
#include "engine/conditions.hpp"
#include "engine/run_machine.hpp"
#include "model/directive.hpp"

namespace aifp::engine {

/// A directive ready to be decided about and run. Immutable; a run keeps the one it began with, so
/// an edit never changes what is under way. Loop thread only.
struct CompiledDirective {
    struct Step {
        std::unique_ptr<actions::Action> action;
        std::string kind;
        Milliseconds timeout{0};
    };
    std::string name;
    TimeZone zone = TimeZone::utc();
    std::vector<std::string> trigger_ids;
    std::vector<std::unique_ptr<ConditionNode>> conditions;
    std::vector<Step> actions;
    std::vector<Step> on_error;
    StepPlan plan;
    std::optional<Milliseconds> timeout;

    [[nodiscard]] std::string_view trigger_id(std::uint32_t index) const noexcept;
};

/// Errors: what make_action and compile_conditions say, with the place: "action 2: ...".
[[nodiscard]] Result<std::shared_ptr<const CompiledDirective>> compile_directive(
    const model::Directive& directive, const actions::Services& services);

/// The directives used lately, compiled: the rest stays text. Least recently used go first. Loop
/// thread only; owned by the engine.
class CompiledCache {
public:
    CompiledCache(const actions::Services& services, std::size_t capacity)
        : services_(services), capacity_(capacity) {}

    [[nodiscard]] Result<std::shared_ptr<const CompiledDirective>> get(const Entry& entry);
    void forget(DirectiveId id);

private:
    struct Slot {
        std::shared_ptr<const CompiledDirective> compiled;
        std::list<DirectiveId>::iterator place;
    };
    const actions::Services& services_;
    std::size_t capacity_;
    std::list<DirectiveId> recent_;  // newest first
    std::unordered_map<DirectiveId, Slot> slots_;
};

}  // namespace aifp::engine
