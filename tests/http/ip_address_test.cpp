#include "http/ip_address.hpp"

#include <gtest/gtest.h>

namespace aifp::http {
namespace {

IpAddress address(const char* text) {
    return *IpAddress::parse(text);
}

TEST(IpAddress, reads_and_writes_both_families) {
    const std::pair<const char*, const char*> cases[] = {{"192.168.1.7", "192.168.1.7"},
                                                         {"::ffff:10.0.0.1", "10.0.0.1"},
                                                         {"FD00:0:0::7", "fd00::7"},
                                                         {"::1", "::1"},
                                                         {"::", "::"}};
    for (const auto& [given, shown] : cases) {
        EXPECT_EQ(address(given).text(), shown);
    }
    EXPECT_EQ(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    EXPECT_TRUE(address("127.9.9.9").is_loopback());
    EXPECT_TRUE(address("::1").is_loopback());
    EXPECT_FALSE(address("128.0.0.1").is_loopback());
}

TEST(IpAddress, refuses_what_is_none) {
    for (const std::string_view text : {std::string_view(""),
                                        std::string_view("1.2.3"),
                                        std::string_view("1.2.3.256"),
                                        std::string_view("[::1]"),
                                        std::string_view("fe80::1%eth0"),
                                        std::string_view("host"),
                                        std::string_view("1.2.3.4\0", 8)}) {
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    }
}

struct RangeCase {
    const char* range;
    const char* inside;
    const char* outside;
};

TEST(IpRange, holds_what_it_says) {
    const RangeCase cases[] = {
        {"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
        {"192.168.1.77/24", "192.168.1.1", "192.168.2.1"},
        {"192.168.1.7", "192.168.1.7", "192.168.1.6"},
        {"192.168.1.6/31", "192.168.1.7", "192.168.1.5"},
        {"fd00::7", "fd00::7", "fd00::8"},
        {"fd00::/8", "fdff::1", "fe00::1"},
        {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
        {"::ffff:10.0.0.0/104", "10.1.2.3", "11.1.2.3"},
        {"0.0.0.0/0", "8.8.8.8", "2001:db8::1"},
        {"::1/128", "::1", "127.0.0.1"},
    };
    for (const RangeCase& each : cases) {
        const auto range = IpRange::parse(each.range);
        ASSERT_TRUE(range) << each.range;
        EXPECT_TRUE(range->contains(address(each.inside))) << each.range;
        EXPECT_FALSE(range->contains(address(each.outside))) << each.range;
    }
}

TEST(IpRange, takes_ipv4_through_an_ipv6_socket) {
    EXPECT_TRUE(IpRange::parse("10.0.0.0/8")->contains(address("::ffff:10.1.2.3")));
    EXPECT_TRUE(IpRange::parse("::/0")->contains(address("10.1.2.3")));
}

TEST(IpRange, refuses_bad_prefixes) {
    for (const char* text : {"10.0.0.0/33",
                             "::/129",
                             "10.0.0.0/",
                             "10.0.0.0/-1",
                             "10.0.0.0/8x",
                             "/8",
                             "10.0.0.0/8/8",
                             ""}) {
        EXPECT_FALSE(IpRange::parse(text)) << text;
    }
}

TEST(ParseTcpEndpoint, reads_address_and_port) {
    const std::pair<const char*, const char*> cases[] = {{"127.0.0.1:7718", "127.0.0.1:7718"},
                                                         {"localhost:80", "127.0.0.1:80"},
                                                         {"[::1]:0", "[::1]:0"}};
    for (const auto& [given, shown] : cases) {
        ASSERT_TRUE(parse_tcp_endpoint(given)) << given;
        EXPECT_EQ(format_endpoint(*parse_tcp_endpoint(given)), shown);
    }
    for (const char* bad : {"127.0.0.1",
                            "::1:80",
                            "[127.0.0.1]:80",
                            "127.0.0.1:65536",
                            ":80",
                            "127.0.0.1:",
                            "host:80",
                            "[]:80"}) {
        EXPECT_FALSE(parse_tcp_endpoint(bad)) << bad;
    }
}

}  // namespace
}  // namespace aifp::http
