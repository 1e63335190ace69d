#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"
#include "prompts/site_context.hpp"

// What a WordPress site answers over its REST API, read into the document's structure. Pure.
// (reference: prompt directives, 4.3 a)

namespace aifp::briefing {

/// `GET /wp-json/`. Errors: invalid_input when it is no index of a WordPress site.
[[nodiscard]] Result<prompts::Site> read_wp_index(std::string_view body);

/// A type or taxonomy and where its items are: "wp/v2/posts".
struct WpType {
    prompts::PostType type;
    std::string route;
};
struct WpTaxonomy {
    prompts::Taxonomy taxonomy;
    std::string route;
};
inline constexpr std::size_t kMaxWpKinds = 60;

/// `GET /wp/v2/types`; WordPress's own (blocks, templates, menus ...) and what nobody can view are
/// left out. At most kMaxWpKinds. Errors: invalid_input.
[[nodiscard]] Result<std::vector<WpType>> read_wp_types(std::string_view body);
/// `GET /wp/v2/taxonomies`. At most kMaxWpKinds. Errors: invalid_input.
[[nodiscard]] Result<std::vector<WpTaxonomy>> read_wp_taxonomies(std::string_view body);
/// `GET /wp/v2/categories?orderby=count` and the like. Errors: invalid_input.
[[nodiscard]] Result<std::vector<prompts::Term>> read_wp_terms(std::string_view body);
/// `GET /wp/v2/settings`: "en_US" where it says nothing. Errors: invalid_input.
[[nodiscard]] Result<std::string> read_wp_language(std::string_view body);
/// The <language> of a feed as a locale ("en-US" -> "en_US"), or "".
[[nodiscard]] std::string language_in_feed(std::string_view feed);
/// X-WP-Total; nothing where there is none, or no number.
[[nodiscard]] std::optional<std::int64_t> wp_total(const http::Headers& headers);

/// Names come with HTML references: "Q&amp;A" -> "Q&A", "&#8217;" -> "’". What is none stays.
[[nodiscard]] std::string without_references(std::string_view text);

}  // namespace aifp::briefing
