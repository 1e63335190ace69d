#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/responder.hpp"

namespace aifp::admin {

/// What one client of a feed is sent as server-sent events (HTML, 9.2): written as long as its
/// token opens, and ended, saying why, when it has not taken kMaxBacklog bytes. Loop thread only;
/// a member of who listens to the feed for the client, and whom the connection keeps.
class ClientStream {
public:
    static constexpr std::size_t kMaxBacklog = 1'048'576;

    struct Manners {
        /// Asked before each piece; once it says no, the stream ends. Empty: yes.
        std::function<bool()> may_go_on;
        /// The last piece for who was too slow; gets the reason as a text of one line.
        std::function<std::string(const std::string& why)> cut_off;
    };
    explicit ClientStream(Manners manners) : manners_(std::move(manners)) {}
    ClientStream(const ClientStream&) = delete;
    ClientStream& operator=(const ClientStream&) = delete;
    ~ClientStream() { leave(); }

    /// `stop` takes the listener out of its feed; called once, however the stream ends.
    void joined(std::function<void()> stop) { stop_ = std::move(stop); }
    /// Answers the request with `body`, behind the pause before a client comes again. The
    /// connection keeps `owner`.
    void begin(http::Responder& responder, std::string_view body, std::shared_ptr<void> owner);

    /// Begun, and the client is still there.
    [[nodiscard]] bool is_open() const noexcept { return stream_.has_value(); }
    /// Nothing is to be told any more.
    [[nodiscard]] bool is_over() const noexcept { return over_; }

    /// Whole events. Precondition: begun, or over. The owner may be gone after it.
    void write(std::string_view text);
    /// The last of it. The owner may be gone after it.
    void finish(std::string_view text);
    /// Nothing more is to be told; the connection stays as it is.
    void leave();

private:
    Manners manners_;
    std::weak_ptr<void> owner_;
    std::optional<http::ResponseStream> stream_;
    std::function<void()> stop_;
    bool over_ = false;
};

}  // namespace aifp::admin
