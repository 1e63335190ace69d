#include <array>

#include "base/enum_names.hpp"
#include "config/setting_readers.hpp"

namespace aifp::config {
namespace {

void read_temperature(Llm& llm, Report& report, const Node& node, std::string_view name) {
    read_number<&Llm::temperature, 0, 2>(llm, report, node, name);
}

// null: as the provider is known for.
void read_takes_pdf(Llm& llm, Report& report, const Node& node, std::string_view name) {
    if (node.type != Node::Type::null) {
        llm.takes_pdf = document::read_boolean(report, node, name);
    }
}

constexpr std::int64_t kMillion = 1'000'000;

constexpr std::array kRows = {
    SettingRow<Llm>{"provider",
                    "choice",
                    "none, openai, compatible, anthropic, gemini",
                    "none",
                    "Whose API is spoken; compatible: Ollama, llama.cpp, vLLM, LM Studio",
                    read_choice<&Llm::provider, 5>},
    SettingRow<Llm>{"base_url",
                    "text",
                    "URL",
                    "",
                    "Where it is; without it, the provider's own (compatible has none)",
                    read_url<&Llm::base_url>},
    SettingRow<Llm>{"model",
                    "text",
                    "",
                    "",
                    "The model, as the provider calls it",
                    read_plain_text<&Llm::model>},
    SettingRow<Llm>{"api_key",
                    "text",
                    "!secret",
                    "",
                    "The key; without it none is sent",
                    read_secret<&Llm::api_key>},
    SettingRow<Llm>{"projection",
                    "choice",
                    "auto, multi, single_first",
                    "auto",
                    "System texts as many messages or as one in front; auto: multi for openai",
                    read_choice<&Llm::projection, 3>},
    SettingRow<Llm>{"temperature",
                    "number",
                    "",
                    "",
                    "Not sent when left out, and never to anthropic",
                    read_temperature},
    SettingRow<Llm>{"max_tokens",
                    "integer",
                    "tokens",
                    "4096",
                    "Of one answer",
                    read_integer<&Llm::max_tokens, 1, kMillion>},
    SettingRow<Llm>{"stream",
                    "boolean",
                    "",
                    "true",
                    "false: whole answers only, for servers that cannot send pieces",
                    read_switch<&Llm::stream>},
    SettingRow<Llm>{"takes_images",
                    "boolean",
                    "",
                    "true",
                    "Whether images are attached",
                    read_switch<&Llm::takes_images>},
    SettingRow<Llm>{"takes_pdf",
                    "boolean",
                    "",
                    "",
                    "Whether openai and compatible are given PDFs; without it, openai is",
                    read_takes_pdf},
    SettingRow<Llm>{
        "upload_files",
        "boolean",
        "",
        "false",
        "Attachments are stored at anthropic (PDFs at openai) once and named after that",
        read_switch<&Llm::upload_files>},
    SettingRow<Llm>{"api_version",
                    "text",
                    "",
                    "",
                    "Header anthropic-version; without it, the one this program speaks",
                    read_plain_text<&Llm::api_version>},
    SettingRow<Llm>{"ca_file",
                    "text",
                    "file",
                    "",
                    "Certificates to trust besides the system's",
                    read_plain_text<&Llm::ca_file>},
    SettingRow<Llm>{"allow_plain_http",
                    "boolean",
                    "",
                    "false",
                    "true: http:// also to other machines than this one",
                    read_switch<&Llm::allow_plain_http>},
    SettingRow<Llm>{"connect_timeout",
                    "duration",
                    "",
                    "10s",
                    "Name, connection and TLS together",
                    read_seconds<&Llm::connect_timeout, 1, 300>},
    SettingRow<Llm>{"first_byte_timeout",
                    "duration",
                    "",
                    "2m",
                    "Until a streamed answer begins: a local server may load its model first",
                    read_seconds<&Llm::first_byte_timeout, 1, 3'600>},
    SettingRow<Llm>{"idle_timeout",
                    "duration",
                    "",
                    "1m",
                    "Between two pieces of a streamed answer",
                    read_seconds<&Llm::idle_timeout, 1, 3'600>},
    SettingRow<Llm>{"timeout",
                    "duration",
                    "",
                    "10m",
                    "Of a whole request, all tries and pauses together",
                    read_seconds<&Llm::timeout, 1, 86'400>},
    SettingRow<Llm>{"max_retries",
                    "integer",
                    "",
                    "2",
                    "How often a request that failed is sent again",
                    read_integer<&Llm::max_retries, 0, 10>},
    SettingRow<Llm>{"monthly_token_budget",
                    "integer",
                    "tokens",
                    "0",
                    "Input and output of a calendar month (UTC); 0: no bound",
                    read_integer<&Llm::monthly_token_budget, 0, kMillion * kMillion>},
};

}  // namespace

std::string_view name_of(LlmProvider provider) noexcept {
    constexpr EnumNames<5> kNames = {"none", "openai", "compatible", "anthropic", "gemini"};
    return name_in(kNames, provider);
}

std::string_view name_of(Projection projection) noexcept {
    constexpr EnumNames<3> kNames = {"auto", "multi", "single_first"};
    return name_in(kNames, projection);
}

std::span<const SettingRow<Llm>> llm_rows() noexcept {
    return kRows;
}

}  // namespace aifp::config
