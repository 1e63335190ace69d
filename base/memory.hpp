#pragma once

namespace aifp {

/// One heap for all threads: what the storage threads free serves the loop. Call before the first
/// thread is started. (man: mallopt, M_ARENA_MAX)
void share_one_heap();

/// Gives back to the system what only the start needed: free heap, and (in release builds) the
/// mapped pages of the program itself, which come back from the page cache one by one as they are
/// used. Costs about a millisecond; any thread.
void give_back_memory();

}  // namespace aifp
