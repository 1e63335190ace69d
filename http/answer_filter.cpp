#include "http/answer_filter.hpp"

#include <optional>
#include <utility>

namespace aifp::http {
namespace {

bool holds_json(std::string_view content_type) {
    const auto kind = content_type.substr(0, content_type.find(';'));
    return kind == "application/json" || kind == "text/event-stream" || kind.ends_with("+json");
}

class FilterSink final : public AnswerSink {
public:
    FilterSink(Responder inner, std::shared_ptr<const AnswerFilter> filter)
        : inner_(std::move(inner)), filter_(std::move(filter)) {}

    void answer(std::uint64_t /*slot*/, Response response) override {
        change(response);
        inner_(std::move(response));
    }

    void watch(std::uint64_t /*slot*/, std::function<void()> on_closed) override {
        inner_.watch(std::move(on_closed));
    }

    void begin_stream(std::uint64_t /*slot*/,
                      Response head,
                      std::function<void()> on_closed) override {
        change(head);
        is_json_ = holds_json(head.content_type);
        stream_.emplace(inner_.stream(std::move(head), std::move(on_closed)));
    }

    void stream_piece(std::uint64_t /*slot*/, std::string_view piece) override {
        if (stream_) {
            const auto& how = is_json_ ? filter_->json : filter_->text;
            stream_->write(how(std::string(piece)));
        }
    }

    void end_stream(std::uint64_t /*slot*/) override {
        if (stream_) {
            stream_->finish();
        }
    }

    [[nodiscard]] std::size_t stream_backlog(std::uint64_t /*slot*/) const override {
        return stream_ ? stream_->backlog() : 0;
    }

private:
    void change(Response& response) const {
        const auto& how = holds_json(response.content_type) ? filter_->json : filter_->text;
        response.body = how(std::move(response.body));
        for (auto& header : response.headers) {
            header.value = filter_->text(std::move(header.value));
        }
    }

    Responder inner_;
    const std::shared_ptr<const AnswerFilter> filter_;
    std::optional<ResponseStream> stream_;
    bool is_json_ = false;
};

}  // namespace

Responder filtered(Responder responder, std::shared_ptr<const AnswerFilter> filter) {
    return Responder(std::make_shared<FilterSink>(std::move(responder), std::move(filter)), 0);
}

}  // namespace aifp::http
