#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "llm/client.hpp"
#include "prompts/notice.hpp"
#include "storage/store.hpp"

namespace aifp::briefing {

/// What was spent at providers, in the database, and this month's sum in memory. Loop thread only;
/// owned by the briefing.
class StoredTokenBook final : public llm::TokenBook {
public:
    StoredTokenBook(storage::Store& store, std::function<void(const prompts::Notice&)> tell)
        : store_(store), tell_(std::move(tell)) {}

    /// Reads what was spent before; once is enough, later calls do nothing. Errors: io_failure.
    [[nodiscard]] boost::asio::awaitable<Status> load(WallTime now);

    [[nodiscard]] std::int64_t spent_in_month(WallTime now) const override;
    void add(const llm::Spending& spending) override;

private:
    storage::Store& store_;
    std::function<void(const prompts::Notice&)> tell_;
    std::map<std::string, std::int64_t>
        months_;  // tokens of each, of this process alone until read
    bool is_loaded_ = false;
};

/// "2026-11", UTC.
[[nodiscard]] std::string month_of(WallTime time);

}  // namespace aifp::briefing
