#include "expectations.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <functional>

#include "document/diagnostics_json.hpp"
#include "llm/request.hpp"

namespace aifp::prompts::testing {
namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

// "S10 S20 | U1 A1": the bar stands where the conversation begins or ends.
std::string order_of(const std::vector<Message>& messages, const Assembled& request) {
    std::string order;
    bool was_injected = false;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const bool is_injected = !messages[i].directive.empty();
        order += i > 0 && is_injected != was_injected ? " | " : i > 0 ? " " : "";
        order += label_of(messages[i], request.manifest);
        was_injected = is_injected;
    }
    return order;
}

const Message* find_message(const Assembled& request, std::string_view label) {
    for (const Message& message : request.messages) {
        if (label_of(message, request.manifest) == label) {
            return &message;
        }
    }
    return nullptr;
}

std::string text_of(const Assembled& request, std::string_view label) {
    const Message* const message = find_message(request, label);
    EXPECT_NE(message, nullptr) << "no message " << label;
    return message == nullptr ? "" : message->text;
}

// Whether `found` has everything that `wanted` has, objects member by member.
bool has_all(const json::value& found, const json::value& wanted) {
    if (!wanted.is_object() || !found.is_object()) {
        return found == wanted;
    }
    for (const auto& member : wanted.get_object()) {
        const auto* value = found.get_object().if_contains(member.key());
        if (value == nullptr || !has_all(*value, member.value())) {
            return false;
        }
    }
    return true;
}

json::object to_json(const Notice& notice) {
    return {{"level", logging::name_of(notice.level)},
            {"message", notice.message},
            {"fields", notice.fields}};
}

std::int64_t count_notices(const World& world, std::string_view message) {
    std::int64_t count = 0;
    for (const Notice& notice : world.notices()) {
        count += notice.message == message ? 1 : 0;
    }
    return count;
}

void check_notices(const World& world, const json::array& wanted) {
    for (const json::value& each : wanted) {
        bool is_there = false;
        for (const Notice& notice : world.notices()) {
            is_there = is_there || has_all(to_json(notice), each);
        }
        std::string all;
        for (const Notice& notice : world.notices()) {
            all += "\n  " + json::serialize(to_json(notice));
        }
        EXPECT_TRUE(is_there) << "no " << json::serialize(each) << " among" << all;
    }
}

void check_manifest(const Assembled& request, const json::object& wanted) {
    for (const auto& member : wanted) {
        json::value found = nullptr;
        for (const json::value& entry : prompts::to_json(request.manifest)) {
            if (entry.at("id") == member.key()) {
                found = entry;
            }
        }
        EXPECT_TRUE(has_all(found, member.value()))
            << member.key() << ": " << json::serialize(found);
    }
}

void check_texts(const Assembled& request, const json::object& wanted, bool is_there) {
    for (const auto& member : wanted) {
        const std::string text = text_of(request, member.key());
        for (const json::value& part : member.value().as_array()) {
            EXPECT_EQ(text.find(view(part.as_string())) != std::string::npos, is_there)
                << member.key() << ", " << part << " in: " << text;
        }
    }
}

// The texts appear in no message and no notice.
void check_nowhere(const World& world, const json::array& texts) {
    std::string all;
    for (const Message& message : world.request()->messages) {
        all += message.text;
    }
    for (const Notice& notice : world.notices()) {
        all += json::serialize(to_json(notice));
    }
    for (const json::value& text : texts) {
        EXPECT_EQ(all.find(view(text.as_string())), std::string::npos) << text;
    }
}

json::array files_of(const Assembled& request) {
    json::array files;
    for (const Message& message : request.messages) {
        if (message.file) {
            files.push_back(json::array{message.file->path, message.file->mime});
        }
    }
    return files;
}

json::array brief(const model::Diagnostics& diagnostics) {
    json::array lines;
    for (const auto& each : diagnostics) {
        lines.emplace_back(fmt::format(
            "{}:{} {} {}", each.line, each.column, document::name_of(each.severity), each.message));
    }
    return lines;
}

json::value site_of(const World& world) {
    return data_in(text_of(*world.request(), "S50"));
}

