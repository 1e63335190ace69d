#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <string>

#include "engine/reporter.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

/// Knows whether the store takes writes. Tells once when it no longer does, counts what fails in
/// the meantime, tries by itself, and tells when all is well again. Loop thread only; owned by the
/// engine.
class StoreHealth {
public:
    StoreHealth(boost::asio::any_io_executor executor, storage::Store& store, Reporter& reporter)
        : store_(store), reporter_(reporter), timer_(std::move(executor)) {}
    StoreHealth(const StoreHealth&) = delete;
    StoreHealth& operator=(const StoreHealth&) = delete;

    /// A write failed; `what` says which and why.
    void on_trouble(const std::string& what);
    /// What can never be stored, whatever the disk does, is given up; `what` says what and why.
    void on_lost(const std::string& what);
    [[nodiscard]] bool is_fine() const;
    /// No more tries; for the stop, when a failing disk is waited for no longer.
    void stop();

private:
    void try_later();
    void on_tried(const Status& written);

    storage::Store& store_;
    Reporter& reporter_;
    boost::asio::steady_timer timer_;
    std::uint64_t failures_ = 0;  // since it was told; 0: all is well
    bool stopped_ = false;
};

}  // namespace aifp::engine
