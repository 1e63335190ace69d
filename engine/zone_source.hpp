#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/time_zone.hpp"

namespace aifp::engine {

/// Knows the zone of the machine and tells when somebody gives it another one. Loop thread only.
class ZoneSource {
public:
    virtual ~ZoneSource() = default;
    /// As it is now.
    [[nodiscard]] virtual TimeZone zone() const = 0;
};

/// `touched` is called when the zone may be another one; not from within the call that makes it.
using MakeZoneSource = std::function<std::unique_ptr<ZoneSource>(boost::asio::any_io_executor,
                                                                 std::function<void()> touched)>;

/// TimeZone::system(); watches /etc (localtime(5), and Debian's /etc/timezone). Where that cannot
/// be watched nothing is told.
[[nodiscard]] std::unique_ptr<ZoneSource> create_zone_source(boost::asio::any_io_executor executor,
                                                             std::function<void()> touched);
/// The same of another folder, whatever $TZ says.
[[nodiscard]] std::unique_ptr<ZoneSource> create_zone_source_of(
    std::filesystem::path folder,
    boost::asio::any_io_executor executor,
    std::function<void()> touched);

}  // namespace aifp::engine