// What each adapter would send.
std::map<std::string, json::value> wires(const Assembled& request) {
    llm::ChatOptions multi;
    multi.system_mode = llm::SystemMode::multi;
    multi.takes_pdf = true;
    return {{"multi", llm::chat_completions_body(request, multi)},
            {"single_first", llm::chat_completions_body(request, {})},
            {"top_level", llm::messages_body(request, {})},
            {"system_instruction", llm::gemini_body(request, {})}};
}

// {ADAPTER: {POINTER: VALUE}}; of a list, a number means its length.
void check_wires(const Assembled& request, const json::object& wanted) {
    const auto sent = wires(request);
    for (const auto& adapter : wanted) {
        const json::value& body = sent.at(std::string(adapter.key()));
        for (const auto& member : adapter.value().as_object()) {
            boost::system::error_code error;
            const json::value* found = body.find_pointer(member.key(), error);
            ASSERT_NE(found, nullptr) << member.key() << " in " << body;
            const bool is_same = found->is_array() && member.value().is_int64()
                                     ? found->get_array().size() ==
                                           static_cast<std::size_t>(member.value().get_int64())
                                     : *found == member.value();
            EXPECT_TRUE(is_same) << adapter.key() << ' ' << member.key() << ": " << *found;
        }
    }
}

// No adapter sends any of the texts.
void check_wires_lack(const Assembled& request, const json::array& texts) {
    for (const auto& [adapter, body] : wires(request)) {
        for (const json::value& text : texts) {
            EXPECT_EQ(json::serialize(body).find(view(text.as_string())), std::string::npos)
                << adapter << ": " << text;
        }
    }
}

// Every text of every prompt directive is in what every adapter sends.
void check_wires_whole(const Assembled& request) {
    for (const auto& [adapter, body] : wires(request)) {
        const std::string sent = json::serialize(body);
        for (const Message& message : request.messages) {
            std::string text = json::serialize(json::value(message.text));
            text = text.substr(1, text.size() - 2);
            EXPECT_NE(sent.find(text), std::string::npos) << adapter << " lacks " << text;
        }
    }
}

using Check = std::function<void(const World& world, const json::value& wanted)>;

// What needs no request that was made.
const std::map<std::string_view, Check>& plain_checks() {
    static const std::map<std::string_view, Check> kChecks = {
        {"error",
         [](const World& world, const json::value& wanted) {
             ASSERT_FALSE(world.request());
             EXPECT_NE(world.request().error().detail().find(view(wanted.as_string())),
                       std::string::npos)
                 << world.request().error().detail();
         }},
        {"queries",
         [](const World& world, const json::value& wanted) {
             EXPECT_EQ(world.queries(), wanted.as_int64());
         }},
        {"outcome",
         [](const World& world, const json::value& wanted) {
             EXPECT_EQ(json::serialize(world.outcome()), json::serialize(wanted));
         }},
        {"outcome_has",
         [](const World& world, const json::value& wanted) {
             EXPECT_NE(json::serialize(world.outcome()).find(view(wanted.as_string())),
                       std::string::npos)
                 << world.outcome();
         }},
        {"diagnostics",
         [](const World& world, const json::value& wanted) {
             EXPECT_EQ(json::serialize(brief(world.diagnostics())), json::serialize(wanted));
         }},
        {"notices",
         [](const World& world, const json::value& wanted) {
             check_notices(world, wanted.as_array());
         }},
        {"notice_counts",
         [](const World& world, const json::value& wanted) {
             for (const auto& member : wanted.as_object()) {
                 EXPECT_EQ(count_notices(world, member.key()), member.value().as_int64())
                     << member.key();
             }
         }},
        {"most_severe",
         [](const World& world, const json::value& wanted) {
             for (const Notice& notice : world.notices()) {
                 EXPECT_LE(notice.level, *logging::level_from(wanted.as_string()))
                     << notice.message;
             }
         }},
    };
    return kChecks;
}

