#include "engine/kept_runs.hpp"

#include "engine/run.hpp"
#include "storage/versions.hpp"
#include "storage/waits.hpp"

namespace aifp::engine {

KeptRuns load_kept_runs(storage::Database& database) {
    KeptRuns kept;
    storage::load_waits(database, true, [&](model::Wait wait) {
        if (wait.kind == model::WaitKind::run) {
            const auto run = wait.run;
            kept.waits.insert_or_assign(run, std::move(wait));
        }
    });
    for (const auto& [run, wait] : kept.waits) {
        const auto read = kept_run_from(wait);
        if (!read || kept.versions.contains(read->version)) {
            continue;
        }
        if (auto version = storage::find_version(database, read->version)) {
            kept.versions.emplace(read->version, std::move(version->configuration_json));
        }
    }
    return kept;
}

}  // namespace aifp::engine
