#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aifp::http {

/// An IPv4 or IPv6 address. IPv4 is kept in its mapped form (::ffff:a.b.c.d, RFC 4291 2.5.5.2), so
/// that the same machine is equal to itself whichever socket it came through. A plain value.
class IpAddress {
public:
    using Bytes = std::array<unsigned char, 16>;

    IpAddress() = default;  ///< `::`
    explicit IpAddress(const Bytes& bytes) noexcept : bytes_(bytes) {}

    /// "192.168.1.7", "fe80::1", "::ffff:10.0.0.1"; no brackets, no zone id. Errors: invalid_input.
    [[nodiscard]] static Result<IpAddress> parse(std::string_view text);

    [[nodiscard]] bool is_v4() const noexcept;
    [[nodiscard]] bool is_loopback() const noexcept;
    [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }
    /// The shortest usual form; IPv4 dotted.
    [[nodiscard]] std::string text() const;

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    Bytes bytes_{};
};

/// A CIDR range. A bare address is the range of exactly that address: /32 or /128.
class IpRange {
public:
    /// "10.0.0.0/8", "fd00::/8", "192.168.1.7", "::1". Bits behind the prefix are ignored.
    /// Errors: invalid_input.
    [[nodiscard]] static Result<IpRange> parse(std::string_view text);

    [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
    /// Length of the prefix in the mapped (128-bit) form: an IPv4 /24 is 120.
    [[nodiscard]] int prefix_bits() const noexcept { return bits_; }

private:
    IpRange(const IpAddress& base, int bits) noexcept : base_(base), bits_(bits) {}

    IpAddress base_;
    int bits_;
};

[[nodiscard]] bool any_contains(std::span<const IpRange> ranges, const IpAddress& address) noexcept;

/// Where to listen.
struct TcpEndpoint {
    IpAddress address;
    std::uint16_t port = 0;  ///< 0: the system chooses.
    friend bool operator==(const TcpEndpoint&, const TcpEndpoint&) = default;
};

/// "127.0.0.1:7718", "[::1]:0", "localhost:80" (= 127.0.0.1). Errors: invalid_input.
[[nodiscard]] Result<TcpEndpoint> parse_tcp_endpoint(std::string_view text);
/// "127.0.0.1:7718", "[::1]:7718": the form that stands in URLs.
[[nodiscard]] std::string format_endpoint(const TcpEndpoint& endpoint);

}  // namespace aifp::http
