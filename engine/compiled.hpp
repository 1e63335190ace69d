#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actions/factory.hpp"
#include "base/time_zone.hpp"
#include "engine/catalog.hpp"
#include "engine/compiled_steps.hpp"
#include "engine/conditions.hpp"
#include "model/directive.hpp"

namespace aifp::engine {

/// A directive ready to be decided about and run. Immutable; a run keeps the one it began with, so
/// an edit never changes what is under way. Loop thread only.
struct CompiledDirective {
    std::string name;
    std::string version;  ///< model::content_hash
    TimeZone zone = TimeZone::utc();
    model::DstRule dst;
    std::vector<std::string> trigger_ids;
    using Variables =
        std::vector<std::pair<std::string, expression::CompiledValue>>;  ///< In order.
    Variables variables;
    std::vector<Variables> trigger_variables;  ///< By trigger; those of an event are made first.
    std::optional<expression::CompiledTemplate> key;
    std::vector<std::unique_ptr<ConditionNode>> conditions;
    std::vector<CompiledStep> steps;  ///< By PlanStep::id.
    RunPlan plan;
    std::optional<Milliseconds> timeout;
    bool stops_on_edit = false;  ///< on_edit: stop
    model::Misfire misfire = model::Misfire::skip;
    std::optional<Milliseconds> grace;

    [[nodiscard]] std::string_view trigger_id(std::uint32_t index) const noexcept;
};

/// `version` is the content hash under which the store keeps the text.
/// Errors: what make_action and compile_conditions say, with the place: "action 2: ...".
[[nodiscard]] Result<std::shared_ptr<const CompiledDirective>> compile_directive(
    const model::Directive& directive, std::string version, const actions::Services& services);

/// The directives used lately, compiled: the rest stays text. Least recently used go first. Loop
/// thread only; owned by the engine.
class CompiledCache {
public:
    CompiledCache(const actions::Services& services, std::size_t capacity)
        : services_(services), capacity_(capacity) {}

    [[nodiscard]] Result<std::shared_ptr<const CompiledDirective>> get(const Entry& entry);
    /// One that is not kept: an older version that a run goes on with.
    [[nodiscard]] Result<std::shared_ptr<const CompiledDirective>> compile(
        const model::Directive& directive, std::string version) {
        return compile_directive(directive, std::move(version), services_);
    }
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
