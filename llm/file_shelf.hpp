#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/llm_settings.hpp"
#include "llm/file_ids.hpp"
#include "prompts/assemble.hpp"

namespace aifp::llm {

/// Which files are stored at which provider: each is stored once for as long as the process lives.
/// A file is known by its content, a provider by its name and address. Loop thread only; it
/// outlives the client and everything that shows requests.
class FileShelf {
public:
    /// Beyond it all is forgotten: what is needed is stored again.
    static constexpr std::size_t kMaxFiles = 1'000;

    /// The ids of the attachments of `request` that are stored there. None while
    /// llm.upload_files is off.
    [[nodiscard]] FileIds known(const config::Llm& settings,
                                const prompts::Assembled& request) const;
    /// The attachments of `request` that could be stored there and are not. Each content once.
    [[nodiscard]] std::vector<std::shared_ptr<const prompts::ContextFile>> missing(
        const config::Llm& settings, const prompts::Assembled& request) const;

    void keep(const config::Llm& settings, const std::string& sha256, std::string id);
    /// The provider does not have them any more.
    void forget(const config::Llm& settings, const FileIds& ids);

private:
    std::map<std::pair<std::string, std::string>, std::string> ids_;  // by provider and sha256
};

}  // namespace aifp::llm
