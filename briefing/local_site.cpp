#include <memory>
#include <utility>

#include "briefing/site_provider.hpp"
#include "briefing/store_wait.hpp"
#include "prompts/site_local.hpp"
#include "storage/directives.hpp"
#include "storage/implementations.hpp"

namespace aifp::briefing {
namespace {

namespace asio = boost::asio;

void gather(storage::Database& database, prompts::LocalProject& project) {
    for (storage::DirectiveRow& row : storage::list_directives(database)) {
        if (row.status != model::DirectiveStatus::archived) {
            project.directives.push_back({row.type, row.status, std::move(row.source_file)});
        }
    }
    for (auto& row : storage::load_implementations(database, std::nullopt)) {
        if (!row.implementation_file.starts_with(storage::kBuiltinPrefix)) {
            project.test_results.push_back(std::move(row.test_status));
        }
    }
    for (auto& row : storage::load_dependencies(database, std::nullopt)) {
        project.dependency_types.push_back(std::move(row.dependency_type));
    }
}

class LocalSite final : public SiteProvider {
public:
    LocalSite(storage::Store& store, std::function<LocalFacts()> facts)
        : store_(store), facts_(std::move(facts)) {}

    [[nodiscard]] std::string id() const override { return "local"; }

    [[nodiscard]] asio::awaitable<Result<boost::json::object>> fetch() override {
        auto project = std::make_shared<prompts::LocalProject>();
        LocalFacts facts = facts_();
        project->site.name = std::move(facts.name);
        project->site.url = std::move(facts.url);
        project->site.admin_url = std::move(facts.admin_url);
        project->site.language = std::move(facts.language);
        project->site.timezone = std::move(facts.timezone);
        storage::Store::Job job = [project](storage::Database& database) {
            gather(database, *project);
        };
        const Status read = co_await read_store(store_, std::move(job));
        if (!read) {
            co_return fail(read.error());
        }
        co_return prompts::to_json(prompts::local_site(*project));
    }

private:
    storage::Store& store_;
    std::function<LocalFacts()> facts_;
};

}  // namespace

std::unique_ptr<SiteProvider> create_local_site(storage::Store& store,
                                                std::function<LocalFacts()> facts) {
    return std::make_unique<LocalSite>(store, std::move(facts));
}

std::string language_of(std::optional<std::string> lang) {
    const std::string code = lang.value_or("").substr(0, lang.value_or("").find_first_of(".@"));
    const bool is_one = code.size() >= 2 && code != "POSIX";
    return is_one ? code : "en_US";
}

}  // namespace aifp::briefing
