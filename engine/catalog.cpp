#include "engine/catalog.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"

namespace aifp::engine {

const model::Flow& flow_of(const Entry& entry) noexcept {
    static const model::Flow kNone;
    return entry.flow ? *entry.flow : kNone;
}

model::Reason decide_gate_of(config::Approval setting, const Entry& entry) {
    if (entry.critical_questions > 0) {
        return model::Reason::directive_invalid;
    }
    const auto gate = decide_gate(setting, entry.approval, entry.content_hash, entry.files);
    return gate == model::Reason::none && !entry.missing.empty() ? model::Reason::dependency_missing
                                                                 : gate;
}

std::string text_of_gate(model::Reason gate, const Entry& entry) {
    if (gate == model::Reason::none) {
        return {};
    }
    if (gate == model::Reason::directive_invalid && entry.critical_questions > 0) {
        return fmt::format("{} open: aifp validate {}",
                           entry.critical_questions == 1
                               ? "1 question is"
                               : fmt::format("{} questions are", entry.critical_questions),
                           entry.name);
    }
    return gate == model::Reason::dependency_missing
               ? fmt::format("{}: {}", model::name_of(gate), join(entry.missing, ", "))
               : std::string(model::name_of(gate));
}

void Catalog::put(Entry entry) {
    const auto id = entry.id;
    auto found = entries_.find(id);
    if (found != entries_.end()) {
        entry.told = found->second.told;
        if (found->second.name != entry.name) {
            names_.erase(found->second.name);
        }
    }
    names_[entry.name] = id;
    entries_.insert_or_assign(id, std::move(entry));
}

void Catalog::remove(DirectiveId id) {
    auto found = entries_.find(id);
    if (found != entries_.end()) {
        names_.erase(found->second.name);
        entries_.erase(found);
    }
}

Entry* Catalog::find(DirectiveId id) noexcept {
    auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

Entry* Catalog::find(std::string_view name) noexcept {
    auto found = names_.find(std::string(name));
    return found == names_.end() ? nullptr : find(found->second);
}

}  // namespace aifp::engine
