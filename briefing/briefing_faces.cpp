#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "base/run_on.hpp"
#include "briefing/briefing_impl.hpp"
#include "briefing/desk_views.hpp"
#include "briefing/disk.hpp"
#include "storage/ai_rows.hpp"

namespace aifp::briefing {

namespace asio = boost::asio;
namespace json = boost::json;

asio::awaitable<Result<json::value>> BriefingImpl::show_inspection_now(Draft draft) {
    const std::string agent = draft.agent;
    const Result<Inspection> inspection = co_await inspect(std::move(draft));
    if (!inspection) {
        co_return fail(inspection.error());
    }
    co_return inspection_view(agent, *inspection, register_.findings(), model_->name());
}

asio::awaitable<Result<json::value>> BriefingImpl::upload_now(std::string name,
                                                              std::string content) {
    Upload upload;
    upload.project = parts_.paths.root();
    upload.folders = parts_.settings.prompts.context_folders;
    upload.name = std::move(name);
    upload.content = std::move(content);
    upload.at = parts_.clock.wall();
    auto work = [upload = std::move(upload)] { return blocking_store_upload(upload); };
    Result<json::value> stored = co_await run_on(off_loop(), std::move(work));
    co_return stored;
}

void BriefingImpl::answer_with(asio::awaitable<Result<json::value>> work, Answer answer) {
    asio::co_spawn(parts_.loop,
                   std::move(work),
                   [answer = std::move(answer)](const std::exception_ptr& thrown,
                                                const Result<json::value>& result) {
                       answer(thrown ? fail(ErrorCode::internal, "the request broke off") : result);
                   });
}

asio::awaitable<Result<json::value>> BriefingImpl::list_now() {
    Draft draft("");
    prompts::Context context = context_of(&draft);
    const Status gathered = co_await gather(&draft, &context);
    if (!gathered) {
        co_return fail(gathered.error());
    }
    co_return register_.view();
}

void BriefingImpl::list(Answer answer) {
    answer_with(list_now(), std::move(answer));
}

asio::awaitable<Result<json::value>> BriefingImpl::show_site_now() {
    const auto desk = desk_;
    if (!desk) {
        co_return fail(ErrorCode::not_found,
                       "there is no site context: prompts.site_context is \"none\"");
    }
    Draft draft("");
    prompts::Context context = context_of(&draft);
    const Status gathered = co_await gather(&draft, &context);
    if (!gathered) {
        co_return fail(gathered.error());
    }
    co_await look_at_site(&context);
    co_return site_view(context.site.get(), *desk, parts_.settings.prompts.site_context_enabled);
}

void BriefingImpl::show_site(Answer answer) {
    answer_with(show_site_now(), std::move(answer));
}

void BriefingImpl::clear_site(std::string reason, Answer answer) {
    if (!desk_) {
        answer(fail(ErrorCode::not_found,
                    "there is no site context: prompts.site_context is \"none\""));
        return;
    }
    desk_->clear(reason);
    answer(json::value(json::object{{"cleared", desk_->provider()}}));
}

void BriefingImpl::list_manifests(std::optional<LedgerId> run,
                                  std::optional<std::string> session,
                                  Answer answer) {
    storage::ManifestQuery query;
    query.run = run;
    query.session = std::move(session);
    read_view(
        parts_.store,
        [query = std::move(query)](storage::Database& database) {
            return manifests_view(storage::load_manifests(database, query));
        },
        std::move(answer));
}

void BriefingImpl::show_usage(Answer answer) {
    const std::int64_t budget = parts_.settings.llm.monthly_token_budget;
    const std::string month = month_of(parts_.clock.wall());
    read_view(
        parts_.store,
        [budget, month](storage::Database& database) {
            return usage_view(storage::load_token_use(database, ""), month, budget);
        },
        std::move(answer));
}

void BriefingImpl::handle_site_event(http::Request request, http::Responder responder) {
    std::string secret;
    const config::WordPress& site = parts_.settings.prompts.wordpress;
    if (desk_ && !site.events_secret.is_null()) {
        secret = resolver_.text(site.events_secret).value_or("");
    }
    auto verdict = events_.take(request, secret, parts_.clock.wall());
    if (!verdict.reason.empty()) {
        desk_->invalidate(verdict.reason);
    }
    responder(std::move(verdict.response));
}

}  // namespace aifp::briefing
