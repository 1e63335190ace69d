#include "process/process_group.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace aifp::process {

namespace {

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

/// From /proc/PID/stat: "pid (name) state ppid pgrp ..."; the name may hold anything. (proc(5))
bool is_alive_in(int proc, const char* pid, pid_t group) {
    const std::string path = std::string(pid) + "/stat";
    const FileDescriptor file(::openat(proc, path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 512> buffer{};
    const ssize_t length =
        file.is_open() ? ::read(file.get(), buffer.data(), buffer.size() - 1) : -1;
    if (length <= 0) {
        return false;
    }
    const std::string_view text(buffer.data(), static_cast<std::size_t>(length));
    const std::size_t name_end = text.rfind(')');
    char state = 'Z';
    int parent = 0;
    int process_group = 0;
    if (name_end == std::string_view::npos ||
        std::sscanf(text.data() + name_end + 1, " %c %d %d", &state, &parent, &process_group) !=
            3) {
        return false;
    }
    return process_group == group && state != 'Z' && state != 'X';
}

}  // namespace

bool has_living_members(pid_t group) {
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir("/proc"));
    if (folder == nullptr) {
        return false;
    }
    while (const dirent* entry = ::readdir(folder.get())) {
        const char* name = entry->d_name;
        if (name[0] >= '1' && name[0] <= '9' && std::atoi(name) != group &&
            is_alive_in(::dirfd(folder.get()), name, group)) {
            return true;
        }
    }
    return false;
}

}  // namespace aifp::process
