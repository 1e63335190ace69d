// Answers in pieces, and who is told when the client hangs up before the end of an answer.
#include <utility>
#include <vector>

#include "http/connection.hpp"

namespace aifp::http {
namespace {

/// More than the largest single message, so that only a client that does not read is hung up on.
constexpr std::size_t kMaxWaiting = 16'777'216;

}  // namespace

Connection::Slot* Connection::open_slot(std::uint64_t slot) {
    const bool is_open = socket_ && !last_answer_ && slot >= first_ && slot < next_;
    return is_open ? &slots_[slot % slots_.size()] : nullptr;
}

void Connection::watch(std::uint64_t slot, std::function<void()> on_closed) {
    Slot* own = open_slot(slot);
    if (own == nullptr) {
        on_closed();
        return;
    }
    begin_watch(*own, std::move(on_closed));
    flush_later();  // which goes on reading
}

void Connection::begin_stream(std::uint64_t slot, Response head, std::function<void()> on_closed) {
    Slot* own = open_slot(slot);
    if (own == nullptr) {
        if (on_closed) {
            on_closed();
        }
        return;
    }
    own->framing.in_pieces = true;
    // Without chunks only the end of the connection tells the end of the body.
    own->framing.keep_alive = own->framing.keep_alive && !head.close && !own->framing.http_1_0;
    last_request_ = last_request_ || !own->framing.keep_alive;
    own->response.emplace(std::move(head));
    own->stream = std::make_unique<Stream>();
    begin_watch(*own, std::move(on_closed));
    advance();
    flush_later();
}

void Connection::begin_watch(Slot& slot, std::function<void()> on_closed) {
    slot.on_closed = std::move(on_closed);
    watched_ += slot.is_watched ? 0 : 1;
    slot.is_watched = true;
}

void Connection::end_watch(Slot& slot) {
    slot.on_closed = nullptr;
    watched_ -= slot.is_watched ? 1 : 0;
    slot.is_watched = false;
}

Connection::Slot* Connection::open_stream(std::uint64_t slot) {
    if (!socket_ || slot < first_ || slot >= next_) {
        return nullptr;
    }
    Slot& own = slots_[slot % slots_.size()];
    return own.stream && !own.stream->ended ? &own : nullptr;
}

void Connection::stream_piece(std::uint64_t slot, std::string_view piece) {
    Slot* own = open_stream(slot);
    if (own == nullptr) {
        return;
    }
    own->stream->waiting += piece;
    if (own->stream->waiting.size() + unsent() > kMaxWaiting) {
        close();
        return;
    }
    advance();
    flush_later();
}

void Connection::end_stream(std::uint64_t slot) {
    Slot* own = open_stream(slot);
    if (own == nullptr) {
        return;
    }
    own->stream->ended = true;
    end_watch(*own);
    advance();
    flush_later();
}

std::size_t Connection::stream_backlog(std::uint64_t slot) const {
    if (!socket_ || slot < first_ || slot >= next_) {
        return 0;
    }
    const Slot& own = slots_[slot % slots_.size()];
    return own.stream ? own.stream->waiting.size() + unsent() : 0;
}

// True: it is complete, and the next answer may follow.
bool Connection::emit_stream(Slot& slot) {
    if (slot.response) {
        append_response(output_, *slot.response, slot.framing);
        slot.response.reset();
    }
    append_piece(output_, slot.stream->waiting, slot.framing);
    slot.stream->waiting.clear();
    if (!slot.stream->ended) {
        return false;
    }
    append_last_piece(output_, slot.framing);
    slot.stream.reset();
    end_slot(slot);
    return true;
}

void Connection::tell_watches() {
    std::vector<std::function<void()>> listeners;
    for (Slot& slot : slots_) {
        if (slot.on_closed) {
            listeners.push_back(std::move(slot.on_closed));
        }
        slot.stream.reset();
        end_watch(slot);
    }
    for (const auto& listener : listeners) {
        listener();
    }
}

}  // namespace aifp::http
