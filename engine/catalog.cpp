#include "engine/catalog.hpp"

#include <utility>

namespace aifp::engine {

void Catalog::put(Entry entry) {
    const auto id = entry.id;
    auto found = entries_.find(id);
    if (found != entries_.end() && found->second.name != entry.name) {
        names_.erase(found->second.name);
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
