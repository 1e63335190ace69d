#include "http/tls_contexts.hpp"

#include <sys/stat.h>

namespace aifp::http {

namespace ssl = boost::asio::ssl;

TlsContexts::FileState TlsContexts::state_of(const std::string& file) {
    struct stat facts {};
    if (file.empty() || ::stat(file.c_str(), &facts) != 0) {
        return {};
    }
    constexpr std::int64_t kNanoseconds = 1'000'000'000;
    return {
        facts.st_ino, facts.st_ctim.tv_sec * kNanoseconds + facts.st_ctim.tv_nsec, facts.st_size};
}

Result<std::shared_ptr<ssl::context>> TlsContexts::get(const std::string& ca_file) {
    const FileState state = state_of(ca_file);
    const auto found = contexts_.find(ca_file);
    if (found != contexts_.end() && found->second.file == state) {
        return found->second.context;
    }
    if (found == contexts_.end() && contexts_.size() >= kMaxContexts) {
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
    contexts_.insert_or_assign(ca_file, Entry{state, context});
    return context;
}

}  // namespace aifp::http
