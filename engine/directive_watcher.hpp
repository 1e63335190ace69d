#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/clock.hpp"

namespace aifp::engine {

/// Tells that something below a folder changed, once the dust has settled. Watches folders, not
/// files, so that editors that save by renaming and swaps of links are seen (semantics.md 2 no.
/// 22). Loop thread only; destroyed after the loop has ended.
class DirectiveWatcher {
public:
    virtual ~DirectiveWatcher() = default;
    /// Watches folders that have appeared since. Called after each scan.
    virtual void refresh() = 0;
};

struct WatchOptions {
    std::filesystem::path folder;      ///< May not exist yet: its parent is watched then.
    Milliseconds quiet{300};           ///< Calls `changed` after this long without another change.
    Milliseconds at_the_latest{2000};  ///< ... but never later than this after the first one.
    Milliseconds rescan_every{5 * 60 * 1000};  ///< Calls `changed` anyway: no notice is relied on.
};

/// `changed` is called on the executor. When inotify is exhausted the watcher falls back to a
/// rescan every ten seconds and reports that through `problem` once.
[[nodiscard]] std::unique_ptr<DirectiveWatcher> create_directive_watcher(
    boost::asio::any_io_executor executor,
    WatchOptions options,
    std::function<void()> changed,
    std::function<void(const std::string&)> problem);

}  // namespace aifp::engine
