#include "engine/store_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/local_words.hpp"

namespace aifp::engine {
namespace {

constexpr Seconds kRetryPause{1};
constexpr std::size_t kRowsTogether = 4'096;
constexpr std::size_t kLongestLine = 64;
// What the engine itself hears of is refused to nobody: beyond so many rows it is only counted.
constexpr std::size_t kMostUnstored = 10'000;

template <class T>
std::vector<T> take_second_half(std::vector<T>& all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::vector<T> half(std::make_move_iterator(middle), std::make_move_iterator(all.end()));
    all.erase(middle, all.end());
    return half;
}

}  // namespace

StoreLine::StoreLine(const DispatcherServices& services, Listener listener)
    : services_(services),
      listener_(std::move(listener)),
      retry_timer_(services.run_services.executor) {}

bool StoreLine::has_cursors(const Batch& batch) {
    return std::any_of(batch.parts.begin(), batch.parts.end(), [](const Part& part) {
        return !part.with.cursors.empty() ||
               std::any_of(part.decisions.begin(), part.decisions.end(), [](const auto& pending) {
                   return pending.cursor.has_value();
               });
    });
}

bool StoreLine::is_holding_back() const noexcept {
    return is_retrying_ || due_line_.size() >= kLongestLine;
}

Status StoreLine::write(storage::WriteGroup group, storage::Store::Done done) {
    auto taken = services_.store.submit(std::move(group), [this, done](Status stored) {
        --storing_;
        done(std::move(stored));
    });
    storing_ += taken ? 1 : 0;
    return taken;
}

std::size_t StoreLine::add(std::deque<Shared>& line, Shared batch) {
    if (line.empty() || line.back()->is_sealed || batch->is_sealed ||
        line.back()->decisions + batch->decisions > kRowsTogether) {
        line.push_back(std::move(batch));
        return 1;
    }
    auto& last = *line.back();
    std::move(batch->parts.begin(), batch->parts.end(), std::back_inserter(last.parts));
    last.decisions += batch->decisions;
    return 0;
}

void StoreLine::submit(Part part) {
    auto batch = std::make_shared<Batch>();
    batch->decisions = part.decisions.size();
    batch->parts.push_back(std::move(part));
    submit_batch(std::move(batch));
}

storage::WriteGroup StoreLine::group_of(const Batch& batch) const {
    storage::WriteGroup group;
    group.decisions.reserve(batch.decisions);
    for (const auto& part : batch.parts) {
        storage::append(group, part.with);
        for (const auto& pending : part.decisions) {
            listener_.put_into(group, pending);
        }
    }
    return group;
}

// No cursor passes a decision that waits for the store, or may still have to.
void StoreLine::submit_batch(Shared batch) {
    const bool with_cursors = has_cursors(*batch);
    if (cursors_under_way_ && with_cursors) {
        storing_ += add(due_line_, std::move(batch));
        return;
    }
    if (is_retrying_ && with_cursors) {
        add(unstored_, std::move(batch));
        return;
    }
    auto taken = write(group_of(*batch), [this, batch, with_cursors](const Status& stored) {
        cursors_under_way_ = cursors_under_way_ && !with_cursors;
        on_answer(stored, batch);
    });
    if (!taken) {
        submit_later(taken.error(), std::move(batch));
    } else {
        cursors_under_way_ = cursors_under_way_ || with_cursors;
    }
}

void StoreLine::on_answer(const Status& stored, const Shared& batch) {
    if (!stored && stored.error().code() == ErrorCode::internal) {
        try_apart(stored.error(), batch);
    } else if (!stored) {
        submit_later(stored.error(), batch);
    }
    submit_next_due();  // before what comes of these decisions
    if (stored) {
        for (auto& part : batch->parts) {
            for (auto& pending : part.decisions) {
                listener_.stored(pending);
            }
        }
        tell_counted();
    }
}

void StoreLine::submit_next_due() {
    while (!cursors_under_way_ && !due_line_.empty()) {
        auto next = std::move(due_line_.front());
        due_line_.pop_front();
        --storing_;
        submit_batch(std::move(next));
    }
}

// Half by half, before all that stands in the line: only what breaks the rule itself is left out.
void StoreLine::try_apart(const Error& error, Shared batch) {
    auto half = split(*batch);
    if (!half) {
        return refuse(*batch, error);
    }
    batch->is_sealed = half->is_sealed = true;
    due_line_.push_front(std::make_shared<Batch>(std::move(*half)));
    due_line_.push_front(std::move(batch));
    storing_ += 2;
}

std::optional<StoreLine::Batch> StoreLine::split(Batch& batch) {
    Batch half;
    if (batch.parts.size() > 1) {
        half.parts = take_second_half(batch.parts);
    } else if (auto& only = batch.parts.front(); only.is_separable && only.decisions.size() > 1) {
        half.parts.emplace_back().decisions = take_second_half(only.decisions);
        half.parts.front().is_separable = true;
    } else {
        return std::nullopt;
    }
    for (const auto& part : half.parts) {
        half.decisions += part.decisions.size();
    }
    batch.decisions -= half.decisions;
    return half;
}

void StoreLine::refuse(Batch& batch, const Error& error) {
    for (auto& part : batch.parts) {
        if (part.decisions.empty()) {
            services_.health.on_lost(error.detail());
        }
        for (auto& pending : part.decisions) {
            listener_.refused(pending, error);
        }
    }
}

void StoreLine::store_cursors(std::vector<model::Cursor> cursors) {
    storage::WriteGroup group;
    group.cursors = std::move(cursors);
    if (storing_ == 0 && !is_retrying_) {
        services_.store.submit_lazily(std::move(group));
    } else {
        submit({{}, std::move(group)});
    }
}

// Due instants cannot be refused to anybody: they wait until the store takes them.
void StoreLine::submit_later(const Error& error, Shared batch) {
    add(unstored_, std::move(batch));
    begin_retrying(error);
}

void StoreLine::retry_later(const Error& error, std::function<void()> again) {
    retries_.push_back(std::move(again));
    begin_retrying(error);
}

void StoreLine::begin_retrying(const Error& error) {
    if (std::exchange(is_retrying_, true)) {
        return;
    }
    services_.health.on_trouble(fmt::format("the ledger cannot be written: {}", error.detail()));
    retry_timer_.expires_after(kRetryPause);
    retry_timer_.async_wait([this](const boost::system::error_code& failure) {
        if (!failure) {
            retry();
        }
    });
}

void StoreLine::retry() {
    is_retrying_ = false;
    for (auto& batch : std::exchange(unstored_, {})) {
        submit_batch(std::move(batch));
    }
    for (const auto& again : std::exchange(retries_, {})) {
        again();
    }
}

bool StoreLine::only_counts(const Offer& offer) {
    std::size_t rows = 0;
    for (const auto& batch : unstored_) {
        rows += batch->decisions;
    }
    const bool is_awaited =
        offer.by_hand || offer.held.value != 0 || offer.committed || offer.ended;
    if (rows < kMostUnstored || is_awaited) {
        return false;
    }
    const auto& event = offer.event;
    auto [place, is_first] = counted_.try_emplace(event.directive);
    auto& counted = place->second;
    if (is_first) {
        counted.first = event;
    }
    counted.last = event.seen_at;
    ++counted.events;
    return true;
}

void StoreLine::tell_counted() {
    if (counted_.empty() || !unstored_.empty()) {
        return;
    }
    const auto zone = services_.run_services.scope_sources.settings.timezone;
    std::vector<Offer> offers;
    for (auto& [directive, counted] : std::exchange(counted_, {})) {
        Offer offer;
        offer.event = std::move(counted.first);
        offer.refused = model::Reason::queue_full;
        offer.detail = fmt::format(
            "{} events until {}: the ledger could not be written, and {} waited already",
            counted.events,
            local_words(counted.last, services_.run_services.clock.wall(), zone),
            kMostUnstored);
        offers.push_back(std::move(offer));
    }
    listener_.offer(std::move(offers));
}

}  // namespace aifp::engine
