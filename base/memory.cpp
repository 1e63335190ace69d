#include "base/memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace aifp {
namespace {

// Segments that are never written hold nothing that is not in their file. (In debug builds they do:
// a debugger's breakpoints.)
int drop_read_only_pages(dl_phdr_info* object, std::size_t, void* page_size) {
    const auto mask = *static_cast<const std::uintptr_t*>(page_size) - 1;
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const auto& segment = object->dlpi_phdr[i];
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) {
            continue;
        }
        const auto begin = (object->dlpi_addr + segment.p_vaddr) & ~mask;
        const auto end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
        // Refused for the kernel's own page (vdso): then it stays.
        static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED));
    }
    return 0;
}

}  // namespace

void share_one_heap() {
    ::mallopt(M_ARENA_MAX, 1);
}

void give_back_memory() {
    ::malloc_trim(0);
#ifdef NDEBUG
    auto page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    ::dl_iterate_phdr(drop_read_only_pages, &page_size);
#else
    static_cast<void>(drop_read_only_pages);
#endif
}

}  // namespace aifp
