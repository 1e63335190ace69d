#include <utility>

#include "daemon/project_host.hpp"

// The part of ProjectHost that keeps secrets out of rows and answers. Log lines: project_logs.cpp.
namespace aifp::daemon {

std::shared_ptr<const http::AnswerFilter> ProjectHost::answer_filter() const {
    http::AnswerFilter filter;
    filter.json = [keeper = keeper_](std::string text) {
        return keeper->redacted_json(std::move(text));
    };
    filter.text = [keeper = keeper_](std::string text) {
        return keeper->redacted(std::move(text));
    };
    return std::make_shared<const http::AnswerFilter>(std::move(filter));
}

storage::RowSecrets ProjectHost::row_secrets() const {
    using Text = std::string;
    storage::RowSecrets secrets;
    secrets.redacted = [keeper = keeper_](Text text) { return keeper->redacted(std::move(text)); };
    secrets.redacted_json = answer_filter_->json;
    secrets.sealed_json = [keeper = keeper_](Text text) {
        return keeper->sealed_json(std::move(text));
    };
    secrets.sealed_text = [keeper = keeper_](Text text) {
        return keeper->sealed_text(std::move(text));
    };
    secrets.opened = [keeper = keeper_](Text text) { return keeper->opened(std::move(text)); };
    return secrets;
}

}  // namespace aifp::daemon
