#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/enum_names.hpp"
#include "config/setting_rows.hpp"

// Readers of a member by its type, for the tables of settings: what is wrong is told and changes
// nothing. For the sources of this room.

namespace aifp::config {

using document::Node;
using document::Report;

template <auto kMember, std::int64_t kLeast, std::int64_t kMost, class Owner>
void read_integer(Owner& owner, Report& report, const Node& node, std::string_view name) {
    const document::Range<std::int64_t> range{kLeast, kMost};
    if (const auto value = document::read_integer(report, node, name, range)) {
        owner.*kMember = *value;
    }
}

template <auto kMember, std::uint64_t kLeast, std::uint64_t kMost, class Owner>
void read_size(Owner& owner, Report& report, const Node& node, std::string_view name) {
    const document::Range<std::uint64_t> range{kLeast, kMost};
    if (const auto value = document::read_size(report, node, name, range)) {
        owner.*kMember = *value;
    }
}

// null: as if it were not there.
template <auto kMember, int kLeast, int kMost, class Owner>
void read_number(Owner& owner, Report& report, const Node& node, std::string_view name) {
    if (node.type == Node::Type::null) {
        return;
    }
    const document::Range<double> range{kLeast, kMost};
    if (const auto value = document::read_number(report, node, name, range)) {
        owner.*kMember = *value;
    }
}

// The enumerators' names in their order, from name_of.
template <auto kMember, std::size_t kCount, class Owner>
void read_choice(Owner& owner, Report& report, const Node& node, std::string_view name) {
    using Enum = std::remove_reference_t<decltype(owner.*kMember)>;
    EnumNames<kCount> names;
    for (std::size_t i = 0; i < kCount; ++i) {
        names[i] = name_of(static_cast<Enum>(i));
    }
    if (const auto index = document::read_choice(report, node, name, names)) {
        owner.*kMember = static_cast<Enum>(*index);
    }
}

template <auto kMember, class Owner>
void read_switch(Owner& owner, Report& report, const Node& node, std::string_view name) {
    if (const auto value = document::read_boolean(report, node, name)) {
        owner.*kMember = *value;
    }
}

// null: as if it were not there.
template <auto kMember, class Owner>
void read_plain_text(Owner& owner, Report& report, const Node& node, std::string_view name) {
    if (node.type != Node::Type::null) {
        owner.*kMember = document::read_text(report, node, name).value_or(std::string());
    }
}

template <auto kMember, class Owner>
void read_secret(Owner& owner, Report& report, const Node& node, std::string_view name) {
    if (node.type == Node::Type::null) {
        return;
    }
    if (auto value = document::read_text_or_secret(report, node, name)) {
        owner.*kMember = std::move(*value);
    }
}

// Both bounds in seconds.
template <auto kMember, std::int64_t kLeast, std::int64_t kMost, class Owner>
void read_seconds(Owner& owner, Report& report, const Node& node, std::string_view name) {
    const document::DurationRange range{Seconds(kLeast), Seconds(kMost)};
    if (const auto value = document::read_duration(report, node, name, range)) {
        owner.*kMember = *value;
    }
}

/// An http or https URL; a `${NAME}` in it is not known before it is used.
[[nodiscard]] bool is_http_url(std::string_view text) noexcept;
void refuse_url(Report& report, const Node& node, std::string_view text);

template <auto kMember, class Owner>
void read_url(Owner& owner, Report& report, const Node& node, std::string_view name) {
    if (node.type == Node::Type::null) {
        return;
    }
    const auto text = document::read_text(report, node, name);
    if (text && !is_http_url(*text)) {
        refuse_url(report, node, *text);
    } else if (text) {
        owner.*kMember = *text;
    }
}

}  // namespace aifp::config
