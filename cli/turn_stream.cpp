#include "cli/turn_stream.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <csignal>
#include <exception>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "cli/printers.hpp"

namespace aifp::cli {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using boost::system::error_code;

constexpr std::chrono::hours kTurnLimit{25};  // the daemon ends it before: chat.timeout
constexpr std::size_t kMaxLine = 16 << 20;
constexpr int kLaterPatience = 6;

json::value parsed(std::string_view text) {
    error_code error;
    auto value = json::parse(json::string_view(text.data(), text.size()), error);
    return error ? json::value() : value;
}

std::string request_of(const std::string& body) {
    return fmt::format(
        "POST /api/v1/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Connection: close\r\nContent-Length: {}\r\n\r\n{}",
        body.size(),
        body);
}

/// Reads lines "event: NAME" and "data: JSON"; sizes of chunks between them are passed over.
class Turn {
public:
    Turn(const TurnListener& listener, Milliseconds patience)
        : listener_(listener), patience_(patience) {}

    [[nodiscard]] Result<TurnEnd> run(const std::filesystem::path& path, const std::string& body) {
        error_code error;
        socket_.connect(asio::local::stream_protocol::endpoint(path.native()), error);
        if (!error) {
            asio::write(socket_, asio::buffer(request_of(body)), error);
        }
        if (error) {
            return fail(ErrorCode::unreachable,
                        fmt::format("cannot reach {}: {}", path.native(), error.message()));
        }
        signals_.async_wait([this](const error_code& failed, int) {
            if (!failed) {
                end(TurnEnd::stopped);
            }
        });
        limit_.expires_after(kTurnLimit);
        limit_.async_wait([this](const error_code&) { end(TurnEnd::broken); });
        heard();
        read();
        loop_.run();
        if (refusal_) {
            return fail(ErrorCode::invalid_input, *refusal_);
        }
        return end_;
    }

private:
    void end(TurnEnd how) {
        end_ = how;
        loop_.stop();
    }

    void heard() {
        silent_for_ = Milliseconds(0);
        wait(patience_);
    }

    void wait(Milliseconds patience) {
        silence_.expires_after(patience);
        silence_.async_wait([this, patience](const error_code& cancelled) {
            if (cancelled) {
                return;
            }
            silent_for_ += patience;
            listener_.silent(silent_for_);
            wait(kLaterPatience * patience_);
        });
    }

    void read() {
        socket_.async_read_some(asio::buffer(piece_),
                                [this](const error_code& error, std::size_t bytes) {
                                    take({piece_.data(), bytes});
                                    if (error || line_.size() > kMaxLine) {
                                        finish();
                                    } else if (!loop_.stopped()) {
                                        read();
                                    }
                                });
    }

    // The other side has said all.
    void finish() {
        take("\n");
        if (is_refused_ && !refusal_) {
            refusal_ = "the daemon refused";
        }
        if (!loop_.stopped()) {
            end(TurnEnd::broken);
        }
    }

    void take(std::string_view bytes) {
        while (!loop_.stopped()) {
            const auto stop = bytes.find('\n');
            line_ += bytes.substr(0, stop);
            if (stop == bytes.npos) {
                return;
            }
            take_line(trim(std::exchange(line_, "")));
            bytes.remove_prefix(stop + 1);
        }
    }

    void take_line(std::string_view line) {
        constexpr std::string_view kEvent = "event: ";
        constexpr std::string_view kData = "data: ";
        if (!std::exchange(had_status_, true)) {
            is_refused_ = line.find(" 200 ") == line.npos;
        } else if (is_refused_) {
            if (auto said = text_in(parsed(line), "error")) {
                refusal_ = std::move(said);
            }
        } else if (line.starts_with(kEvent)) {
            event_ = line.substr(kEvent.size());
        } else if (line.starts_with(kData)) {
            heard();
            listener_.event(event_, parsed(line.substr(kData.size())));
            if (event_ == "done" || event_ == "error") {
                end(TurnEnd::whole);
            }
        }
    }

    const TurnListener& listener_;
    Milliseconds patience_;
    asio::io_context loop_{1};
    asio::local::stream_protocol::socket socket_{loop_};
    asio::signal_set signals_{loop_, SIGINT};
    asio::steady_timer silence_{loop_};
    asio::steady_timer limit_{loop_};
    Milliseconds silent_for_{0};
    std::array<char, 16'384> piece_{};
    std::string line_;
    std::string event_;
    bool had_status_ = false;
    bool is_refused_ = false;
    std::optional<std::string> refusal_;
    TurnEnd end_ = TurnEnd::broken;
};

}  // namespace

Result<TurnEnd> blocking_turn(const std::filesystem::path& socket,
                              const std::string& body,
                              const TurnListener& listener,
                              Milliseconds patience) {
    try {
        return Turn(listener, patience).run(socket, body);
    } catch (const std::exception& thrown) {
        // Asio throws when the path is too long for a socket.
        return fail(ErrorCode::unreachable,
                    fmt::format("cannot reach {}: {}", socket.native(), thrown.what()));
    }
}

}  // namespace aifp::cli
