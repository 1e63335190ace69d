#include "mcp/message.hpp"

#include <boost/json/parse.hpp>
#include <utility>

#include "base/json_text.hpp"

namespace aifp::mcp {
namespace {

using boost::json::value;

constexpr std::string_view kBegin = R"({"jsonrpc":"2.0")";

bool is_id(const value& id) noexcept {
    return id.is_string() || id.is_int64() || id.is_uint64();
}

tl::unexpected<Refusal> not_a_message(std::string_view why, value id = nullptr) {
    return tl::unexpected<Refusal>(
        Refusal{RpcError{codes::kNotAMessage, "not a JSON-RPC message: " + std::string(why)},
                std::move(id)});
}

void append_id(std::string& out, const value& id) {
    if (!id.is_null()) {
        out.append(R"(,"id":)").append(json_text(id));
    }
}

void append_method(std::string& out, std::string_view method, std::string_view params) {
    out += R"(,"method":)";
    append_json_string(out, method);
    out.append(R"(,"params":)").append(params).append("}");
}

tl::expected<Message, Refusal> read_call(boost::json::object& json, Message message) {
    auto* method = json["method"].if_string();
    if (method == nullptr) {
        return not_a_message("\"method\" must be a string", std::move(message.id));
    }
    message.method.assign(method->data(), method->size());
    if (auto* params = json.if_contains("params")) {
        if (!params->is_object()) {
            return not_a_message("\"params\" must be an object", std::move(message.id));
        }
        message.params = std::move(params->as_object());
    }
    return message;
}

}  // namespace

int http_status_of(const RpcError& error) noexcept {
    if (error.http_status != 0) {
        return error.http_status;
    }
    switch (error.code) {
        case codes::kNotJson:
        case codes::kNotAMessage:
        case codes::kHeaderMismatch:
        case codes::kMissingCapability:
        case codes::kUnsupportedRevision:
            return 400;
        case codes::kNoSuchMethod:
            return 404;
        default:
            return 200;
    }
}

tl::expected<value, RpcError> parse_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = kMaxDepth;
    boost::system::error_code error;
    value json = boost::json::parse({text.data(), text.size()}, error, {}, options);
    if (error) {
        return tl::unexpected<RpcError>(
            RpcError{codes::kNotJson, "the message is not JSON: " + error.message()});
    }
    return json;
}

tl::expected<Message, Refusal> read_message(value json) {
    if (!json.is_object()) {
        return not_a_message("it must be one object");
    }
    auto& object = json.as_object();
    Message message;
    if (auto* id = object.if_contains("id")) {
        if (!is_id(*id)) {
            return not_a_message("\"id\" must be a string or a whole number");
        }
        message.id = *id;
    }
    const auto* version = object.if_contains("jsonrpc");
    if (version == nullptr || !version->is_string() || version->as_string() != "2.0") {
        return not_a_message("\"jsonrpc\" must be \"2.0\"", std::move(message.id));
    }
    if (object.contains("method")) {
        message.kind = message.id.is_null() ? Message::Kind::notification : Message::Kind::request;
        return read_call(object, std::move(message));
    }
    const bool has_outcome = object.contains("result") != object.contains("error");
    if (message.id.is_null() || !has_outcome) {
        return not_a_message("it is neither a request nor a response", std::move(message.id));
    }
    message.kind = Message::Kind::response;
    message.response = std::move(object);
    return message;
}

std::string response_text(const value& id, std::string_view result) {
    std::string out(kBegin);
    append_id(out, id);
    return out.append(R"(,"result":)").append(result).append("}");
}

std::string error_text(const value& id, const RpcError& error) {
    std::string out(kBegin);
    append_id(out, id);
    out.append(R"(,"error":{"code":)").append(std::to_string(error.code));
    out += R"(,"message":)";
    append_json_string(out, error.message);
    if (!error.data.is_null()) {
        out.append(R"(,"data":)").append(json_text(error.data));
    }
    return out += "}}";
}

std::string notification_text(std::string_view method, std::string_view params) {
    std::string out(kBegin);
    append_method(out, method, params);
    return out;
}

std::string request_text(const value& id, std::string_view method, std::string_view params) {
    std::string out(kBegin);
    append_id(out, id);
    append_method(out, method, params);
    return out;
}

}  // namespace aifp::mcp
