#include <fmt/format.h>

#include <utility>

#include "daemon/project_host.hpp"
#include "storage/versions.hpp"

// The part of ProjectHost that deals with AIFP's other databases; files are read and written on the
// store's reading thread.
namespace aifp::daemon {
namespace {

constexpr Milliseconds kTellPause{200};

}  // namespace

void ProjectHost::take_neighbours(Neighbours::Reading reading) {
    neighbours_.take(std::move(reading));
    if (const auto count = neighbours_.system_directives().size(); count > 0) {
        log_->write(logging::LogType::lifecycle,
                    logging::Level::info,
                    "system_directives",
                    {logging::Field("count", static_cast<std::int64_t>(count))});
    }
}

void ProjectHost::read_neighbours() {
    auto reading = std::make_shared<std::optional<Neighbours::Reading>>();
    store_->read([reading, this](
                     storage::Database&) { reading->emplace(Neighbours::blocking_read(paths_)); },
                 [reading, this](const Status&) {
                     if (*reading) {
                         take_neighbours(std::move(**reading));
                     }
                     apply_logging_config();
                 });
}

// Marked before they are written: a draft without its mark would count as the owner's own file.
void ProjectHost::import_drafts(std::function<void()> done) {
    auto files =
        to_import_ ? neighbours_.blocking_plan_import(*to_import_) : std::vector<ImportedFile>();
    if (files.empty()) {
        done();
        return;
    }
    auto shared = std::make_shared<std::vector<ImportedFile>>(std::move(files));
    store_->write(
        [shared, now = clock_.wall()](storage::Database& database) {
            for (const auto& file : *shared) {
                storage::mark_written_by_daemon(database, file.path, file.sha256, now);
            }
        },
        [this, shared, done = std::move(done)](const Status& marked) {
            if (marked) {
                warn("drafts_imported",
                     fmt::format("{} directives of AIFP's database were imported as drafts into "
                                 "directives/aifp_import; look at them and approve them",
                                 neighbours_.blocking_write(*shared)));
            } else {
                complain(marked.error().detail());
            }
            done();
        });
}

void ProjectHost::tell_project_soon() {
    if (std::exchange(telling_, true)) {
        return;
    }
    tell_timer_.expires_after(kTellPause);
    tell_timer_.async_wait([this](const boost::system::error_code& error) {
        telling_ = false;
        std::error_code ignored;
        if (!error && !stopping_ && std::filesystem::exists(paths_.project_database(), ignored)) {
            tell_project();
        }
    });
}

void ProjectHost::tell_project() {
    engine_->control().list_directives([this](const Result<boost::json::value>& directives) {
        if (!directives) {
            return;
        }
        auto told = std::make_shared<Status>();
        store_->read(
            [this, told, status = status_of_directives(*directives)](storage::Database&) {
                *told =
                    storage::blocking_set_user_directives_status(paths_.project_database(), status);
            },
            [this, told](const Status&) { neighbours_.note(paths_.project_database(), *told); });
    });
}

}  // namespace aifp::daemon
