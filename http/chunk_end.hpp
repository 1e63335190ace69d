#pragma once

#include <cstddef>

namespace aifp::http {

/// The end of a body in chunks (RFC 9112 7.1): "0", two line ends.
inline constexpr std::size_t kChunkEndBytes = 5;

/// Whether `parser` (of Beast) must not be given so few bytes yet. Beast 1.81 asserts, once it has
/// seen "0" and a line end, that five bytes are there, although a sender may stop before them. No
/// body in chunks ends with fewer, so that waiting for them waits for nothing else.
template <class Parser>
[[nodiscard]] bool must_wait_for_chunk_end(const Parser& parser, std::size_t bytes) {
    return bytes < kChunkEndBytes && parser.is_header_done() && !parser.is_done() &&
           parser.chunked();
}

}  // namespace aifp::http
