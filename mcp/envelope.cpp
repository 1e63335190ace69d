#include "mcp/envelope.hpp"

#include <boost/json/array.hpp>

namespace aifp::mcp {
namespace {

const boost::json::object* meta_of(const boost::json::object& params) noexcept {
    const auto* found = params.if_contains("_meta");
    return found == nullptr ? nullptr : found->if_object();
}

tl::unexpected<RpcError> missing(std::string_view what) {
    RpcError error;
    error.code = codes::kBadParameters;
    error.message = "params._meta must have " + std::string(what);
    error.http_status = 400;
    return tl::unexpected<RpcError>(std::move(error));
}

}  // namespace

const boost::json::value* find_member(const boost::json::object& object,
                                      std::string_view name) noexcept {
    return object.if_contains(boost::json::string_view(name.data(), name.size()));
}

std::optional<std::string_view> find_text(const boost::json::object& object,
                                          std::string_view name) noexcept {
    const auto* found = find_member(object, name);
    const auto* text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::nullopt
                           : std::optional(std::string_view(text->data(), text->size()));
}

bool claims_modern(const boost::json::object& params) noexcept {
    const auto* meta = meta_of(params);
    return meta != nullptr && (find_member(*meta, meta::kRevision) != nullptr ||
                               find_member(*meta, meta::kCapabilities) != nullptr);
}

tl::expected<Envelope, RpcError> read_envelope(const boost::json::object& params) {
    const auto* meta = meta_of(params);
    if (meta == nullptr) {
        return missing("the protocol version and the client's capabilities");
    }
    const auto revision = find_text(*meta, meta::kRevision);
    if (!revision) {
        return missing("\"" + std::string(meta::kRevision) + "\", a text");
    }
    const auto* capabilities = find_member(*meta, meta::kCapabilities);
    if (capabilities == nullptr || !capabilities->is_object()) {
        return missing("\"" + std::string(meta::kCapabilities) + "\", an object");
    }
    Envelope envelope;
    envelope.revision = *revision;
    envelope.client_capabilities = capabilities->as_object();
    if (const auto level = find_text(*meta, meta::kLogLevel)) {
        envelope.log_threshold = find_by_name<LogLevel>(kLogLevelNames, *level);
    }
    return envelope;
}

RpcError unsupported_revision(std::string_view requested) {
    boost::json::object data;
    boost::json::array supported;
    supported.emplace_back(name_of(kModern));
    data["supported"] = std::move(supported);
    data["requested"] = requested;
    RpcError error;
    error.code = codes::kUnsupportedRevision;
    error.message = "this protocol version is not served: " + std::string(requested);
    error.data = std::move(data);
    return error;
}

}  // namespace aifp::mcp
