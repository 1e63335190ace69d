#include <boost/json/array.hpp>
#include <initializer_list>
#include <utility>

#include "mcp/dispatcher.hpp"

// What a client and the server tell each other about themselves.
namespace aifp::mcp {
RpcError bad_parameters(std::string text) {
    return RpcError{codes::kBadParameters, std::move(text)};
}

boost::json::object Dispatcher::capabilities(Revision revision) const {
    const Offer offer = provider_.offer();
    const auto group = [](std::initializer_list<std::pair<const char*, bool>> flags) {
        boost::json::object made;
        for (const auto& [name, is_on] : flags) {
            if (is_on) {
                made[name] = true;
            }
        }
        return made;
    };
    boost::json::object all;
    if (offer.tools) {
        all["tools"] = group({{"listChanged", offer.tools_change}});
    }
    if (offer.resources) {
        all["resources"] =
            group({{"subscribe", offer.subscribe}, {"listChanged", offer.resources_change}});
    }
    if (offer.prompts) {
        all["prompts"] = group({{"listChanged", offer.prompts_change}});
    }
    if (offer.completions && features_of(revision).hints) {
        all["completions"] = group({});
    }
    if (offer.logging) {
        all["logging"] = group({});
    }
    return all;
}

void Dispatcher::discover(const CallPtr& call) {
    boost::json::array versions;
    versions.emplace_back(name_of(kModern));
    ResultText result;
    result.add("supportedVersions", versions);
    result.add("capabilities", capabilities(kModern));
    result.add_if("instructions", provider_.about().instructions);
    add_cache_hints(*call, result, kListTtlMs);
    call->answer(std::move(result));
}

void Dispatcher::initialize(const CallPtr& call) {
    Peer& peer = call->peer();
    const auto wanted = find_text(call->params(), "protocolVersion");
    const auto* declared = find_member(call->params(), "capabilities");
    if (peer.revision) {
        call->refuse(RpcError{codes::kNotAMessage, "the connection is initialized already"});
        return;
    }
    if (!wanted || (declared != nullptr && !declared->is_object())) {
        call->refuse(bad_parameters(
            "initialize needs \"protocolVersion\", a text, and \"capabilities\", an object"));
        return;
    }
    const auto known = find_revision(*wanted);
    peer.revision = known && !is_modern(*known) ? *known : kNewestLegacy;
    if (declared != nullptr) {
        peer.capabilities = declared->as_object();
    }
    const About& about = provider_.about();
    ResultText server;
    server.add_text("name", about.name);
    if (features_of(*peer.revision).structured) {
        server.add_if("title", about.title);
    }
    server.add_text("version", about.version);
    ResultText result;
    result.add_text("protocolVersion", name_of(*peer.revision));
    result.add("capabilities", capabilities(*peer.revision));
    result.add_raw("serverInfo", std::move(server).take());
    result.add_if("instructions", about.instructions);
    subscriptions_.join(call->shared_peer());
    call->answer(std::move(result));
}

void Dispatcher::ping(const CallPtr& call) {
    call->answer({});
}

void Dispatcher::set_level(const CallPtr& call) {
    const auto name = find_text(call->params(), "level");
    const auto level = name ? find_by_name<LogLevel>(kLogLevelNames, *name) : std::nullopt;
    if (!level) {
        call->refuse(bad_parameters(
            "\"level\" must be debug, info, notice, warning, error, critical, alert or emergency"));
        return;
    }
    call->peer().log_threshold = *level;
    call->answer({});
}

void Dispatcher::listen(const CallPtr& call) {
    const Offer offer = provider_.offer();
    if (!offer.tools_change && !offer.prompts_change && !offer.resources_change &&
        !offer.subscribe) {
        call->refuse(RpcError{codes::kNoSuchMethod, "nothing here tells of changes"});
        return;
    }
    subscriptions_.listen(call, offer);
}

void add_cache_hints(const Call& call, ResultText& result, int ttl_ms) {
    if (is_modern(call.revision())) {
        result.add("ttlMs", ttl_ms);
        result.add_text("cacheScope", "private");
    }
}

}  // namespace aifp::mcp