// What looks at the messages of the request.
const std::map<std::string_view, Check>& message_checks() {
    static const std::map<std::string_view, Check> kChecks = {
        {"order",
         [](const World& world, const json::value& wanted) {
             EXPECT_EQ(order_of(world.request()->messages, *world.request()),
                       view(wanted.as_string()));
         }},
        {"texts",
         [](const World& world, const json::value& wanted) {
             json::array texts;
             for (const Message& message : world.request()->messages) {
                 texts.emplace_back(message.text);
             }
             EXPECT_EQ(json::serialize(texts), json::serialize(wanted));
         }},
        {"stored",
         [](const World& world, const json::value& wanted) {
             EXPECT_EQ(order_of(conversation_in(*world.request()), *world.request()),
                       view(wanted.as_string()));
         }},
        {"text",
         [](const World& world, const json::value& wanted) {
             for (const auto& member : wanted.as_object()) {
                 EXPECT_EQ(text_of(*world.request(), member.key()),
                           view(member.value().as_string()));
             }
         }},
        {"contains",
         [](const World& world, const json::value& wanted) {
             check_texts(*world.request(), wanted.as_object(), true);
         }},
        {"lacks",
         [](const World& world, const json::value& wanted) {
             check_texts(*world.request(), wanted.as_object(), false);
         }},
        {"nowhere",
         [](const World& world, const json::value& wanted) {
             check_nowhere(world, wanted.as_array());
         }},
    };
    return kChecks;
}

// What looks at what is in it: manifest, files, site, and what would be sent.
const std::map<std::string_view, Check>& content_checks() {
    static const std::map<std::string_view, Check> kChecks = {
        {"manifest",
         [](const World& world, const json::value& wanted) {
             check_manifest(*world.request(), wanted.as_object());
         }},
        {"files",
         [](const World& world, const json::value& wanted) {
             EXPECT_EQ(json::serialize(files_of(*world.request())), json::serialize(wanted));
         }},
        {"site",
         [](const World& world, const json::value& wanted) {
             EXPECT_EQ(site_of(world), wanted) << site_of(world);
         }},
        {"site_has",
         [](const World& world, const json::value& wanted) {
             EXPECT_TRUE(has_all(site_of(world), wanted)) << site_of(world);
         }},
        {"site_text_is",
         [](const World& world, const json::value& wanted) {
             EXPECT_EQ(json::serialize(site_of(world)), view(wanted.as_string()));
         }},
        {"is_as_before",
         [](const World& world, const json::value& wanted) {
             ASSERT_TRUE(world.former_request());
             EXPECT_EQ(prompts::to_json(world.request()->manifest) ==
                               prompts::to_json(world.former_request()->manifest) &&
                           world.request()->sha256 == world.former_request()->sha256 &&
                           wires(*world.request()) == wires(*world.former_request()),
                       wanted.as_bool());
         }},
        {"wires",
         [](const World& world, const json::value& wanted) {
             check_wires(*world.request(), wanted.as_object());
         }},
        {"wires_lack",
         [](const World& world, const json::value& wanted) {
             check_wires_lack(*world.request(), wanted.as_array());
         }},
        {"wires_are_whole",
         [](const World& world, const json::value&) { check_wires_whole(*world.request()); }},
        {"longest_text",
         [](const World& world, const json::value& wanted) {
             for (const Message& message : world.request()->messages) {
                 EXPECT_LE(message.text.size(), static_cast<std::size_t>(wanted.as_int64()));
             }
         }},
    };
    return kChecks;
}

}  // namespace

void check(const World& world, const json::object& expected) {
    for (const auto& member : expected) {
        const Check* check = nullptr;
        bool needs_request = false;
        for (const auto* checks : {&plain_checks(), &message_checks(), &content_checks()}) {
            if (const auto found = checks->find(member.key()); found != checks->end()) {
                check = &found->second;
                needs_request = checks != &plain_checks();
            }
        }
        if (check == nullptr) {
            ADD_FAILURE() << "unknown expectation " << member.key();
        } else if (needs_request && !world.request()) {
            ADD_FAILURE() << "refused: " << world.request().error().detail();
        } else {
            (*check)(world, member.value());
        }
    }
}

}  // namespace aifp::prompts::testing
