#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "http/ip_address.hpp"

namespace aifp::http {
namespace {

IpAddress::Bytes any_bytes() {
    IpAddress::Bytes bytes{};
    for (unsigned char& byte : bytes) {
        byte = *rc::gen::arbitrary<unsigned char>();
    }
    return bytes;
}

bool same_prefix(const IpAddress::Bytes& left, const IpAddress::Bytes& right, int bits) {
    for (int bit = 0; bit < bits; ++bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const int mask = 0x80 >> (bit % 8);
        if ((left[byte] & mask) != (right[byte] & mask)) {
            return false;
        }
    }
    return true;
}

RC_GTEST_PROP(IpRangeProperty, contains_is_a_comparison_of_leading_bits, ()) {
    const IpAddress::Bytes base = any_bytes();
    IpAddress::Bytes other = base;
    const int bits = *rc::gen::inRange(0, 129);
    const int flipped = *rc::gen::inRange(0, 128);
    other[static_cast<std::size_t>(flipped / 8)] ^=
        static_cast<unsigned char>(0x80 >> (flipped % 8));
    RC_PRE(!IpAddress(base).is_v4());
    const auto range = IpRange::parse(IpAddress(base).text() + "/" + std::to_string(bits));
    RC_ASSERT(range.has_value());
    RC_ASSERT(range->contains(IpAddress(base)));
    RC_ASSERT(range->contains(IpAddress(other)) == same_prefix(base, other, bits));
}

RC_GTEST_PROP(IpRangeProperty, ipv4_means_the_same_however_it_is_written, ()) {
    std::string dotted;
    for (int i = 0; i < 4; ++i) {
        dotted += (i == 0 ? "" : ".") + std::to_string(*rc::gen::inRange(0, 256));
    }
    const int bits = *rc::gen::inRange(0, 33);
    const auto range = IpRange::parse(dotted + "/" + std::to_string(bits));
    const auto mapped = IpAddress::parse("::ffff:" + dotted);
    RC_ASSERT(range.has_value() && mapped.has_value());
    RC_ASSERT(range->contains(*mapped));
    RC_ASSERT(range->prefix_bits() == bits + 96);
}

RC_GTEST_PROP(IpRangeProperty, text_reads_back, ()) {
    const IpAddress address(any_bytes());
    RC_ASSERT(IpAddress::parse(address.text()) == address);
}

}  // namespace
}  // namespace aifp::http
