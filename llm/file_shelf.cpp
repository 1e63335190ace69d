#include "llm/file_shelf.hpp"

#include <fmt/format.h>

#include "llm/adapter.hpp"

namespace aifp::llm {
namespace {

using Files = std::vector<std::shared_ptr<const prompts::ContextFile>>;

std::string store_of(const config::Llm& settings) {
    return fmt::format("{} {}", config::name_of(settings.provider), settings.base_url);
}

// Each content once.
Files storable_in(const config::Llm& settings, const prompts::Assembled& request) {
    const Adapter* const adapter = find_adapter(settings.provider);
    std::map<std::string, std::shared_ptr<const prompts::ContextFile>> seen;
    Files files;
    if (adapter == nullptr || !settings.upload_files) {
        return files;
    }
    for (const prompts::Message& message : request.messages) {
        if (prompts::has_attachment(message) && adapter->stores(message.file->kind) &&
            seen.emplace(message.file->sha256, message.file).second) {
            files.push_back(message.file);
        }
    }
    return files;
}

}  // namespace

FileIds FileShelf::known(const config::Llm& settings, const prompts::Assembled& request) const {
    FileIds found;
    for (const auto& file : storable_in(settings, request)) {
        if (const auto id = ids_.find({store_of(settings), file->sha256}); id != ids_.end()) {
            found.emplace(file->sha256, id->second);
        }
    }
    return found;
}

Files FileShelf::missing(const config::Llm& settings, const prompts::Assembled& request) const {
    Files files = storable_in(settings, request);
    std::erase_if(files, [this, &settings](const auto& file) {
        return ids_.contains({store_of(settings), file->sha256});
    });
    return files;
}

void FileShelf::keep(const config::Llm& settings, const std::string& sha256, std::string id) {
    if (ids_.size() >= kMaxFiles) {
        ids_.clear();
    }
    ids_.insert_or_assign({store_of(settings), sha256}, std::move(id));
}

void FileShelf::forget(const config::Llm& settings, const FileIds& ids) {
    for (const auto& [sha256, id] : ids) {
        ids_.erase({store_of(settings), sha256});
    }
}

}  // namespace aifp::llm
