#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "config/resolver.hpp"
#include "config/secret_keeper.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "engine/chance.hpp"
#include "engine/clock_source.hpp"
#include "engine/control.hpp"
#include "engine/host_boot.hpp"
#include "engine/upkeep.hpp"
#include "engine/zone_source.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "logging/console.hpp"
#include "logging/log.hpp"
#include "storage/store.hpp"

namespace aifp::actions {
class Ai;
}

namespace aifp::engine {

/// What one project's engine works with; owned by the wiring, outlives the engine. `settings` and
/// `secrets` may be assigned anew on the loop, followed by Engine::settings_changed().
struct EngineParts {
    boost::asio::io_context& loop;
    const Clock& clock;
    const ProjectPaths& paths;
    const config::Settings& settings;
    const config::Secrets& secrets;
    storage::Store& store;
    http::Client& client;
    logging::Log& log;
    logging::Console& console;
    MakeClockSource make_clock_source = create_clock_source;  ///< Tests give one on a fake clock.
    MakeZoneSource make_zone_source = create_zone_source;     ///< Likewise.
    /// The machine has another zone: takes it over into `settings`, unless they name one. Whether
    /// it did.
    std::function<bool(const TimeZone&)> zone_changed = [](const TimeZone&) { return false; };
    std::function<HostBoot()> read_boot = read_host_boot;  ///< Tests give one of their own.
    std::uint64_t host_place = read_host_place();          ///< Likewise; for `accuracy`.
    WallTime built{};  ///< When the program was built: an earlier clock is wrong.
    std::function<bool()> clock_is_synchronised = [] { return true; };  ///< As the kernel says.
    /// As read_time_since_boot; null: Clock::mono.
    std::function<Milliseconds()> since_boot = {};
    std::function<std::uint64_t()> chance = draw_chance;  ///< Tests give one that repeats itself.
    config::ReadEnvironment read_environment = config::read_environment;  ///< For `${NAME}`.
    /// Called after directives came, went or took another status; cheap, perhaps several in a row.
    std::function<void()> directives_changed = [] {};
    /// Where people reach what handle_hook() answers, "https://home.example/p/home": what the links
    /// of approvals begin with. Empty, or an empty text: there are none.
    std::function<std::string()> link_base = {};
    actions::Ai* ai = nullptr;  ///< For `ai:` steps; outlives the engine. Null: they fail.
    /// Keeps `secrets`, and what is resolved, out of texts.
    std::shared_ptr<config::SecretKeeper> keeper = std::make_shared<config::SecretKeeper>();
};

/// The automation engine of one project: loads directives, arms them, decides, runs, records.
/// Loop thread only. Owned by the wiring; destroyed after stop() has called back and the loop
/// ended.
class Engine {
public:
    virtual ~Engine() = default;

    /// Loads and arms everything, goes on from the ledger, then watches the files. `ready` comes
    /// once, with io_failure if the store could not be read.
    virtual void start(std::function<void(Status)> ready) = 0;
    /// No new runs; waits up to `grace` for those under way, cancels the rest, stores everything.
    virtual void stop(Milliseconds grace, std::function<void()> done) = 0;
    /// During a stop: waits no longer for runs under way.
    virtual void hurry() = 0;

    [[nodiscard]] virtual Control& control() = 0;
    [[nodiscard]] virtual Upkeep& upkeep() = 0;

    /// For the webhook listener.
    virtual void handle_hook(http::Request request, http::Responder responder) = 0;
    [[nodiscard]] virtual std::size_t hook_body_limit(std::string_view method,
                                                      std::string_view target) const = 0;
    /// The listener refused a request to `target` because its body is larger than that.
    virtual void hook_too_large(std::string_view target) = 0;

    /// The settings or secrets were assigned anew: compiled steps are dropped, gates asked again.
    virtual void settings_changed() = 0;
};

[[nodiscard]] std::unique_ptr<Engine> create_engine(const EngineParts& parts);

}  // namespace aifp::engine
