#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/local_words.hpp"
#include "engine/dispatcher.hpp"

// The part of Dispatcher that hands decisions to the store and tries again until it takes them.
namespace aifp::engine {
namespace {

constexpr Seconds kRetryPause{1};
constexpr std::size_t kRowsTogether = 4'096;
constexpr std::size_t kLongestLine = 64;
// What the engine itself hears of is refused to nobody: beyond so many rows it is only counted.
constexpr std::size_t kMostUnstored = 10'000;

}  // namespace

bool Dispatcher::Batch::has_cursors() const {
    return !with.cursors.empty() ||
           std::any_of(pendings.begin(), pendings.end(), [](const Pending& pending) {
               return pending.cursor.has_value();
           });
}

bool Dispatcher::is_holding_back() const noexcept {
    return is_retrying_ || due_line_.size() >= kLongestLine;
}

// Each commit costs the same however many rows it has: what waits goes together.
std::size_t Dispatcher::add(std::deque<std::shared_ptr<Batch>>& line,
                            std::shared_ptr<Batch> batch) {
    if (line.empty() || line.back()->pendings.size() + batch->pendings.size() > kRowsTogether) {
        line.push_back(std::move(batch));
        return 1;
    }
    auto& last = *line.back();
    std::move(batch->pendings.begin(), batch->pendings.end(), std::back_inserter(last.pendings));
    storage::append(last.with, std::move(batch->with));
    return 0;
}

void Dispatcher::offer_all(std::vector<Offer> offers, storage::WriteGroup with) {
    auto batch = std::make_shared<Batch>();
    batch->pendings.reserve(offers.size());
    batch->with = std::move(with);
    for (auto& offer : offers) {
        if (!only_counts(offer)) {
            batch->pendings.push_back(decide(offer));
        }
    }
    submit(std::move(batch));
}

void Dispatcher::submit(std::shared_ptr<Batch> batch) {
    // No cursor passes a decision that waits for the store, or may still have to.
    const bool has_cursors = batch->has_cursors();
    if (is_retrying_ && has_cursors) {
        add(unstored_, std::move(batch));
        return;
    }
    if (cursors_under_way_ && has_cursors) {
        storing_ += add(due_line_, std::move(batch));
        return;
    }
    auto group = batch->with;
    group.decisions.reserve(batch->pendings.size());
    for (const auto& pending : batch->pendings) {
        put_into(group, pending);
    }
    auto taken =
        services_.store.submit(std::move(group), [this, batch, has_cursors](Status stored) {
            --storing_;
            cursors_under_way_ = cursors_under_way_ && !has_cursors;
            if (!stored) {
                submit_later(stored.error(), batch);
            }
            submit_next_due();  // before what comes of these decisions
            if (stored) {
                for (auto& pending : batch->pendings) {
                    on_committed(pending);
                }
                tell_counted();
            }
        });
    if (!taken) {
        submit_later(taken.error(), std::move(batch));
    } else {
        ++storing_;
        cursors_under_way_ = cursors_under_way_ || has_cursors;
    }
}

void Dispatcher::submit_next_due() {
    while (!cursors_under_way_ && !due_line_.empty()) {
        auto next = std::move(due_line_.front());
        due_line_.pop_front();
        --storing_;
        submit(std::move(next));
    }
}

void Dispatcher::store_cursors(std::vector<model::Cursor> cursors) {
    storage::WriteGroup group;
    group.cursors = std::move(cursors);
    if (storing_ == 0 && !is_retrying_) {
        services_.store.submit_lazily(std::move(group));
    } else {
        offer_all({}, std::move(group));
    }
}

// Due instants cannot be refused to anybody: they wait until the store takes them.
void Dispatcher::submit_later(const Error& error, std::shared_ptr<Batch> batch) {
    add(unstored_, std::move(batch));
    begin_retrying(error);
}

void Dispatcher::retry_later(const Error& error, std::function<void()> again) {
    retries_.push_back(std::move(again));
    begin_retrying(error);
}

void Dispatcher::begin_retrying(const Error& error) {
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

void Dispatcher::retry() {
    is_retrying_ = false;
    for (auto& batch : std::exchange(unstored_, {})) {
        submit(std::move(batch));
    }
    for (const auto& again : std::exchange(retries_, {})) {
        again();
    }
}

bool Dispatcher::only_counts(const Offer& offer) {
    std::size_t rows = 0;
    for (const auto& batch : unstored_) {
        rows += batch->pendings.size();
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

// Of what was only counted there is one row for each directive.
void Dispatcher::tell_counted() {
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
    offer_all(std::move(offers), {});
}

}  // namespace aifp::engine
