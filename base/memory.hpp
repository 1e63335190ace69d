#pragma once

#include <cstddef>
#include <cstdint>

namespace aifp {

/// One heap for all threads: what the storage threads free serves the loop. Call before the first
/// thread is started. (man: mallopt, M_ARENA_MAX)
void share_one_heap();

/// Gives back to the system what only the start needed: free heap, and (in release builds) the
/// mapped pages of the program itself, which come back from the page cache one by one as they are
/// used. Costs about a millisecond; any thread.
void give_back_memory();

/// What the process takes of the machine; 0 where the system does not tell.
struct ProcessFigures {
    std::uint64_t resident_bytes = 0;
    double cpu_seconds = 0;  ///< User and system time since the start of the process.
    std::size_t open_descriptors = 0;
};
/// Reads /proc/self and getrusage(2): some 50 microseconds. Any thread.
[[nodiscard]] ProcessFigures read_process_figures();

}  // namespace aifp
