// Called deprecated, and cheaper than what replaces it: see base/hash.cpp.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hasher.hpp"

#include <openssl/sha.h>

#include <array>

#include "base/text.hpp"

namespace aifp {

struct Hasher::State {
    SHA256_CTX context;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
    SHA256_Init(&state_->context);
}

Hasher::~Hasher() = default;

void Hasher::add(std::string_view bytes) {
    SHA256_Update(&state_->context, bytes.data(), bytes.size());
}

std::string Hasher::finish() {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256_Final(digest.data(), &state_->context);
    return to_hex(digest);
}

}  // namespace aifp
