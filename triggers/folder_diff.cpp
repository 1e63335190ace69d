#include "triggers/folder_diff.hpp"

#include <algorithm>

namespace aifp::triggers {

namespace {

namespace json = boost::json;

constexpr const char* kUntold = "untold";
constexpr std::size_t kMarkParts = 3;

std::optional<FileMark> mark_from(const json::value& value) {
    if (!value.is_array() || value.get_array().size() != kMarkParts) {
        return std::nullopt;
    }
    const auto& parts = value.get_array();
    boost::system::error_code error;
    FileMark mark;
    mark.modified_ns = parts[0].to_number<std::int64_t>(error);
    mark.size = error ? 0 : parts[1].to_number<std::int64_t>(error);
    mark.inode = error ? 0 : parts[2].to_number<std::uint64_t>(error);
    return error ? std::nullopt : std::optional(mark);
}

}  // namespace

json::object to_json(const Untold& untold, std::size_t most) {
    json::object files;
    for (const auto& [name, mark] : untold) {
        if (files.size() >= most) {
            break;
        }
        files[name] =
            mark ? json::value{mark->modified_ns, mark->size, mark->inode} : json::value();
    }
    return {{kUntold, std::move(files)}};
}

Untold untold_from(const json::object& row) {
    Untold untold;
    const auto* files = row.if_contains(kUntold);
    for (const auto& [name, value] :
         files != nullptr && files->is_object() ? files->get_object() : json::object()) {
        if (const auto mark = mark_from(value); mark || value.is_null()) {
            untold[name] = mark;
        }
    }
    return untold;
}

void FolderDiff::begin(Listing listing, const Untold& untold) {
    const auto exists = [&](const FileMark& mark) {
        return std::any_of(
            listing.begin(), listing.end(), [&](const auto& file) { return file.second == mark; });
    };
    known_ = listing;
    for (const auto& [name, mark] : untold) {
        if (!mark) {
            known_.erase(name);
        } else if (listing.contains(name) || exists(*mark)) {  // or it has another name
            known_[name] = *mark;
        }
    }
    fresh_.clear();
    leaving_.clear();
}

Untold FolderDiff::untold() const {
    Untold untold;
    for (const auto& [name, fresh] : fresh_) {
        const auto known = known_.find(name);
        untold[name] = known != known_.end() ? std::optional(known->second) : std::nullopt;
    }
    for (const auto& name : leaving_) {
        untold[name] = known_.at(name);
    }
    return untold;
}

bool FolderDiff::has_settled(const std::string& name, const FileMark& mark, WallTime now) {
    auto [place, is_new] = fresh_.try_emplace(name, Fresh{mark, now});
    if (!is_new && !(place->second.mark == mark)) {
        place->second = {mark, now};
    }
    if (now - place->second.since < settle_) {
        return false;
    }
    fresh_.erase(place);
    return true;
}

std::vector<FileEvent> FolderDiff::look(const Listing& listing, WallTime now) {
    std::vector<FileEvent> events;
    leaving_.clear();
    std::map<std::uint64_t, std::string> gone;  // by inode: what has another name now
    for (const auto& [name, mark] : known_) {
        if (!listing.contains(name)) {
            gone.emplace(mark.inode, name);
        }
    }
    for (const auto& [name, mark] : listing) {
        const auto before = known_.find(name);
        if (before != known_.end() && before->second == mark) {
            fresh_.erase(name);
            continue;
        }
        // A deleted file's inode may serve the next one: only the same version has moved.
        const auto old = gone.find(mark.inode);
        const bool has_moved =
            before == known_.end() && old != gone.end() && known_.at(old->second) == mark;
        if (!has_settled(name, mark, now)) {
            if (has_moved) {
                leaving_.insert(old->second);  // told once, when it has settled
                gone.erase(old);
            }
            continue;
        }
        if (has_moved) {
            events.push_back({"move", name, old->second});
            known_.erase(old->second);
            gone.erase(old);
        } else {
            events.push_back({before == known_.end() ? "create" : "modify", name, {}});
        }
        known_[name] = mark;
    }
    for (const auto& [inode, name] : gone) {
        events.push_back({"delete", name, {}});
        known_.erase(name);
    }
    std::erase_if(fresh_, [&](const auto& item) { return !listing.contains(item.first); });
    return events;
}

std::optional<WallTime> FolderDiff::next_look() const {
    std::optional<WallTime> next;
    for (const auto& [name, fresh] : fresh_) {
        const auto at = fresh.since + settle_;
        next = next ? std::min(*next, at) : at;
    }
    return next;
}

// With one star to go back to: linear in practice, at worst name times pattern.
bool matches_pattern(std::string_view name, std::string_view pattern) noexcept {
    std::size_t at = 0;
    std::size_t in = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (at < name.size()) {
        if (in < pattern.size() && (pattern[in] == '?' || pattern[in] == name[at]) &&
            pattern[in] != '*') {
            ++at;
            ++in;
        } else if (in < pattern.size() && pattern[in] == '*') {
            star = in++;
            resume = at;
        } else if (star != std::string_view::npos) {
            in = star + 1;
            at = ++resume;
        } else {
            return false;
        }
    }
    while (in < pattern.size() && pattern[in] == '*') {
        ++in;
    }
    return in == pattern.size();
}

}  // namespace aifp::triggers
