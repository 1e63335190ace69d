#include <memory>
#include <utility>

#include "admin/call.hpp"
#include "admin/event_stream.hpp"
#include "admin/metrics.hpp"
#include "admin/openapi.hpp"

namespace aifp::admin {
namespace {

engine::Observation* observation_of(Call& call) {
    auto* observation = call.control.observation();
    if (observation == nullptr) {
        call.answer(fail(ErrorCode::not_found, "no engine runs here"));
    }
    return observation;
}

http::Response text_of_type(std::string_view type, std::string text) {
    auto response = http::text_response(200, std::move(text));
    response.content_type = type;
    return response;
}

}  // namespace

void show_metrics(Call call) {
    if (auto* observation = observation_of(call)) {
        Metrics metrics;
        metrics.engine = observation->figures();
        if (call.daemon) {
            metrics.daemon = call.daemon();
        }
        metrics.process = read_process_figures();
        (*call.responder)(text_of_type(kMetricsType, metrics_text(metrics)));
    }
}

void watch_events(Call call) {
    auto* observation = observation_of(call);
    if (observation == nullptr) {
        return;
    }
    auto query = event_query_from(call.query, call.last_event_id);
    if (!query) {
        call.answer(fail(std::move(query).error()));
        return;
    }
    const auto client = std::make_shared<EventClient>(std::move(*query), call.may_go_on());
    client->begin(*observation, *call.responder);
}

void show_openapi_yaml(Call call) {
    (*call.responder)(text_of_type("application/yaml", std::string(openapi_yaml())));
}

void show_openapi_json(Call call) {
    (*call.responder)(text_of_type("application/json", openapi_json()));
}

}  // namespace aifp::admin
