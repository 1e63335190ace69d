#include "engine/chance.hpp"

#include <random>

namespace aifp::engine {

std::uint64_t draw_chance() {
    static std::mt19937_64 source{std::random_device{}()};
    return source();
}

}  // namespace aifp::engine
