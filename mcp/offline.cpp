#include "mcp/offline.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <utility>

#include "config/settings.hpp"
#include "directives/files.hpp"
#include "mcp/dispatcher.hpp"
#include "mcp/engine_provider.hpp"
#include "mcp/line_reader.hpp"
#include "mcp/offline_parts.hpp"

namespace aifp::mcp {
namespace {

constexpr std::string_view kNotice =
    " No daemon runs this project: it is open for reading only. Start aifpd to change or run "
    "anything.";

/// Writes lines to a file descriptor, each at once.
class FileOutlet final : public Outlet {
public:
    explicit FileOutlet(int output) : output_(output) {}

    void send(std::string message) override {
        message += '\n';
        std::string_view left = message;
        while (!left.empty() && !broken_) {
            const auto put = ::write(output_, left.data(), left.size());
            if (put > 0) {
                left.remove_prefix(static_cast<std::size_t>(put));
            } else if (errno != EINTR) {
                broken_ = true;
            }
        }
    }
    void finish(std::string message, int) override { send(std::move(message)); }
    void abandon() override {}

    [[nodiscard]] bool is_broken() const noexcept { return broken_; }

private:
    int output_;
    bool broken_ = false;
};

class OfflineProject final : public Offline {
public:
    OfflineProject(const Clock& clock,
                   const OfflineOptions& options,
                   std::unique_ptr<storage::Database> database)
        : paths_(options.paths),
          store_(std::move(database)),
          control_(store_),
          toolbox_(helpers::Services{control_, upkeep_, store_, log_, clock, paths_}),
          provider_(loop_, parts(clock, options)),
          dispatcher_(provider_) {}

    void blocking_serve(int input, int output) override {
        const auto outlet = std::make_shared<FileOutlet>(output);
        const auto peer = std::make_shared<Peer>(helpers::Caller{"mcp"});
        peer->side = outlet;
        LineReader reader;
        std::array<char, 65'536> bytes{};
        while (!outlet->is_broken()) {
            const auto got = ::read(input, bytes.data(), bytes.size());
            if (got <= 0 && errno == EINTR && got != 0) {
                continue;
            }
            if (got <= 0) {
                break;
            }
            reader.put(std::string_view(bytes.data(), static_cast<std::size_t>(got)));
            take_lines(reader, peer, outlet);
        }
        dispatcher_.shut_down();
    }

private:
    helpers::ProjectParts parts(const Clock& clock, const OfflineOptions& options) {
        const auto loaded = config::load_settings(config::settings_file(paths_));
        helpers::ProjectParts made{control_,
                                   toolbox_,
                                   store_,
                                   clock,
                                   paths_,
                                   loaded.settings.timezone,
                                   {},
                                   {helpers::Scope::read},
                                   options.version,
                                   std::string(kNotice)};
        made.parse_context.project_has_timezone = loaded.settings.timezone_given;
        made.parse_context.position = directives::position_of(loaded.settings);
        return made;
    }

    void take_lines(LineReader& reader,
                    const PeerPtr& peer,
                    const std::shared_ptr<FileOutlet>& outlet) {
        while (true) {
            const auto next = reader.next();
            if (const auto* line = std::get_if<LineReader::Line>(&next)) {
                dispatcher_.receive(peer, line->text, outlet);
            } else if (std::holds_alternative<LineReader::TooLong>(next)) {
                Dispatcher::refuse_long(*outlet);
            } else {
                return;
            }
        }
    }

    const ProjectPaths paths_;
    boost::asio::io_context loop_{1};  ///< For the provider's timer; never run.
    NoLog log_;
    ReadOnlyStore store_;
    ReadOnlyControl control_;
    NoUpkeep upkeep_;
    helpers::Toolbox toolbox_;
    EngineProvider provider_;
    Dispatcher dispatcher_;
};

}  // namespace

Result<std::unique_ptr<Offline>> open_offline(const Clock& clock, const OfflineOptions& options) {
    std::unique_ptr<storage::Database> database;
    try {
        if (std::filesystem::exists(options.paths.database())) {
            storage::DatabaseOptions how;
            how.file = options.paths.database();
            how.access = storage::Access::read_only;
            database = storage::Database::open(how);
        }
    } catch (const std::exception& thrown) {
        return fail(ErrorCode::io_failure,
                    "reading " + options.paths.database().string() + ": " + thrown.what());
    }
    return std::unique_ptr<Offline>(
        std::make_unique<OfflineProject>(clock, options, std::move(database)));
}

}  // namespace aifp::mcp
