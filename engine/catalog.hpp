#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.hpp"
#include "engine/approval.hpp"
#include "model/directive.hpp"

namespace aifp::engine {

/// What the engine keeps in memory of every directive: small on purpose (10,000 of them share a few
/// MB). The steps and conditions stay in their canonical text until a run needs them
/// (CompiledCache).
struct Entry {
    DirectiveId id;
    std::string name;
    model::DirectiveStatus status = model::DirectiveStatus::draft;
    std::string content_hash;
    std::string definition;  ///< Canonical JSON text (model::to_json).
    StandingApproval approval;
    std::vector<ImplementationFile> files;  ///< Of its `run` steps; mostly none.
    std::vector<std::string> missing;       ///< What it needs and does not have (Upkeep).
    std::string status_reason;              ///< Why it is archived, paused or in error.
    model::RunMode mode = model::RunMode::single;
    int max = 10;
    Rate rate{0};                             ///< count 0: none.
    std::unique_ptr<const model::Flow> flow;  ///< Null: it sets nothing of it.
    /// What it says about who is told; null: nothing of its own.
    std::shared_ptr<const model::NoticeRules> notices = {};
    bool enabled = true;
    bool has_conditions = false;
    bool has_variables = false;
    std::size_t questions = 0;           ///< Open ones (aifp validate).
    std::size_t critical_questions = 0;  ///< Of these: they keep it a draft.
    bool armed = false;                  ///< Its triggers are where they can fire.
    bool was_refused = false;            ///< It could not be armed: tried again with new settings.
    std::optional<model::DirectiveStatus> told = {};  ///< The status that was told last.
    WallTime first_armed;                             ///< Anchor of `every`; unset is the epoch.
};

/// Its flow, or that of a directive that sets nothing.
[[nodiscard]] const model::Flow& flow_of(const Entry& entry) noexcept;

/// Whether the directive may run: decide_gate, and then whether it has what it needs. Pure.
[[nodiscard]] model::Reason decide_gate_of(config::Approval setting, const Entry& entry);
/// The gate's answer for a person: "dependency_missing: curl". Empty for none.
[[nodiscard]] std::string text_of_gate(model::Reason gate, const Entry& entry);

/// The directives the engine knows, by id and by name. Loop thread only; owned by the engine.
class Catalog {
public:
    /// Adds or replaces by id.
    void put(Entry entry);
    void remove(DirectiveId id);
    [[nodiscard]] Entry* find(DirectiveId id) noexcept;
    [[nodiscard]] Entry* find(std::string_view name) noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

    template <class Visit>
    void for_each(Visit visit) {
        for (auto& [id, entry] : entries_) {
            visit(entry);
        }
    }

private:
    std::unordered_map<DirectiveId, Entry> entries_;
    std::unordered_map<std::string, DirectiveId> names_;
};

}  // namespace aifp::engine
