#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "prompts/notice.hpp"

namespace aifp::prompts {

// The structure of the document on prompt directives, "Site Context Data Structure".

struct Site {
    std::string name;
    std::string tagline;
    std::string url;
    std::string admin_url;
    std::string language;  ///< "en_US"
    std::string timezone;  ///< IANA name, or "+02:00".
};

struct PostType {
    std::string slug;
    std::string label;
    std::string singular_label;             ///< Empty: as `label`.
    std::optional<std::int64_t> count = 0;  ///< Of what is published; nothing: it is not known.
    bool hierarchical = false;
};

struct Term {
    std::string slug;
    std::string name;
    std::int64_t count = 0;
};

struct Taxonomy {
    std::string slug;
    std::string label;
    std::string singular_label;  ///< Empty: as `label`.
    std::vector<Term> terms;
    bool hierarchical = false;
    std::vector<std::string> post_types;
    std::int64_t more_terms = 0;  ///< Used ones that are not in `terms`.
    bool has_terms = true;        ///< false: which it has is not known.
};

struct SiteContext {
    Site site;
    std::vector<PostType> post_types;
    std::vector<Taxonomy> taxonomies;
};

inline constexpr std::size_t kMaxTerms = 100;

/// The document's JSON: {site, post_types, taxonomies}. Terms by count, the largest first, then by
/// name; those without posts, taxonomies without terms and WordPress's own (post_format, nav_menu,
/// link_category) are left out. Beyond `max_terms` of a taxonomy `terms_omitted` counts them. Two
/// terms of one name are both there: the later as "name (slug)". What is not known is left out,
/// and a member `incomplete` lists it as holes_in() does.
[[nodiscard]] boost::json::object to_json(const SiteContext& context,
                                          std::size_t max_terms = kMaxTerms);

/// What the provider could not read: "post_types.post.count", "taxonomies.category.terms".
[[nodiscard]] std::vector<std::string> holes_in(const SiteContext& context);
/// How many parts a context's JSON says are missing.
[[nodiscard]] std::size_t count_holes(const boost::json::object& context) noexcept;

/// `context` with so many terms left out, the least used first, that its text has at most
/// `max_bytes`. What is too long without any term comes back as it is without them.
[[nodiscard]] boost::json::object shrunk_to(boost::json::object context, std::size_t max_bytes);

/// An extension: takes the context and gives the changed one. May fail or throw.
struct SiteFilter {
    std::string id;
    std::function<Result<boost::json::value>(const boost::json::object& context)> apply;
};

/// `context` after all filters, in their order; each sees what those before it made. One that fails
/// or gives no object is passed over and told. Not cached: run at every request.
[[nodiscard]] boost::json::object extended(boost::json::object context,
                                           const std::vector<SiteFilter>& filters,
                                           Notices& notices);

}  // namespace aifp::prompts
