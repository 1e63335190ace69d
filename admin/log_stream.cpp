#include "admin/log_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <utility>

#include "base/hash.hpp"
#include "base/json_text.hpp"
#include "base/read_number.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "http/problem.hpp"

namespace aifp::admin {
namespace {

constexpr std::size_t kMarkDigits = 8;
constexpr std::size_t kStampLength = 24;

tl::unexpected<Error> wrong(std::string_view what) {
    return fail(ErrorCode::invalid_input, std::string(what));
}

Result<std::size_t> count_in(std::string_view text) {
    const auto count = read_number<std::size_t>(text);
    if (!count || *count > LogClient::kMaxReplay) {
        return wrong(fmt::format("lines must be a number from 0 to {}", LogClient::kMaxReplay));
    }
    return *count;
}

/// When the line of this id was written.
Result<WallTime> time_of(std::string_view id) {
    const auto at = parse_instant(id.substr(0, kStampLength), TimeZone::utc());
    if (!at || id.size() != kStampLength + 1 + kMarkDigits || id[kStampLength] != '.') {
        return wrong(fmt::format("{} is no id of a line", truncate_utf8(id, 64)));
    }
    return *at;
}

}  // namespace

Status read_log_kind(const std::vector<http::Parameter>& parameters, logging::LogQuery& query) {
    for (const auto& parameter : parameters) {
        if (parameter.name == "type") {
            const auto known = logging::log_type_from(parameter.value);
            if (!known) {
                return wrong("type must be execution, error or lifecycle");
            }
            query.types = {*known};
        } else if (parameter.name == "level") {
            const auto known = logging::level_from(parameter.value);
            if (!known) {
                return wrong("level must be debug, info, warning or error");
            }
            query.filter.least = *known;
        }
    }
    return {};
}

Result<LogStreamQuery> log_stream_query_from(const std::vector<http::Parameter>& parameters,
                                             std::string_view last_event_id) {
    LogStreamQuery query;
    query.log.count = 0;
    query.last = last_event_id;
    if (auto read = read_log_kind(parameters, query.log); !read) {
        return fail(std::move(read).error());
    }
    for (const auto& parameter : parameters) {
        if (parameter.name == "directive") {
            query.log.filter.directive = parameter.value;
        } else if (parameter.name == "last" && last_event_id.empty()) {
            query.last = parameter.value;
        } else if (parameter.name == "lines") {
            const auto count = count_in(parameter.value);
            if (!count) {
                return fail(count.error());
            }
            query.log.count = *count;
        }
    }
    if (!query.last.empty()) {
        const auto at = time_of(query.last);
        if (!at) {
            return fail(at.error());
        }
        query.log.filter.since = *at;
        query.log.count = LogClient::kMaxReplay + 1;  // one more tells that there were more
    }
    return query;
}

std::string log_line_id(std::string_view stamp, std::string_view line) {
    return fmt::format("{}.{}", stamp, sha256_hex(line).substr(0, kMarkDigits));
}

LogClient::LogClient(LogStreamQuery query, WallTime now, std::function<bool()> may_go_on)
    : query_(std::move(query)),
      last_id_(!query_.last.empty()
                   ? query_.last
                   : fmt::format("{}.{}", format_utc_ms(now), std::string(kMarkDigits, '0'))),
      stream_({std::move(may_go_on), [this](const std::string& why) { return gap(why); }}) {}

// From now on lines are kept, and only then the files are read: none is lost between.
void LogClient::begin(LogFeed& feed,
                      storage::Store& store,
                      std::shared_ptr<http::Responder> responder) {
    auto stop = feed.watch(*this);
    if (!stop) {
        (*responder)(http::error_response(503, stop.error().detail()));
        return;
    }
    stream_.joined(std::move(*stop));
    if (query_.log.count == 0) {
        begin_stream({}, *responder);
    } else {
        read_files(store, std::move(responder));
    }
}

void LogClient::read_files(storage::Store& store, std::shared_ptr<http::Responder> responder) {
    using Lines = Result<std::vector<std::string>>;
    auto lines = std::make_shared<Lines>();
    store.read([lines, query = query_.log](
                   storage::Database&) { *lines = logging::blocking_read_last(query); },
               [lines, self = shared_from_this(), responder](const Status& read) {
                   if (read && *lines) {
                       self->begin_stream(**lines, *responder);
                       return;
                   }
                   self->stream_.leave();
                   (*responder)(http::error_response(
                       500, read ? lines->error().detail() : read.error().detail()));
               });
}

void LogClient::begin_stream(const std::vector<std::string>& lines, http::Responder& responder) {
    auto body = fmt::format(": lines of the log\nid: {}\n\n", last_id_);
    body += backlog_text(lines);
    stream_.begin(responder, body, shared_from_this());
    if (stream_.is_over()) {
        stream_.finish(": the engine has stopped\n\n");
        return;
    }
    on_lines(std::exchange(early_, {}));
    if (early_lost_ > 0) {
        on_lost(early_lost_);
    }
}

std::string LogClient::backlog_text(const std::vector<std::string>& lines) {
    std::string text;
    const bool is_more = !query_.last.empty() && lines.size() > kMaxReplay;
    if (is_more) {
        text +=
            gap(fmt::format("more than {} lines came since; GET /api/v1/logs with since and "
                            "until tells the others",
                            kMaxReplay));
    }
    for (auto line = lines.begin() + (is_more ? 1 : 0); line != lines.end(); ++line) {
        const auto facts = logging::facts_of(*line);
        if (facts && recent_.is_new(*line) && log_line_id(facts->stamp, *line) != query_.last) {
            text += text_of(facts->stamp, *line);
        }
    }
    return text;
}

bool LogClient::wants(const LogLine& line) const {
    const auto& types = query_.log.types;
    return std::find(types.begin(), types.end(), line.type) != types.end() &&
           (query_.log.filter.directive.empty() ||
            query_.log.filter.directive == line.facts.directive) &&
           (!line.facts.level || *line.facts.level >= query_.log.filter.least);
}

void LogClient::on_lines(const std::vector<LogLine>& lines) {
    std::string text;
    for (const auto& line : lines) {
        if (!wants(line)) {
            continue;
        }
        if (stream_.is_open()) {
            text += recent_.is_new(line.text) ? text_of(line.facts.stamp, line.text) : "";
        } else if (early_bytes_ + line.text.size() > ClientStream::kMaxBacklog) {
            ++early_lost_;
        } else {
            early_bytes_ += line.text.size();
            early_.push_back(line);
        }
    }
    if (!text.empty()) {
        stream_.write(text);
    }
}

void LogClient::on_lost(std::uint64_t count) {
    if (!stream_.is_open()) {
        early_lost_ += count;
        return;
    }
    stream_.write(
        gap(fmt::format("{} lines came too fast; GET /api/v1/logs tells what the files have of "
                        "them",
                        count)));
}

void LogClient::on_quiet() {
    if (stream_.is_open()) {
        stream_.write(": all is well\n\n");
    }
}

void LogClient::on_log_ended() {
    stream_.finish(": the engine has stopped\n\n");
}

std::string LogClient::text_of(std::string_view stamp, std::string_view line) {
    last_id_ = log_line_id(stamp, line);
    return fmt::format("id: {}\nevent: line\ndata: {}\n\n", last_id_, line);
}

// Without an id: who comes again does so with that of the last line.
std::string LogClient::gap(const std::string& text) const {
    boost::json::object data;
    data["after"] = last_id_;
    data["text"] = text;
    return fmt::format("event: gap\ndata: {}\n\n", json_text(data));
}

}  // namespace aifp::admin
