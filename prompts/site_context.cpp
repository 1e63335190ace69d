#include "prompts/site_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <exception>
#include <tuple>
#include <utility>

#include "base/json_text.hpp"

namespace aifp::prompts {
namespace {

namespace json = boost::json;

constexpr std::string_view kIncomplete = "incomplete";
constexpr std::array<std::string_view, 3> kInnerTaxonomies = {
    "post_format", "nav_menu", "link_category"};

const std::string& singular(const std::string& singular_label, const std::string& label) {
    return singular_label.empty() ? label : singular_label;
}

bool is_inner(const Taxonomy& taxonomy) {
    return std::find(kInnerTaxonomies.begin(), kInnerTaxonomies.end(), taxonomy.slug) !=
           kInnerTaxonomies.end();
}

std::vector<Term> used_terms(const std::vector<Term>& terms) {
    std::vector<Term> used;
    std::copy_if(terms.begin(), terms.end(), std::back_inserter(used), [](const Term& term) {
        return term.count > 0;
    });
    std::stable_sort(used.begin(), used.end(), [](const Term& left, const Term& right) {
        return std::tie(right.count, left.name) < std::tie(left.count, right.name);
    });
    return used;
}

json::object terms_json(const std::vector<Term>& terms, std::size_t max_terms) {
    json::object shown;
    for (std::size_t i = 0; i < std::min(terms.size(), max_terms); ++i) {
        const Term& term = terms[i];
        std::string name = term.name;
        for (int same = 1; shown.contains(name); ++same) {
            name = same == 1 ? fmt::format("{} ({})", term.name, term.slug)
                             : fmt::format("{} ({}, {})", term.name, term.slug, same);
        }
        shown.emplace(name, term.count);
    }
    return shown;
}

void put_taxonomy(json::object& all, const Taxonomy& taxonomy, std::size_t max_terms) {
    const std::vector<Term> terms = used_terms(taxonomy.terms);
    if ((terms.empty() && taxonomy.has_terms) || is_inner(taxonomy)) {
        return;
    }
    json::object shown{{"label", taxonomy.label},
                       {"singular_label", singular(taxonomy.singular_label, taxonomy.label)}};
    if (taxonomy.has_terms) {
        shown.emplace("terms", terms_json(terms, max_terms));
    }
    shown.emplace("hierarchical", taxonomy.hierarchical);
    shown.emplace("post_types",
                  json::array(taxonomy.post_types.begin(), taxonomy.post_types.end()));
    const std::size_t left_out = terms.size() > max_terms ? terms.size() - max_terms : 0;
    if (const auto omitted = static_cast<std::int64_t>(left_out) + taxonomy.more_terms;
        omitted > 0) {
        shown.emplace("terms_omitted", omitted);
    }
    all.insert_or_assign(taxonomy.slug, std::move(shown));
}

// A member of an object that is an object itself, or null.
json::object* object_in(json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

std::uint64_t count_in(const json::object& object, std::string_view key) noexcept {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !(value->is_int64() || value->is_uint64())) {
        return 0;
    }
    return value->is_uint64() ? value->get_uint64()
                              : static_cast<std::uint64_t>(value->get_int64());
}

// Leaves out the second half of the terms. False when there are none.
bool halve(json::object& taxonomy) {
    json::object* const terms = object_in(taxonomy, "terms");
    if (terms == nullptr || terms->empty()) {
        return false;
    }
    const std::size_t kept = terms->size() / 2;
    const std::uint64_t omitted = terms->size() - kept + count_in(taxonomy, "terms_omitted");
    json::object fewer;
    for (auto term = terms->begin(); fewer.size() < kept; ++term) {
        fewer.emplace(term->key(), term->value());
    }
    *terms = std::move(fewer);
    taxonomy.insert_or_assign("terms_omitted", omitted);
    return true;
}

bool halve_terms(json::object& context) {
    json::object* const taxonomies = object_in(context, "taxonomies");
    if (taxonomies == nullptr) {
        return false;
    }
    bool has_changed = false;
    for (auto& member : *taxonomies) {
        json::object* const taxonomy = member.value().if_object();
        has_changed = (taxonomy != nullptr && halve(*taxonomy)) || has_changed;
    }
    return has_changed;
}

// Other people's code may throw: the fence of extensions.
Result<json::value> apply(const SiteFilter& filter, const json::object& context) {
    try {
        return filter.apply(context);
    } catch (const std::exception& exception) {
        return fail(ErrorCode::internal, exception.what());
    } catch (...) {
        return fail(ErrorCode::internal, "an unknown exception");
    }
}

}  // namespace

json::object to_json(const SiteContext& context, std::size_t max_terms) {
    const Site& site = context.site;
    json::object types;
    for (const PostType& type : context.post_types) {
        json::object shown{{"label", type.label},
                           {"singular_label", singular(type.singular_label, type.label)}};
        if (type.count) {
            shown.emplace("count", *type.count);
        }
        shown.emplace("hierarchical", type.hierarchical);
        types.insert_or_assign(type.slug, std::move(shown));
    }
    json::object taxonomies;
    for (const Taxonomy& taxonomy : context.taxonomies) {
        put_taxonomy(taxonomies, taxonomy, max_terms);
    }
    json::object all{{"site",
                      json::object{{"name", site.name},
                                   {"tagline", site.tagline},
                                   {"url", site.url},
                                   {"admin_url", site.admin_url},
                                   {"language", site.language},
                                   {"timezone", site.timezone}}},
                     {"post_types", std::move(types)},
                     {"taxonomies", std::move(taxonomies)}};
    if (const auto holes = holes_in(context); !holes.empty()) {
        all.emplace(kIncomplete, json::array(holes.begin(), holes.end()));
    }
    return all;
}

std::vector<std::string> holes_in(const SiteContext& context) {
    std::vector<std::string> holes;
    for (const PostType& type : context.post_types) {
        if (!type.count) {
            holes.push_back(fmt::format("post_types.{}.count", type.slug));
        }
    }
    for (const Taxonomy& taxonomy : context.taxonomies) {
        if (!taxonomy.has_terms && !is_inner(taxonomy)) {
            holes.push_back(fmt::format("taxonomies.{}.terms", taxonomy.slug));
        }
    }
    return holes;
}

std::size_t count_holes(const json::object& context) noexcept {
    const auto* holes = context.if_contains(kIncomplete);
    return holes != nullptr && holes->is_array() ? holes->get_array().size() : 0;
}

json::object shrunk_to(json::object context, std::size_t max_bytes) {
    while (json_text(context).size() > max_bytes && halve_terms(context)) {
    }
    return context;
}

json::object extended(json::object context,
                      const std::vector<SiteFilter>& filters,
                      Notices& notices) {
    for (const SiteFilter& filter : filters) {
        auto changed = apply(filter, context);
        if (changed && changed->is_object()) {
            context = std::move(changed->get_object());
            continue;
        }
        notices.push_back(
            {logging::Level::warning,
             "Site context: extension ignored",
             {{"id", filter.id},
              {"reason", changed ? std::string("it gave no object") : changed.error().detail()}}});
    }
    return context;
}

}  // namespace aifp::prompts
