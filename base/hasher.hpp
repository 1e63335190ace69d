#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace aifp {

/// SHA-256 of what comes in pieces; sha256_hex (base/hash.hpp) of one text.
class Hasher {
public:
    Hasher();
    ~Hasher();
    void add(std::string_view bytes);
    /// 64 lower-case hexadecimal digits. Once: nothing may be added afterwards.
    [[nodiscard]] std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace aifp
