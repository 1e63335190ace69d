#include "tests/simulation/scripted_world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/quantity.hpp"

namespace aifp::simulation {

namespace {

namespace json = boost::json;

constexpr std::string_view kHost = "http://world/";

std::string_view place_of(std::string_view url) {
    return url.starts_with(kHost) ? url.substr(kHost.size()) : url;
}

}  // namespace

ScriptedWorld::ScriptedWorld(Transcript& transcript, const json::object& answers)
    : transcript_(transcript) {
    for (const auto& [path, list] : answers) {
        for (const auto& one : list.as_array()) {
            Reply reply;
            if (one.is_int64()) {
                reply.status = static_cast<int>(one.get_int64());
            } else {
                const auto& map = one.as_object();
                reply.status = map.contains("status") ? map.at("status").to_number<int>() : 200;
                if (const auto* after = map.if_contains("after")) {
                    reply.after = parse_duration(after->as_string()).value();
                }
                reply.body = map.contains("body") ? map.at("body").as_string().c_str() : "";
            }
            answers_[path].push_back(std::move(reply));
        }
    }
}

ScriptedWorld::Reply ScriptedWorld::hear(std::size_t call, const http::ClientRequest& request) {
    const std::string place(place_of(request.url));
    const auto path = place.substr(0, place.find('?'));
    Reply reply;
    if (const auto found = answers_.find(path); found != answers_.end()) {
        const auto turn = std::min(heard_[path]++, found->second.size() - 1);
        reply = found->second[turn];
    }
    const auto body = request.body.empty() ? "" : " " + request.body;
    transcript_.say("  -> {} /{}{}", request.method, place, body);
    if (reply.after > Milliseconds(0)) {
        under_way_[call] = place;
    }
    return reply;
}

void ScriptedWorld::end(std::size_t call, CallEnd how, const Reply& reply) {
    const auto found = under_way_.find(call);
    if (found == under_way_.end()) {
        return;
    }
    if (how == CallEnd::stopped) {
        transcript_.say("  <- /{} is cut off", found->second);
    } else if (how == CallEnd::answered) {
        transcript_.say("  <- /{} answers {}", found->second, reply.status);
    }
    under_way_.erase(found);
}

}  // namespace aifp::simulation
