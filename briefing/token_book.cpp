#include "briefing/token_book.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "briefing/store_wait.hpp"
#include "storage/ai_rows.hpp"

namespace aifp::briefing {

namespace asio = boost::asio;

std::string month_of(WallTime time) {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
    return fmt::format(
        "{:04}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()));
}

asio::awaitable<Status> StoredTokenBook::load(WallTime now) {
    if (is_loaded_) {
        co_return Status();
    }
    const std::string month = month_of(now);
    auto rows = std::make_shared<std::vector<storage::TokenUse>>();
    storage::Store::Job job = [rows, month](storage::Database& database) {
        *rows = storage::load_token_use(database, month);
    };
    const Status read = co_await read_store(store_, std::move(job));
    if (!read) {
        co_return fail(read.error().with_context("reading how many tokens were spent"));
    }
    if (!std::exchange(is_loaded_, true)) {
        for (const storage::TokenUse& use : *rows) {
            months_[use.month] += use.input_tokens + use.output_tokens;
        }
    }
    co_return Status();
}

std::int64_t StoredTokenBook::spent_in_month(WallTime now) const {
    const auto found = months_.find(month_of(now));
    return found == months_.end() ? 0 : found->second;
}

void StoredTokenBook::add(const llm::Spending& spending) {
    storage::TokenUse use;
    use.month = month_of(spending.at);
    use.provider = spending.provider;
    use.model = spending.model;
    use.requests = 1;
    use.input_tokens = spending.usage.input_tokens;
    use.output_tokens = spending.usage.output_tokens;
    use.cached_tokens = spending.usage.cached_tokens;
    months_[use.month] += use.input_tokens + use.output_tokens;
    store_.write([use](storage::Database& database) { storage::add_token_use(database, use); },
                 [tell = tell_](const Status& stored) {
                     if (!stored) {
                         tell({logging::Level::error,
                               "AI request: its tokens could not be stored",
                               {{"error", stored.error().detail()}}});
                     }
                 });
}

}  // namespace aifp::briefing
