#include "engine/store_health.hpp"

#include <fmt/format.h>

#include "storage/database.hpp"
#include "storage/meta.hpp"

namespace aifp::engine {

namespace {

constexpr Seconds kTryAgainAfter{2};

}  // namespace

void StoreHealth::on_trouble(const std::string& what) {
    if (++failures_ > 1) {
        return;
    }
    reporter_.problem("store_trouble",
                      fmt::format("{} (is the disk full?); it is tried again, and told when it "
                                  "works again",
                                  what));
    try_later();
}

void StoreHealth::on_lost(const std::string& what) {
    reporter_.problem("not_stored",
                      fmt::format("{}; it is given up, because trying again would not help", what));
}

// Outcomes are stored by nobody who waits for them: their failures only show in the statistics.
bool StoreHealth::is_fine() const {
    return failures_ == 0 && store_.statistics().last_error.empty();
}

void StoreHealth::stop() {
    stopped_ = true;
    timer_.cancel();
}

// A webhook that nobody calls any more would never show that the disk has space again.
void StoreHealth::try_later() {
    if (stopped_) {
        return;
    }
    timer_.expires_after(kTryAgainAfter);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !stopped_) {
            store_.write([](storage::Database& database) { storage::touch_meta(database); },
                         [this](const Status& written) { on_tried(written); });
        }
    });
}

void StoreHealth::on_tried(const Status& written) {
    if (!written) {
        ++failures_;
        try_later();
        return;
    }
    reporter_.lifecycle(
        "store_recovered",
        {},
        fmt::format("the ledger can be written again; {} writes had failed", failures_));
    failures_ = 0;
}

}  // namespace aifp::engine
