#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "briefing/site_provider.hpp"
#include "prompts/site_cache.hpp"
#include "storage/store.hpp"

namespace aifp::briefing {

/// What is known of a site: the cache, its row in the database and whoever asks the provider. One
/// asks, others wait for the same answer. Loop thread only; shared with what it has under way.
class SiteDesk final : public std::enable_shared_from_this<SiteDesk> {
public:
    /// How long a request waits for a provider before it takes what was known before, or nothing.
    static constexpr Milliseconds kPatience{3'000};

    struct Parts {
        boost::asio::any_io_executor executor;
        const Clock& clock;
        storage::Store& store;
        std::function<void(const prompts::Notices&)> tell;
    };
    SiteDesk(Parts parts, std::unique_ptr<SiteProvider> provider);

    /// For a request. Never fails: a null value says that nothing is known.
    [[nodiscard]] boost::asio::awaitable<prompts::SiteCache::Answer> read();
    /// The site has changed.
    void invalidate(const std::string& reason);
    /// As invalidate(), always told; the database forgets it too.
    void clear(const std::string& reason);
    /// Asks no more; a fetch under way is cancelled.
    void stop();

    [[nodiscard]] std::string provider() const { return provider_->id(); }
    [[nodiscard]] std::uint64_t generation() const noexcept { return cache_.generation(); }

private:
    boost::asio::awaitable<void> restore();
    void start_fetch();
    static boost::asio::awaitable<void> fetch(std::shared_ptr<SiteDesk> self);
    void finish(Result<boost::json::object> got);
    void store(const boost::json::object& value);
    void arm_refresh();

    Parts parts_;
    std::unique_ptr<SiteProvider> provider_;
    prompts::SiteCache cache_;
    prompts::SiteCache::Answer last_;  // of the fetch that ended last
    std::uint64_t rounds_ = 0;         // fetches that ended
    std::vector<std::shared_ptr<boost::asio::steady_timer>> waiting_;
    boost::asio::steady_timer refresh_timer_;
    std::shared_ptr<boost::asio::cancellation_signal> cancel_;  // of the fetch under way, or null
    bool is_restored_ = false;
    bool was_read_ = false;  // an engine without AI asks nobody
    bool is_stopped_ = false;
};

}  // namespace aifp::briefing
