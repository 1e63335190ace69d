#include "directives/changes.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace aifp::directives {
namespace {

/// Who asks for a name: a good version, or a broken file that keeps the last good one.
struct Claim {
    std::string_view path;
    WantedRef wanted;
    bool broken = false;
};

using Claims = std::map<std::string_view, std::vector<Claim>>;  // by name

Claims collect_claims(const std::vector<WantedFile>& wanted) {
    Claims claims;
    for (std::size_t file = 0; file < wanted.size(); ++file) {
        const std::string_view path = wanted[file].path;
        for (std::size_t at = 0; at < wanted[file].directives.size(); ++at) {
            claims[wanted[file].directives[at].name].push_back({path, {file, at}, false});
        }
        for (const std::string& name : wanted[file].broken_names) {
            if (!name.empty()) {
                claims[name].push_back({path, {file, 0}, true});
            }
        }
    }
    for (auto& [name, list] : claims) {
        std::stable_sort(list.begin(), list.end(), [](const Claim& left, const Claim& right) {
            return left.path < right.path;
        });
    }
    return claims;
}

/// The claim that gets the name: from the file it is known from, else the first good one by path,
/// else the first.
const Claim& winner_of(const std::vector<Claim>& claims, const KnownDirective* known) {
    if (known != nullptr) {
        for (const Claim& claim : claims) {
            if (claim.path == known->path) {
                return claim;
            }
        }
    }
    const auto good = std::find_if(
        claims.begin(), claims.end(), [](const Claim& claim) { return !claim.broken; });
    return good == claims.end() ? claims.front() : *good;
}

bool same_description(const model::Directive& left, const model::Directive& right) {
    return left.description == right.description && left.domain == right.domain &&
           left.tags == right.tags;
}

void compare(Changes& changes,
             const KnownDirective& known,
             const Claim& claim,
             const model::Directive& wanted) {
    ChangedDirective change{known.id, claim.wanted, false, false, claim.path != known.path};
    change.content = model::content_hash(known.directive) != model::content_hash(wanted);
    change.description = !same_description(known.directive, wanted);
    if (change.content || change.description || change.path) {
        changes.changed.push_back(change);
    } else {
        changes.unchanged.push_back(known.id);
    }
}

void refuse_others(Changes& changes, const std::vector<Claim>& claims, const Claim& winner) {
    for (const Claim& claim : claims) {
        if (&claim != &winner && !claim.broken) {
            changes.duplicates.push_back({claim.wanted, std::string(winner.path)});
        }
    }
}

}  // namespace

Changes reconcile(const std::vector<WantedFile>& wanted, const std::vector<KnownDirective>& known) {
    const Claims claims = collect_claims(wanted);
    std::set<std::string_view> unreadable;
    for (const WantedFile& file : wanted) {
        if (file.unreadable) {
            unreadable.insert(file.path);
        }
    }
    std::map<std::string_view, const KnownDirective*> by_name;
    for (const KnownDirective& entry : known) {
        by_name.emplace(entry.directive.name, &entry);
    }

    Changes changes;
    for (const auto& [name, list] : claims) {
        const auto found = by_name.find(name);
        const KnownDirective* old = found == by_name.end() ? nullptr : found->second;
        if (old != nullptr && unreadable.contains(old->path)) {
            refuse_others(changes, list, Claim{old->path, {}, true});
            continue;
        }
        const Claim& winner = winner_of(list, old);
        refuse_others(changes, list, winner);
        if (winner.broken) {
            if (old != nullptr) {
                changes.kept.push_back(old->id);
            }
            continue;
        }
        const auto& directive = wanted[winner.wanted.file].directives[winner.wanted.directive];
        if (old == nullptr) {
            changes.added.push_back(winner.wanted);
        } else {
            compare(changes, *old, winner, directive);
        }
    }
    for (const auto& [name, entry] : by_name) {
        if (unreadable.contains(entry->path)) {
            changes.kept.push_back(entry->id);
        } else if (!claims.contains(name)) {
            changes.removed.push_back(entry->id);
        }
    }
    return changes;
}

}  // namespace aifp::directives
