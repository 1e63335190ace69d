#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/resolver.hpp"
#include "config/settings.hpp"
#include "http/client.hpp"
#include "prompts/notice.hpp"
#include "storage/store.hpp"

namespace aifp::briefing {

/// Where the site context comes from. Loop thread only; owned by a SiteDesk, which asks one thing
/// at a time.
class SiteProvider {
public:
    virtual ~SiteProvider() = default;
    /// Names its row in the database: "local", "wordpress https://example.org".
    [[nodiscard]] virtual std::string id() const = 0;
    /// After which time a value is asked for anew; nothing: it tells of every change.
    [[nodiscard]] virtual std::optional<Milliseconds> max_age() const { return std::nullopt; }
    /// The document's structure (prompts::to_json). Bounded in time and size by the provider
    /// itself.
    [[nodiscard]] virtual boost::asio::awaitable<Result<boost::json::object>> fetch() = 0;
    /// What was odd in the last fetch, for the log; they are handed over.
    [[nodiscard]] virtual prompts::Notices take_notices() { return {}; }
};

/// What `local` tells that is not in the database.
struct LocalFacts {
    std::string name;
    std::string url;
    std::string admin_url;
    std::string language;
    std::string timezone;
};
/// This project, as the database knows it.
[[nodiscard]] std::unique_ptr<SiteProvider> create_local_site(storage::Store& store,
                                                              std::function<LocalFacts()> facts);

/// How a WordPress site is asked. (reference: prompt directives, 4.3 a, "Cost")
struct WordPressLimits {
    std::size_t at_once = 4;     ///< Questions under way.
    Milliseconds call{5'000};    ///< Of one, redirects too.
    Milliseconds whole{10'000};  ///< Of all.
};

/// A site over its REST API (docs/prompts.md, "WordPress"). A count or a list of terms that could
/// not be read, or not in time, is left out and named by `incomplete`
/// (prompts/site_context.hpp). Errors of fetch(): of http::Client, denied when the site refuses
/// everything, invalid_input when what answers is no WordPress.
[[nodiscard]] std::unique_ptr<SiteProvider> create_wordpress_site(config::WordPress settings,
                                                                  const config::Resolver& resolver,
                                                                  http::Client& client,
                                                                  WordPressLimits limits = {});

/// "de_DE" of an environment's LANG; "en_US" of one that says nothing.
[[nodiscard]] std::string language_of(std::optional<std::string> lang);

}  // namespace aifp::briefing
