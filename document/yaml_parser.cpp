#include "document/yaml_parser.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "document/locator.hpp"
#include "document/reader.hpp"
#include "document/scalar.hpp"
#include "document/yaml_errors.hpp"

namespace aifp::document {
namespace {

constexpr std::array<std::string_view, 2> kLocalTags = {"!secret", "!import"};
constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";
constexpr std::string_view kUnknownAnchor = "the referenced anchor is not defined";

// The part of a line that a plain scalar may be, up to what ends it in every context.
std::string_view word_at(std::string_view text, std::size_t offset) noexcept {
    const std::string_view rest = text.substr(std::min(offset, text.size()));
    return rest.substr(0, rest.find_first_of(" \t\r\n,:]}#"));
}

// Whether a scalar that begins `text`, if it is quoted, has its second quote: at the end of a file
// yaml-cpp does without.
bool is_closed(std::string_view text) noexcept {
    while (text.starts_with('!') || text.starts_with('&')) {
        text.remove_prefix(std::min(text.find_first_of(" \t\r\n"), text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    }
    const bool is_quoted = text.starts_with('"') || text.starts_with('\'');
    if (!is_quoted) {
        return true;
    }
    const bool has_escapes = text.front() == '"';
    const std::string_view stops = has_escapes ? "\"\\" : "'";
    std::size_t at = text.find_first_of(stops, 1);
    while (at != std::string_view::npos) {
        const bool is_escape = has_escapes ? text[at] == '\\' : text.substr(at).starts_with("''");
        if (!is_escape) {
            return true;
        }
        at = text.find_first_of(stops, at + 2);
    }
    return false;
}

// Turns yaml-cpp's events into TreeBuilder's. To stop the parser there is only one way: an
// exception through it; its own type, caught in parse_yaml.
class YamlHandler final : public YAML::EventHandler {
public:
    YamlHandler(const SourceText& source, TreeBuilder& builder, Report& report)
        : text_(source.text()), builder_(&builder), report_(&report), locator_(text_) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            report_->error(mark_of(mark),
                           "a second YAML document begins here",
                           "keep one document in a file; remove the \"---\" line");
            stop(mark);
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        Node node;
        const std::string_view word = word_at(text_, offset_of(mark));
        if (!word.empty() && core_type(word) == Node::Type::null) {
            node.text = std::string(word);
            node.mark = mark_of(mark);
        } else {
            node.mark = mark_of_nothing(offset_of(mark));
        }
        go_on(builder_->scalar(std::move(node), anchor), mark);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        go_on(builder_->alias(anchor, mark_of(mark)), mark);
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        Node node;
        node.mark = mark_of(mark);
        node.text = value;
        node.type = Node::Type::string;
        if (tag.empty() || tag == "?") {
            node.type = core_type(value);
        } else if (tag == "!" || tag == fmt::format("{}str", kCoreTag)) {
            node.quoted = true;
        } else {
            take_tag(tag, node);
        }
        if (!is_closed(text_.substr(std::min(offset_of(mark), text_.size())))) {
            report_->error(node.mark,
                           "the quoted text that begins here is never closed",
                           "write the same quote behind its end");
            stop(mark);
        }
        check_text(node);
        go_on(builder_->scalar(std::move(node), anchor), mark);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(Node::Type::sequence, "seq", tag, anchor, mark);
    }
    void OnSequenceEnd() override { builder_->close(); }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(Node::Type::mapping, "map", tag, anchor, mark);
    }
    void OnMapEnd() override { builder_->close(); }

    void OnAnchor(const YAML::Mark& /*mark*/, const std::string& name) override {
        anchor_names_.push_back(name);
    }

    [[nodiscard]] bool is_stopped() const noexcept { return stopped_; }
    void report_syntax(const YAML::Exception& error);

private:
    [[nodiscard]] static std::size_t offset_of(const YAML::Mark& mark) noexcept {
        return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
    }
    [[nodiscard]] Mark mark_of(const YAML::Mark& mark) noexcept {
        return locator_.at(offset_of(mark));
    }
    [[nodiscard]] Mark mark_of_nothing(std::size_t next_token) noexcept;

    [[noreturn]] void stop(const YAML::Mark& mark) {
        stopped_ = true;
        throw YAML::ParserException(mark, "stopped");
    }
    void go_on(bool within_limits, const YAML::Mark& mark) {
        if (!within_limits) {
            stop(mark);
        }
    }
    void open(Node::Type type,
              std::string_view core_name,
              const std::string& tag,
              YAML::anchor_t anchor,
              const YAML::Mark& mark);
    void take_tag(const std::string& tag, Node& node);
    void check_text(Node& node);

    std::string_view text_;
    TreeBuilder* builder_;
    Report* report_;
    Locator locator_;
    std::vector<std::string> anchor_names_;
    int documents_ = 0;
    bool stopped_ = false;
};

// yaml-cpp gives a missing value the place of the next token, which may be lines below.
Mark YamlHandler::mark_of_nothing(std::size_t next_token) noexcept {
    if (const auto key = builder_->pending_key_mark()) {
        return *key;
    }
    const std::string_view before = text_.substr(0, std::min(next_token, text_.size()));
    const auto last = before.find_last_not_of(" \t\r\n");
    return locator_.at(last == std::string_view::npos ? 0 : last);
}

void YamlHandler::open(Node::Type type,
                       std::string_view core_name,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       const YAML::Mark& mark) {
    Node node;
    node.type = type;
    node.mark = mark_of(mark);
    if (!tag.empty() && tag != "?" && tag != "!" &&
        tag != fmt::format("{}{}", kCoreTag, core_name)) {
        report_->error(node.mark,
                       fmt::format("{} cannot stand before {}", quoted(tag), describe_type(type)),
                       "remove it; !secret and !import take one name");
    }
    go_on(builder_->open(std::move(node), anchor), mark);
}

void YamlHandler::take_tag(const std::string& tag, Node& node) {
    if (std::find(kLocalTags.begin(), kLocalTags.end(), tag) == kLocalTags.end()) {
        report_unknown(*report_, node.mark, "tag", tag, kLocalTags);
        return;
    }
    node.tag = tag;
    if (node.text.empty()) {
        report_->error(
            node.mark, fmt::format("{} needs a name", tag), fmt::format("write {} NAME", tag));
    }
}

// Escapes can write what scan_text refuses in the open.
void YamlHandler::check_text(Node& node) {
    if (node.text.find('\0') != std::string::npos || first_invalid_utf8(node.text)) {
        report_->error(node.mark, "an escape in this text makes a character that is not allowed");
        node.text.clear();
    }
}

void YamlHandler::report_syntax(const YAML::Exception& error) {
    const std::size_t offset = std::min(offset_of(error.mark), text_.size());
    if (error.msg.starts_with(kUnknownAnchor)) {
        std::string_view name = word_at(text_, offset);
        name.remove_prefix(std::min<std::size_t>(1, name.size()));
        const std::vector<std::string_view> known(anchor_names_.begin(), anchor_names_.end());
        report_unknown(*report_, locator_.at(offset), "alias", name, known);
        return;
    }
    YamlError explained = explain_yaml_error(error.msg, text_.substr(offset));
    const bool is_unclosed = error.msg.starts_with("end of ") &&
                             error.msg.find(" flow ") != std::string::npos && builder_->is_open();
    report_->error(is_unclosed ? builder_->innermost().mark : locator_.at(offset),
                   std::move(explained.message),
                   std::move(explained.hint));
}

}  // namespace

bool parse_yaml(const SourceText& source, TreeBuilder& builder, Report& report) {
    YamlHandler handler(source, builder, report);
    try {
        std::istringstream input(source.text());
        YAML::Parser parser(input);
        // The second call finds nothing, or the start of a document too many.
        return !parser.HandleNextDocument(handler) || !parser.HandleNextDocument(handler);
    } catch (const YAML::Exception& error) {
        if (!handler.is_stopped()) {
            handler.report_syntax(error);
        }
    } catch (const std::exception& error) {
        report.error(Mark{}, fmt::format("the YAML parser gave up: {}", error.what()));
    }
    return false;
}

}  // namespace aifp::document
