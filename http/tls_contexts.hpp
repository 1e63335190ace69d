#pragma once

#include <boost/asio/ssl/context.hpp>
#include <map>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace aifp::http {

/// The TLS settings of outgoing connections, one per extra file of certificates, made when first
/// needed: each costs 4 MB. Private to the room; loop thread only.
class TlsContexts {
public:
    /// Certificates of the system, and those in `ca_file` unless it is empty. Blocks while it reads
    /// them. Errors: invalid_input (the file); busy (more files than kMaxContexts).
    [[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> get(
        const std::string& ca_file);

    static constexpr std::size_t kMaxContexts = 16;

private:
    std::map<std::string, std::shared_ptr<boost::asio::ssl::context>> contexts_;
};

}  // namespace aifp::http
