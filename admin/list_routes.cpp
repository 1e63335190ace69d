// Directives and history as lists with filters, in pages.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <unordered_set>
#include <utility>

#include "admin/page.hpp"
#include "base/json_member.hpp"
#include "base/time_zone.hpp"
#include "engine/why.hpp"
#include "storage/directive_tags.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

/// A history with filters looks at so many rows for one page, so that a rare thing costs no more
/// than this; the next page goes on from there.
constexpr std::size_t kMaxLooked = 10'000;
constexpr std::size_t kUsualPage = 50;

/// Whether each of these parameters, if it is there, is what the row says.
template <std::size_t count>
bool says_all(const Call& call,
              const json::object& row,
              const std::array<std::pair<const char*, const char*>, count>& names) {
    return std::all_of(names.begin(), names.end(), [&](const auto& name) {
        const auto wanted = call.parameter(name.first);
        return !wanted || *wanted == text_member(row, name.second).value_or("");
    });
}

bool is_wanted(const Call& call, const json::object& row) {
    constexpr std::array<std::pair<const char*, const char*>, 2> kNames{
        {{"status", "status"}, {"type", "directive_type"}}};
    const auto glob = call.parameter("name");
    return says_all(call, row, kNames) &&
           (!glob ||
            ::fnmatch(glob->c_str(), text_member(row, "name").value_or("").c_str(), 0) == 0);
}

