#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "briefing/briefing.hpp"
#include "briefing/register.hpp"
#include "briefing/site_desk.hpp"
#include "briefing/site_events.hpp"
#include "briefing/token_book.hpp"
#include "config/resolver.hpp"
#include "llm/file_shelf.hpp"

namespace aifp::briefing {

/// What create_briefing() gives: requests stand in briefing.cpp, what faces are shown in
/// briefing_faces.cpp. Private to the room.
class BriefingImpl final : public Briefing {
public:
    explicit BriefingImpl(BriefingParts parts);
    ~BriefingImpl() override { BriefingImpl::stop(); }

    [[nodiscard]] std::optional<llm::ModelName> model_name() const override {
        return model_->name();
    }
    [[nodiscard]] boost::asio::awaitable<Result<llm::Reply>> ask(Draft draft) override;
    [[nodiscard]] boost::asio::awaitable<Result<Inspection>> inspect(Draft draft) override;
    void show_inspection(Draft draft, Answer answer) override {
        answer_with(show_inspection_now(std::move(draft)), std::move(answer));
    }
    void upload(std::string name, std::string content, Answer answer) override {
        answer_with(upload_now(std::move(name), std::move(content)), std::move(answer));
    }
    void add(prompts::PromptDirective directive) override {
        tell(register_.add(std::move(directive)));
    }
    void add(prompts::SiteFilter filter) override { register_.add(std::move(filter)); }
    void list(Answer answer) override;
    void show_site(Answer answer) override;
    void clear_site(std::string reason, Answer answer) override;
    void list_manifests(std::optional<LedgerId> run,
                        std::optional<std::string> session,
                        Answer answer) override;
    void show_usage(Answer answer) override;
    void project_changed() override;
    void settings_changed() override;
    void set_admin_url(std::string url) override { admin_url_ = std::move(url); }
    [[nodiscard]] bool is_site_event(std::string_view target) const override {
        return target.substr(0, target.find('?')) == kSiteEventsPath;
    }
    void handle_site_event(http::Request request, http::Responder responder) override;
    void stop() override;

private:
    using Assembled = std::shared_ptr<const prompts::Assembled>;

    boost::asio::awaitable<Result<Assembled>> assemble(Draft* draft);
    boost::asio::awaitable<Status> gather(const Draft* draft, prompts::Context* context);
    boost::asio::awaitable<void> run_directives_hook(const prompts::Context* context);
    boost::asio::awaitable<void> read_hook_files(prompts::Context* context);
    boost::asio::awaitable<void> look_at_site(prompts::Context* context);
    boost::asio::awaitable<boost::json::object> run_site_hook(boost::json::object site);
    boost::asio::awaitable<Result<boost::json::value>> run_hook(std::string name,
                                                                boost::json::object input);
    boost::asio::awaitable<Result<boost::json::value>> show_inspection_now(Draft draft);
    boost::asio::awaitable<Result<boost::json::value>> upload_now(std::string name,
                                                                  std::string content);
    boost::asio::awaitable<Result<boost::json::value>> list_now();
    boost::asio::awaitable<Result<boost::json::value>> show_site_now();
    void answer_with(boost::asio::awaitable<Result<boost::json::value>> work, Answer answer);

    [[nodiscard]] prompts::Context context_of(Draft* draft) const;
    [[nodiscard]] prompts::Policy policy() const {
        return prompts::policy_of(parts_.settings.prompts, &resolver_.keeper());
    }
    void keep(const Draft& draft, const prompts::Assembled& request, const Result<llm::Reply>& got);
    void make_desk();
    void remember_secrets();
    [[nodiscard]] boost::asio::any_io_executor off_loop();
    void tell(const prompts::Notices& notices) const {
        prompts::write_notices(parts_.log, notices);
    }
    [[nodiscard]] std::unique_ptr<llm::Model> make_client();
    [[nodiscard]] LocalFacts local_facts() const;

    BriefingParts parts_;
    config::Resolver resolver_;
    StoredTokenBook book_;
    llm::FileShelf shelf_;
    std::unique_ptr<llm::Model> client_;
    llm::Model* model_;
    Register register_;
    std::shared_ptr<SiteDesk> desk_;  // null: no site context
    config::Prompts desk_for_;        // the settings that it was made from
    SiteEvents events_;
    std::string admin_url_;
    // Reading files is not for the loop; an engine without AI needs no thread for it.
    std::optional<boost::asio::thread_pool> files_;
};

}  // namespace aifp::briefing
