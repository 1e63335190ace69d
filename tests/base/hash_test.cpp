#include "base/hash.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace aifp {
namespace {

// FIPS 180-4, the examples published by NIST.
TEST(Sha256Hex, gives_the_published_values) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// RFC 4231, test cases 2, 4, 6 and 7.
TEST(HmacSha256, gives_the_published_values) {
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'),
                                 "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, gives_the_published_values_of_longer_texts) {
    std::string key;
    for (char byte = 1; byte <= 25; ++byte) {
        key += byte;
    }
    EXPECT_EQ(to_hex(hmac_sha256(key, std::string(50, '\xcd'))),
              "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'),
                                 "This is a test using a larger than block-size key and a larger "
                                 "than block-size data. The key needs to be hashed before being "
                                 "used by the HMAC algorithm.")),
              "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

// Against: printf x | openssl dgst -sha256 -hmac KEY, with a key of exactly one block.
TEST(HmacSha256, takes_a_key_of_one_block_as_it_is) {
    EXPECT_EQ(to_hex(hmac_sha256(std::string(64, 'k'), "x")),
              "f91c4c403625fb06910ef93999265bbd2d62baeaec6ff36455498cc124fe3e66");
}

TEST(HmacSha256, takes_an_empty_key_and_an_empty_text) {
    EXPECT_EQ(to_hex(hmac_sha256("", "")),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(RandomHex, has_two_digits_a_byte_and_does_not_repeat) {
    const std::string first = random_hex(16);
    EXPECT_EQ(first.size(), 32U);
    EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_NE(first, random_hex(16));
    EXPECT_EQ(random_hex(0), "");
}

}  // namespace
}  // namespace aifp
