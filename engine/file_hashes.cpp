#include "engine/file_hashes.hpp"

#include "actions/implementation.hpp"

namespace aifp::engine {

const ImplementationFile& FileHashes::look(const std::string& path) {
    auto& file = files_[path];
    file.path = path;
    refresh_implementation(file, root_ / path);
    return file;
}

void FileHashes::look_at(const model::Directive& directive) {
    for (const auto& path : actions::implementation_files(directive)) {
        look(path);
    }
}

}  // namespace aifp::engine
