#include "http/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace aifp::http {
namespace {

constexpr IpAddress::Bytes kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
constexpr std::size_t kV4At = 12;
constexpr int kV4Bits = 32;
constexpr int kAllBits = 128;

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

Result<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string terminated(text);
    Bytes bytes = kMappedPrefix;
    const bool has_nul = text.find('\0') != std::string_view::npos;
    if (!has_nul && inet_pton(AF_INET, terminated.c_str(), &bytes[kV4At]) == 1) {
        return IpAddress(bytes);
    }
    if (!has_nul && inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) {
        return IpAddress(bytes);
    }
    return fail(
        ErrorCode::invalid_input,
        "\"" + terminated + "\" is not an IP address; write one like 192.168.1.7 or fd00::7");
}

bool IpAddress::is_v4() const noexcept {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.begin() + kV4At, bytes_.begin());
}

bool IpAddress::is_loopback() const noexcept {
    if (is_v4()) {
        return bytes_[kV4At] == 127;
    }
    Bytes loopback{};
    loopback.back() = 1;
    return bytes_ == loopback;
}

std::string IpAddress::text() const {
    char buffer[INET6_ADDRSTRLEN] = {};
    if (is_v4()) {
        inet_ntop(AF_INET, &bytes_[kV4At], buffer, sizeof buffer);
    } else {
        inet_ntop(AF_INET6, bytes_.data(), buffer, sizeof buffer);
    }
    return buffer;
}

Result<IpRange> IpRange::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    auto base = IpAddress::parse(text.substr(0, slash));
    if (!base) {
        return fail(base.error());
    }
    if (slash == std::string_view::npos) {
        return IpRange(*base, kAllBits);
    }
    // Dotted text counts its prefix in 32 bits; ::ffff:a.b.c.d, written as IPv6, in 128.
    const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
    const int most = dotted ? kV4Bits : kAllBits;
    const auto bits = parse_number<int>(text.substr(slash + 1));
    if (!bits || *bits < 0 || *bits > most) {
        return fail(
            ErrorCode::invalid_input,
            "the range \"" + std::string(text) + "\" must end in /0 to /" + std::to_string(most));
    }
    return IpRange(*base, *bits + kAllBits - most);
}

bool IpRange::contains(const IpAddress& address) const noexcept {
    const auto whole = static_cast<std::size_t>(bits_ / 8);
    const int rest = bits_ % 8;
    if (std::memcmp(base_.bytes().data(), address.bytes().data(), whole) != 0) {
        return false;
    }
    if (rest == 0) {
        return true;
    }
    const unsigned mask = 0xffU << (8 - rest) & 0xffU;
    const unsigned difference = base_.bytes()[whole] ^ unsigned { address.bytes()[whole] };
    return (difference & mask) == 0;
}

bool any_contains(std::span<const IpRange> ranges, const IpAddress& address) noexcept {
    return std::any_of(ranges.begin(), ranges.end(), [&address](const IpRange& range) {
        return range.contains(address);
    });
}

Result<TcpEndpoint> parse_tcp_endpoint(std::string_view text) {
    const auto refuse = [text] {
        return fail(ErrorCode::invalid_input,
                    "\"" + std::string(text) +
                        "\" is not ADDRESS:PORT; write it like 127.0.0.1:7718 or [::1]:7718");
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return refuse();
    }
    std::string_view host = text.substr(0, colon);
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (!port || bracketed != (host.find(':') != std::string_view::npos)) {
        return refuse();
    }
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const auto address = IpAddress::parse(host == "localhost" ? "127.0.0.1" : host);
    if (!address) {
        return refuse();
    }
    return TcpEndpoint{*address, *port};
}

std::string format_endpoint(const TcpEndpoint& endpoint) {
    const std::string address = endpoint.address.text();
    const std::string port = ":" + std::to_string(endpoint.port);
    return endpoint.address.is_v4() ? address + port : "[" + address + "]" + port;
}

}  // namespace aifp::http
