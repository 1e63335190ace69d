#include "daemon/front.hpp"

#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "daemon/project_name.hpp"

namespace aifp::daemon {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kUnknownBody = 64 * 1024;

http::Response come_back_answer() {
    auto answer = http::error_response(503, "the project is starting anew; try again");
    answer.headers.push_back({"Retry-After", "5"});
    return answer;
}

}  // namespace

Front::Front(std::size_t expected)
    : expected_(expected), nobody_{random_hex(kTokenBytes), 0, nullptr} {}

void Front::add(const std::string& name, ProjectFace& face) {
    faces_[name] = &face;
    away_.erase(name);
}

void Front::remove(const std::string& name) {
    faces_.erase(name);
    away_.erase(name);
}

void Front::set_away(const std::string& name) {
    faces_.erase(name);
    away_.insert(name);
}

Front::Place Front::place_of(std::string_view target) const {
    if (auto named = split_target(target)) {
        const auto found = faces_.find(named->project);
        return {found == faces_.end() ? nullptr : found->second,
                std::move(named->rest),
                away_.contains(named->project)};
    }
    const bool is_alone = expected_ == 1 && faces_.size() == 1;
    return {is_alone ? faces_.begin()->second : nullptr,
            std::nullopt,
            expected_ == 1 && !away_.empty()};
}

void Front::handle_admin(http::Request request, http::Responder responder) const {
    // Probes ask without a token; they learn nothing but one word.
    if (request.path() == "/healthz") {
        responder(http::text_response(200, "ok\n"));
        return;
    }
    if (request.path() == "/readyz") {
        responder(
            http::text_response(is_ready() ? 200 : 503, is_ready() ? "ready\n" : "not ready\n"));
        return;
    }
    auto place = place_of(request.target);
    if (place.face != nullptr) {
        if (place.rest) {
            request.target = std::move(*place.rest);
        }
        place.face->handle_admin(std::move(request), std::move(responder));
        return;
    }
    if (place.is_away) {
        responder(come_back_answer());
        return;
    }
    if (!place.rest) {
        responder(http::error_response(
            404,
            "several projects run here: put /p/NAME before the path; the name stands in "
            ".aifp-project/run/endpoints.json of the project"));
        return;
    }
    // Only an expiry would need the time, and nobody has a token that expires.
    auto caller = admin::identify(request, nobody_, WallTime());
    responder(caller ? http::error_response(404, "no such project") : std::move(caller).error());
}

void Front::handle_hook(http::Request request, http::Responder responder) const {
    auto place = place_of(request.target);
    if (place.face == nullptr) {
        responder(place.is_away ? come_back_answer() : http::error_response(404, "not found"));
        return;
    }
    if (place.rest) {
        request.target = std::move(*place.rest);
    }
    place.face->handle_hook(std::move(request), std::move(responder));
}

std::size_t Front::hook_body_limit(std::string_view method, std::string_view target) const {
    const auto place = place_of(target);
    if (place.face == nullptr) {
        return kUnknownBody;
    }
    return place.face->hook_body_limit(method, place.rest ? *place.rest : target);
}

void Front::hook_too_large(std::string_view target) const {
    const auto place = place_of(target);
    if (place.face != nullptr) {
        place.face->hook_too_large(place.rest ? *place.rest : target);
    }
}

bool Front::is_ready() const {
    return faces_.size() == expected_ &&
           std::all_of(faces_.begin(), faces_.end(), [](const auto& face) {
               return face.second->is_ready();
           });
}

}  // namespace aifp::daemon
