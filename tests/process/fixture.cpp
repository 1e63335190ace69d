#include "tests/process/fixture.hpp"

#include <fstream>
#include <iterator>

namespace aifp::process {

pid_t Children::pid_in(const std::string& name) const {
    std::ifstream file(folder / name);
    pid_t pid = 0;
    file >> pid;
    return pid;
}

bool is_alive(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const std::size_t end = text.rfind(')');
    return end != std::string::npos && end + 2 < text.size() && text[end + 2] != 'Z' &&
           text[end + 2] != 'X';
}

std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/self/fd")) {
        ++count;
    }
    return count;
}

}  // namespace aifp::process
