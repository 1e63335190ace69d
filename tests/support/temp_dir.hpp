#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace aifp::testing {

/// A new, empty folder of its own; gone with all that is in it when the object ends.
class TempDir {
public:
    TempDir() : path_((std::filesystem::temp_directory_path() / "aifp-test-XXXXXX").native()) {
        if (::mkdtemp(path_.data()) == nullptr) {
            throw std::runtime_error("cannot make a temporary folder");
        }
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::filesystem::path path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path() / name;
    }

private:
    std::string path_;
};

}  // namespace aifp::testing
