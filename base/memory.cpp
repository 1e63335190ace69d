#include "base/memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>

#include "base/file.hpp"

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

ProcessFigures read_process_figures() {
    constexpr std::uint64_t kMostBytes = 4'096;
    constexpr double kMicros = 1e6;
    ProcessFigures figures;
    const auto text = read_file("/proc/self/statm", kMostBytes);
    std::istringstream words(text ? *text : std::string());
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (words >> size >> resident) {
        figures.resident_bytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0) {
        const auto seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
        const auto micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
        figures.cpu_seconds = static_cast<double>(seconds) + static_cast<double>(micros) / kMicros;
    }
    std::error_code error;
    std::filesystem::directory_iterator open("/proc/self/fd", error);
    for (; !error && open != std::filesystem::directory_iterator(); open.increment(error)) {
        ++figures.open_descriptors;
    }
    return figures;
}

}  // namespace aifp
