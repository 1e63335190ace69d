#include "logging/field.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <cmath>

#include "base/enum_names.hpp"
#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"

namespace aifp::logging {

namespace {

constexpr EnumNames<4> kLevelNames{"debug", "info", "warning", "error"};
constexpr int kMaxJsonDepth = 8;
// Room for `,"truncated":true}` and the line feed.
constexpr std::size_t kLineReserve = 32;

class LineWriter {
public:
    LineWriter(std::string& out, const Redact& redact)
        : out_(out), redact_(redact), begin_(out.size()) {}

    void append_text(std::string_view text);
    void append_json(const boost::json::value& value, int depth);
    void append_value(const Field::Value& value);
    [[nodiscard]] bool is_full() const {
        return out_.size() - begin_ > kMaxLineBytes - kLineReserve;
    }

private:
    void append_double(double number);
    void append_elements(const boost::json::array& array, int depth);
    void append_members(const boost::json::object& object, int depth);

    std::string& out_;
    const Redact& redact_;
    std::size_t begin_;
};

void LineWriter::append_text(std::string_view text) {
    std::string clean;
    // Before cutting: half a secret at the end would not be recognised.
    if (redact_ && redact_(text, clean)) {
        text = clean;
    }
    out_ += '"';
    if (text.size() <= kMaxTextBytes) {
        append_json_escaped(out_, text);
    } else {
        append_json_escaped(out_, truncate_utf8(text, kMaxTextBytes));
        out_ += "…";
    }
    out_ += '"';
}

void LineWriter::append_double(double number) {
    if (std::isfinite(number)) {
        append_number(out_, number);
    } else {
        out_ += "null";
    }
}

void LineWriter::append_elements(const boost::json::array& array, int depth) {
    out_ += '[';
    for (std::size_t i = 0; i < array.size() && !is_full(); ++i) {
        if (i > 0) {
            out_ += ',';
        }
        append_json(array[i], depth + 1);
    }
    out_ += ']';
}

void LineWriter::append_members(const boost::json::object& object, int depth) {
    char separator = '{';
    for (const auto& member : object) {
        if (is_full()) {
            break;
        }
        out_ += separator;
        separator = ',';
        append_text(member.key());
        out_ += ':';
        append_json(member.value(), depth + 1);
    }
    out_ += separator == '{' ? "{}" : "}";
}

void LineWriter::append_json(const boost::json::value& value, int depth) {
    if (depth > kMaxJsonDepth) {
        out_ += "\"…\"";
        return;
    }
    switch (value.kind()) {
        case boost::json::kind::null:
            out_ += "null";
            return;
        case boost::json::kind::bool_:
            out_ += value.get_bool() ? "true" : "false";
            return;
        case boost::json::kind::int64:
            return append_number(out_, value.get_int64());
        case boost::json::kind::uint64:
            return append_number(out_, value.get_uint64());
        case boost::json::kind::double_:
            return append_double(value.get_double());
        case boost::json::kind::string:
            return append_text(value.get_string());
        case boost::json::kind::array:
            return append_elements(value.get_array(), depth);
        case boost::json::kind::object:
            return append_members(value.get_object(), depth);
    }
}

void LineWriter::append_value(const Field::Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        append_text(*text);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
        append_number(out_, *number);
    } else if (const auto* real = std::get_if<double>(&value)) {
        append_double(*real);
    } else if (const auto* truth = std::get_if<bool>(&value)) {
        out_ += *truth ? "true" : "false";
    } else if (const auto* json = std::get_if<const boost::json::value*>(&value)) {
        append_json(**json, 1);
    }
}

}  // namespace

std::string_view name_of(Level level) noexcept {
    return name_in(kLevelNames, level);
}

std::optional<Level> level_from(std::string_view name) noexcept {
    return find_by_name<Level>(kLevelNames, name);
}

void append_line(std::string& out,
                 const LineHead& head,
                 std::span<const Field> fields,
                 const Redact& redact) {
    LineWriter writer(out, redact);
    out += R"({"ts":")";
    append_utc_ms(out, head.time);
    out += R"(","level":")";
    out += name_of(head.level);
    out += R"(","event":)";
    writer.append_text(head.event);
    for (const Field& field : fields) {
        const std::size_t before = out.size();
        out += ",\"";
        append_json_escaped(out, field.name());
        out += "\":";
        writer.append_value(field.value());
        if (writer.is_full()) {
            out.resize(before);
            out += R"(,"truncated":true)";
            break;
        }
    }
    out += "}\n";
}

}  // namespace aifp::logging
