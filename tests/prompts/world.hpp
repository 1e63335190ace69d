#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/diagnostic.hpp"
#include "prompts/assemble.hpp"
#include "prompts/disk_files.hpp"
#include "prompts/registry.hpp"
#include "prompts/site_cache.hpp"
#include "prompts/site_context.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::prompts::testing {

/// The label of a message in the rows: "S20", "S35(a.txt)", or the conversation's text.
[[nodiscard]] std::string label_of(const Message& message, const std::vector<ManifestEntry>& list);
/// The JSON between the markers of a data block, or null.
[[nodiscard]] boost::json::value data_in(const std::string& text);

/// A project, its site and its files, in which the steps of an acceptance row happen. It does what
/// an agent's shell will do: reads files and the site, then assembles.
class World {
public:
    World();

    /// One step but `expect`: an object with one member, the deed. Unknown deeds fail the test.
    void do_step(std::string_view deed, const boost::json::value& argument);

    /// The last request, or why it was refused.
    [[nodiscard]] const Result<Assembled>& request() const { return request_; }
    /// The one before it.
    [[nodiscard]] const Result<Assembled>& former_request() const { return former_request_; }
    [[nodiscard]] const Notices& notices() const { return notices_; }
    [[nodiscard]] const model::Diagnostics& diagnostics() const { return diagnostics_; }
    /// How often the site's provider was asked.
    [[nodiscard]] int queries() const { return queries_; }
    /// What the last deed without a request gave: an upload, parallel reads, structured tools.
    [[nodiscard]] const boost::json::value& outcome() const { return outcome_; }

private:
    using Deed = void (World::*)(const boost::json::value& argument);
    [[nodiscard]] static const std::map<std::string_view, Deed>& deeds();

    // What stands in the world (world_setup.cpp).
    void set(const boost::json::value& argument);
    void set_tools(const boost::json::value& argument);
    void set_pipeline(const boost::json::value& argument);
    void set_pipeline_error(const boost::json::value& argument);
    void set_settings(const boost::json::value& argument);
    void set_site(const boost::json::value& argument);
    void set_local_site(const boost::json::value& argument);
    void register_directive(const boost::json::value& argument);
    void register_builtin(const boost::json::value& argument);
    void take_prompt_file(const boost::json::value& argument);
    void take_site_file(const boost::json::value& argument);
    void take_site_filter(const boost::json::value& argument);
    void write(const boost::json::value& argument);
    void write_hex(const boost::json::value& argument);
    void write_size(const boost::json::value& argument);
    void link(const boost::json::value& argument);
    void make_folder(const boost::json::value& argument);
    void remove(const boost::json::value& argument);

    // What happens in it (world.cpp).
    void make_request(const boost::json::value& argument);
    void hold_snapshot(const boost::json::value& argument);
    void say(const boost::json::value& argument);
    void happen(const boost::json::value& argument);
    void happen_often(const boost::json::value& argument);
    void clear_site(const boost::json::value& argument);
    void restart(const boost::json::value& argument);
    void advance(const boost::json::value& argument);
    void read_in_parallel(const boost::json::value& argument);
    void finish_fetch(const boost::json::value& argument);
    void forget_notices(const boost::json::value& argument);
    void upload(const boost::json::value& argument);
    void log_to_nowhere(const boost::json::value& argument);

    [[nodiscard]] Result<boost::json::object> ask_provider();
    SiteCache::Finished fetch();
    [[nodiscard]] std::shared_ptr<const SiteView> look_at_site();

    aifp::testing::TempDir folder_;  // its "context" is the only allowed folder
    aifp::testing::FakeClock clock_;
    std::unique_ptr<FileSource> files_;
    std::vector<FileEntry> listed_;
    FileLimits file_limits_;
    Registry registry_;
    Registry::Snapshot held_;
    Context context_;
    Policy policy_;
    std::vector<Message> conversation_;
    SiteContext site_;
    std::string site_failure_;
    std::vector<SiteFilter> filters_;
    SiteCache cache_{"fixture"};
    std::optional<boost::json::object> kept_;  // what the database holds of the site
    Result<Assembled> request_ = fail(ErrorCode::invalid_input, "nothing was requested");
    Result<Assembled> former_request_ = request_;
    Notices notices_;
    model::Diagnostics diagnostics_;
    int queries_ = 0;
    boost::json::value outcome_;
};

}  // namespace aifp::prompts::testing
