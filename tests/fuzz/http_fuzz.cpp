// Bytes as a stranger could send them: the request parser, then the webhook checks and the payload.
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/request_reader.hpp"
#include "triggers/webhook_router.hpp"

namespace {

using namespace aifp;

constexpr WallTime kNow{Milliseconds(1'767'225'600'000)};

/// One webhook for each kind of check, all at the mercy of the input.
triggers::WebhookRouter make_router() {
    triggers::WebhookRouter router{triggers::WebhookRouterOptions()};
    const std::string_view hooks[] = {
        R"({"webhook": "a", "auth": "none"})",
        R"({"webhook": "b", "auth": {"bearer": "t"}})",
        R"({"webhook": "c", "auth": {"hmac_sha256": "k"}})",
        R"({"webhook": "d", "auth": {"ip": ["10.0.0.0/8", "::1"]}, "rate": "5/1s"})",
    };
    std::int64_t id = 1;
    for (const std::string_view arguments : hooks) {
        model::Trigger trigger;
        trigger.arguments = boost::json::parse({arguments.data(), arguments.size()}).as_object();
        auto hook = triggers::webhook_from(trigger, [](const boost::json::value& value) {
            return Result<std::string>(std::string(value.as_string()));
        });
        if (!hook || !router.add(DirectiveId{id++}, 0, std::move(*hook))) {
            std::abort();
        }
    }
    return router;
}

/// What must hold of every payload: it is one line of JSON.
void check_payload(const std::string& payload) {
    boost::system::error_code error;
    boost::json::parse_options options;
    options.max_depth = 40;
    const auto parsed = boost::json::parse(payload, error, {}, options);
    if (error || !parsed.is_object() || payload.find('\n') != std::string::npos) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static triggers::WebhookRouter router = make_router();
    static const http::ServerLimits limits;
    static const http::BodyLimit body_limit = [](std::string_view method, std::string_view target) {
        return router.body_limit(method, target);
    };
    http::RequestReader reader(limits, body_limit);
    boost::system::error_code error;
    std::size_t used = 0;
    while (!error && used < size && !reader.is_done()) {
        used += reader.put(boost::asio::const_buffer(data + used, size - used), error);
    }
    if (!reader.is_done()) {
        return 0;
    }
    http::Request request = reader.take();
    request.peer = http::TcpEndpoint{*http::IpAddress::parse("10.0.0.1"), 1};
    const auto verdict = router.match(request, kNow);
    if (const auto* hit = std::get_if<triggers::WebhookHit>(&verdict)) {
        check_payload(hit->payload);
    }
    return 0;
}
