#include "engine/state_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace aifp::engine {

void StateStore::restore(const std::string& name, const std::string& value_json) {
    boost::json::error_code error;
    auto value = boost::json::parse(value_json, error);
    if (!error) {
        values_.get_object()[name] = std::move(value);
    }
}

Status StateStore::set(const std::string& name, boost::json::value value, WallTime now) {
    auto& values = values_.get_object();
    if (!values.contains(name) && values.size() >= max_entries_) {
        return fail(ErrorCode::busy,
                    fmt::format("the state already has {} entries (limits.max_state_entries)",
                                max_entries_));
    }
    auto text = boost::json::serialize(value);
    if (text.size() > kMaxValueBytes) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the value for {} has {} bytes; at most {} are kept",
                                name,
                                text.size(),
                                kMaxValueBytes));
    }
    values[name] = std::move(value);
    auto known = std::find_if(
        changes_.begin(), changes_.end(), [&](const auto& change) { return change.name == name; });
    storage::StateWrite change{name, std::move(text), now};
    if (known != changes_.end()) {
        *known = std::move(change);
    } else {
        changes_.push_back(std::move(change));
    }
    return {};
}

std::vector<storage::StateWrite> StateStore::take_changes() {
    return std::exchange(changes_, {});
}

}  // namespace aifp::engine
