#pragma once

#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace aifp::http {

/// The TLS settings of outgoing connections, one per extra file of certificates, made when first
/// needed: each costs 4 MB; made anew when the file was replaced or written. Private to the room;
/// loop thread only.
class TlsContexts {
public:
    /// Certificates of the system, and those in `ca_file` unless it is empty. Blocks while it reads
    /// them. Errors: invalid_input (the file); busy (more files than kMaxContexts).
    [[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> get(
        const std::string& ca_file);

    static constexpr std::size_t kMaxContexts = 16;

private:
    /// As stat(2) tells it; all zero without a file.
    struct FileState {
        std::uint64_t inode = 0;
        std::int64_t changed_ns = 0;
        std::int64_t size = 0;
        friend bool operator==(const FileState&, const FileState&) = default;
    };
    struct Entry {
        FileState file;
        std::shared_ptr<boost::asio::ssl::context> context;
    };
    [[nodiscard]] static FileState state_of(const std::string& file);

    std::map<std::string, Entry> contexts_;
};

}  // namespace aifp::http
