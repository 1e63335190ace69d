#include "briefing/site_desk.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <utility>

#include "base/json_text.hpp"
#include "briefing/store_wait.hpp"
#include "storage/ai_rows.hpp"

namespace aifp::briefing {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using Step = prompts::SiteCache::Step;

std::string what_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "an unknown exception";
    }
}

}  // namespace

SiteDesk::SiteDesk(Parts parts, std::unique_ptr<SiteProvider> provider)
    : parts_(std::move(parts)),
      provider_(std::move(provider)),
      cache_(provider_->id(), provider_->max_age()),
      refresh_timer_(parts_.executor) {}

// The value that was known before counts as old, and is better than none while the provider fails.
asio::awaitable<void> SiteDesk::restore() {
    auto row = std::make_shared<std::optional<storage::SiteRow>>();
    storage::Store::Job job = [row, id = provider_->id()](storage::Database& database) {
        *row = storage::find_site(database, id);
    };
    const Status read = co_await read_store(parts_.store, std::move(job));
    if (std::exchange(is_restored_, true) || !read || !*row) {
        co_return;
    }
    boost::system::error_code error;
    json::value value = json::parse((*row)->value_json, error);
    if (!error && value.is_object()) {
        cache_.restore(std::move(value.get_object()));
    }
}

asio::awaitable<prompts::SiteCache::Answer> SiteDesk::read() {
    const auto self = shared_from_this();
    was_read_ = true;
    if (!is_restored_) {
        co_await restore();
    }
    prompts::SiteCache::Answer answer = cache_.read(parts_.clock.mono());
    if (answer.step == Step::use || is_stopped_) {
        co_return answer;
    }
    const std::uint64_t before = rounds_;
    const auto timer = std::make_shared<asio::steady_timer>(parts_.executor, kPatience);
    waiting_.push_back(timer);
    if (answer.step == Step::fetch) {
        start_fetch();
    }
    boost::system::error_code ignored;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    std::erase(waiting_, timer);
    co_return rounds_ == before ? answer : last_;
}

// The completion keeps the signal: it has to outlive what it cancels.
void SiteDesk::start_fetch() {
    cancel_ = std::make_shared<asio::cancellation_signal>();
    const auto done = [weak = weak_from_this(),
                       cancel = cancel_](const std::exception_ptr& thrown) {
        const auto self = weak.lock();
        if (self && thrown && !self->is_stopped_) {
            self->finish(fail(ErrorCode::internal, what_of(thrown)));
        }
    };
    asio::co_spawn(parts_.executor,
                   fetch(shared_from_this()),
                   asio::bind_cancellation_slot(cancel_->slot(), done));
}

asio::awaitable<void> SiteDesk::fetch(std::shared_ptr<SiteDesk> self) {
    Result<json::object> got = co_await self->provider_->fetch();
    if (!self->is_stopped_) {
        self->finish(std::move(got));
    }
}

void SiteDesk::finish(Result<json::object> got) {
    auto finished = cache_.finish(std::move(got), parts_.clock.mono());
    prompts::append(finished.notices, provider_->take_notices());
    parts_.tell(finished.notices);
    last_ = finished.answer;
    ++rounds_;
    cancel_.reset();  // asio may not be told to cancel what has ended
    if (finished.is_current) {
        store(*last_.value);
    }
    for (const auto& timer : waiting_) {
        timer->cancel();
    }
    arm_refresh();
}

void SiteDesk::store(const json::object& value) {
    storage::SiteRow row;
    row.provider = provider_->id();
    row.value_json = json_text(value);
    row.generation = static_cast<std::int64_t>(cache_.generation());
    row.fetched_at = parts_.clock.wall();
    parts_.store.write(
        [row = std::move(row)](storage::Database& database) { storage::put_site(database, row); },
        [tell = parts_.tell](const Status& stored) {
            if (!stored) {
                tell({{logging::Level::warning,
                       "Site context: not stored",
                       {{"error", stored.error().detail()}}}});
            }
        });
}

void SiteDesk::invalidate(const std::string& reason) {
    parts_.tell(cache_.invalidate(reason, parts_.clock.mono()));
    arm_refresh();
}

void SiteDesk::clear(const std::string& reason) {
    is_restored_ = true;  // what the database has is not wanted back
    auto notices = cache_.invalidate(reason, parts_.clock.mono());
    if (notices.empty()) {
        notices.push_back({logging::Level::info,
                           "Site context: invalidated",
                           {{"provider", provider_->id()}, {"reason", reason}}});
    }
    parts_.tell(notices);
    arm_refresh();
    parts_.store.write(
        [id = provider_->id()](storage::Database& database) { storage::remove_site(database, id); },
        [](const Status&) {});
}

// Trailing: each event moves it on.
void SiteDesk::arm_refresh() {
    const auto at = cache_.refresh_at();
    if (!at || !was_read_ || is_stopped_) {
        return;
    }
    refresh_timer_.expires_after(
        std::max<MonoTime::duration>(*at - parts_.clock.mono(), MonoTime::duration(0)));
    refresh_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->is_stopped_) {
            return;
        }
        if (self->cache_.begin_refresh(self->parts_.clock.mono())) {
            self->start_fetch();
        }
    });
}

void SiteDesk::stop() {
    is_stopped_ = true;
    refresh_timer_.cancel();
    if (cancel_) {
        cancel_->emit(asio::cancellation_type::terminal);
    }
    for (const auto& timer : waiting_) {
        timer->cancel();
    }
}

}  // namespace aifp::briefing