std::string_view name_of(const json::value& row) {
    const auto* value = row.as_object().if_contains("name");
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

// By name, so that a directive that comes or goes between two pages moves no other.
void answer_directives(const Call& call, json::array all, std::size_t limit) {
    const auto is_before = [](const auto& left, const auto& right) {
        return name_of(left) < name_of(right);
    };
    if (!std::is_sorted(all.begin(), all.end(), is_before)) {
        std::sort(all.begin(), all.end(), is_before);
    }
    const auto after = call.parameter("after");
    json::array page;
    std::string next;
    for (auto& row : all) {
        if ((after && name_of(row) <= *after) || !is_wanted(call, row.as_object())) {
            continue;
        }
        if (page.size() == limit) {
            next = query_with(call, "after", name_of(page.back()));
            break;
        }
        page.push_back(std::move(row));
    }
    answer_page(call, std::move(page), next);
}

using Ids = std::unordered_set<DirectiveId>;

void with_tagged(const Call& call, std::function<void(Result<std::optional<Ids>>)> found) {
    const auto tag = call.parameter("tag");
    if (!tag) {
        found(std::optional<Ids>());
        return;
    }
    auto ids = std::make_shared<Ids>();
    call.services.store.read(
        [ids, tag = *tag](storage::Database& database) {
            *ids = storage::directives_with_tag(database, tag);
        },
        [ids, found = std::move(found)](const Status& read) {
            found(read ? Result<std::optional<Ids>>(std::move(*ids)) : fail(read.error()));
        });
}

void keep_only(json::array& rows, const Ids& ids) {
    rows.erase(std::remove_if(rows.begin(),
                              rows.end(),
                              [&ids](const json::value& row) {
                                  const auto id = row.as_object().at("id").as_int64();
                                  return !ids.contains(DirectiveId{id});
                              }),
               rows.end());
}

/// One page of a history on its way: asks for rows until it is full.
class HistoryPage : public std::enable_shared_from_this<HistoryPage> {
public:
    HistoryPage(Call call, engine::HistoryQuery query) : call_(std::move(call)), query_(query) {
        wanted_ = std::clamp<std::size_t>(query_.limit, 1, kMaxPage);
    }

    /// Errors: invalid_input for a time that is none.
    Status read_times() {
        for (const auto& [name, limit] :
             {std::pair("since", &since_), std::pair("until", &until_)}) {
            const auto text = call_.parameter(name);
            const auto& services = call_.services;
            const auto instant =
                text ? engine::parse_since(*text, services.clock.wall(), services.settings.timezone)
                     : Result<WallTime>(WallTime());
            if (!instant) {
                return fail(instant.error().with_context(name));
            }
            *limit = text ? format_utc_ms(*instant) : "";
        }
        return {};
    }

    void go_on() {
        query_.limit = has_filter() ? kMaxPage : wanted_;
        call_.control.history(query_, [self = shared_from_this()](const Result<json::value>& rows) {
            if (!rows) {
                self->call_.answer(fail(rows.error()));
                return;
            }
            self->take(rows->as_array());
        });
    }

private:
    static constexpr std::array<std::pair<const char*, const char*>, 4> kNames{
        {{"state", "state"}, {"decision", "decision"}, {"reason", "reason"}, {"cause", "cause"}}};

    [[nodiscard]] bool has_filter() const {
        return !since_.empty() || !until_.empty() ||
               std::any_of(kNames.begin(), kNames.end(), [this](const auto& name) {
                   return call_.parameter(name.first).has_value();
               });
    }

    // Times have one form, so they compare as texts.
    void take(const json::array& rows) {
        for (const auto& row : rows) {
            const auto& object = row.as_object();
            query_.before = object.at("id").as_int64();
            const auto seen = text_member(object, "seen_at").value_or("");
            if (!since_.empty() && seen < since_) {
                finish(false);
                return;
            }
            if ((until_.empty() || seen < until_) && says_all(call_, object, kNames)) {
                page_.push_back(row);
            }
            if (page_.size() == wanted_) {
                finish(true);
                return;
            }
        }
        looked_ += rows.size();
        const bool is_end = rows.size() < query_.limit;
        if (is_end || looked_ >= kMaxLooked) {
            finish(!is_end);
        } else {
            go_on();
        }
    }

    void finish(bool has_more) {
        answer_page(call_,
                    std::move(page_),
                    has_more ? query_with(call_, "before", std::to_string(*query_.before)) : "");
    }

    const Call call_;
    engine::HistoryQuery query_;
    std::size_t wanted_ = kUsualPage;
    std::size_t looked_ = 0;
    std::string since_;
    std::string until_;
    json::array page_;
};

void history(Call call, bool executions_only) {
    const auto limit = number_parameter(call, "limit");
    const auto before = number_parameter(call, "before");
    if (!limit || !before) {
        call.answer(fail(limit ? before.error() : limit.error()));
        return;
    }
    engine::HistoryQuery query;
    query.directive = call.parameter("directive");
    query.executions_only = executions_only;
    query.before = *before;
    query.limit = static_cast<std::size_t>(limit->value_or(kUsualPage));
    const auto page = std::make_shared<HistoryPage>(call, query);
    if (auto read = page->read_times(); !read) {
        call.answer(fail(std::move(read).error()));
        return;
    }
    page->go_on();
}

}  // namespace

// Without a limit the whole list, as it is asked for by those who know no pages.
void list_directives(Call call) {
    const auto limit = number_parameter(call, "limit");
    if (!limit) {
        call.answer(fail(limit.error()));
        return;
    }
    const auto most = *limit
                          ? std::clamp<std::size_t>(static_cast<std::size_t>(**limit), 1, kMaxPage)
                          : std::numeric_limits<std::size_t>::max();
    with_tagged(call, [call, most](const Result<std::optional<Ids>>& tagged) {
        if (!tagged) {
            call.answer(fail(tagged.error()));
            return;
        }
        call.control.list_directives([call, most, tagged = *tagged](Result<json::value> listed) {
            if (!listed) {
                call.answer(fail(std::move(listed).error()));
                return;
            }
            auto rows = std::move(listed->as_array());
            if (tagged) {
                keep_only(rows, *tagged);
            }
            answer_directives(call, std::move(rows), most);
        });
    });
}

void executions(Call call) {
    history(std::move(call), true);
}

void decisions(Call call) {
    history(std::move(call), false);
}

}  // namespace aifp::admin
