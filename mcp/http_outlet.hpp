#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/responder.hpp"
#include "mcp/outlet.hpp"

namespace aifp::mcp {

/// The answer to one POST, or the stream of one GET: plain JSON if the answer is all there is, else
/// server-sent events. Loop thread only. Shared by the calls it belongs to.
class HttpOutlet final : public Outlet {
public:
    /// `headers` go with the answer. Without `may_stream` what comes before the answer is dropped.
    HttpOutlet(http::Responder responder, bool may_stream, std::vector<http::Header> headers)
        : responder_(std::move(responder)), may_stream_(may_stream), headers_(std::move(headers)) {}

    void send(std::string message) override;
    void finish(std::string message, int http_status) override;
    /// Also ends a stream that has no answer.
    void abandon() override;

    /// Begins the stream now, with nothing in it yet.
    void open();
    void keep_alive();
    [[nodiscard]] bool is_streaming() const noexcept { return stream_.has_value(); }
    /// What to do when the client hangs up while the stream is open.
    void on_closed(std::function<void()> listener) { on_closed_ = std::move(listener); }

private:
    void client_left();

    http::Responder responder_;
    bool may_stream_;
    std::vector<http::Header> headers_;
    std::optional<http::ResponseStream> stream_;
    std::function<void()> on_closed_;
    /// What a callback of the connection may know of this object without keeping it.
    std::shared_ptr<HttpOutlet*> self_ = std::make_shared<HttpOutlet*>(this);
};

}  // namespace aifp::mcp
