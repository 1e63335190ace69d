// OpenSSL's provider machinery costs 1.7 MB of resident memory on the first digest (measured with
// 3.0), and an idle engine needs none of it. The compression functions beneath it cost nothing;
// they are called deprecated, so HMAC is put together here (RFC 2104) and tested with RFC 4231.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.hpp"

#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/text.hpp"

namespace aifp {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;
using Block = std::array<unsigned char, SHA256_CBLOCK>;

std::span<const unsigned char> bytes_of(std::string_view text) noexcept {
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

// SHA-256 of `first` and then `second`.
Digest digest_of(std::span<const unsigned char> first, std::span<const unsigned char> second = {}) {
    SHA256_CTX state;
    Digest digest;
    const bool is_done = SHA256_Init(&state) == 1 &&
                         SHA256_Update(&state, first.data(), first.size()) == 1 &&
                         SHA256_Update(&state, second.data(), second.size()) == 1 &&
                         SHA256_Final(digest.data(), &state) == 1;
    if (!is_done) {
        std::abort();  // cannot happen; a wrong hash must never leave this function
    }
    return digest;
}

Block xored(const Block& key, unsigned char pad) noexcept {
    Block result;
    std::transform(key.begin(), key.end(), result.begin(), [pad](unsigned char byte) {
        return static_cast<unsigned char>(byte ^ pad);
    });
    return result;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    return to_hex(digest_of(bytes_of(bytes)));
}

std::array<unsigned char, 32> hmac_sha256(std::string_view key, std::string_view text) {
    Block padded = {};
    if (key.size() > padded.size()) {
        const Digest hashed = digest_of(bytes_of(key));
        std::copy(hashed.begin(), hashed.end(), padded.begin());
    } else {
        std::copy(key.begin(), key.end(), padded.begin());
    }
    const Digest inner = digest_of(xored(padded, 0x36), bytes_of(text));
    return digest_of(xored(padded, 0x5C), inner);
}

std::string random_hex(std::size_t count) {
    std::vector<unsigned char> bytes(count);
    std::size_t filled = 0;
    while (filled < count) {
        const ssize_t got = ::getrandom(bytes.data() + filled, count - filled, 0);
        if (got < 0 && errno != EINTR) {
            std::abort();  // a kernel without getrandom: a guessable token would be worse
        }
        filled += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    return to_hex(bytes);
}

}  // namespace aifp
