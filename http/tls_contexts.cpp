#include "http/tls_contexts.hpp"

namespace aifp::http {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> TlsContexts::get(const std::string& ca_file) {
    if (const auto found = contexts_.find(ca_file); found != contexts_.end()) {
        return found->second;
    }
    if (contexts_.size() >= kMaxContexts) {
        return fail(ErrorCode::busy, "more than 16 different ca_file settings are in use");
    }
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    boost::system::error_code error;
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    context->set_verify_mode(ssl::verify_peer, error);
    // Without the system's certificates nothing is trusted but ca_file, which is safe.
    context->set_default_verify_paths(error);
    if (!ca_file.empty()) {
        context->load_verify_file(ca_file, error);
        if (error) {
            return fail(ErrorCode::invalid_input,
                        "ca_file \"" + ca_file +
                            "\" cannot be read as certificates in PEM form: " + error.message());
        }
    }
    contexts_.emplace(ca_file, context);
    return context;
}

}  // namespace aifp::http
