#include <array>

#include "config/setting_readers.hpp"

namespace aifp::config {

std::span<const SettingRow<Chat>> chat_rows() noexcept {
    static constexpr std::array kRows = {
        SettingRow<Chat>{"max_rounds",
                         "integer",
                         "requests",
                         "12",
                         "To the AI for one question; each answer that calls tools needs another",
                         read_integer<&Chat::max_rounds, 1, 50>},
        SettingRow<Chat>{"max_tokens",
                         "integer",
                         "tokens",
                         "200000",
                         "Of all requests of one question, input and output",
                         read_integer<&Chat::max_tokens, 1, 100'000'000>},
        SettingRow<Chat>{"timeout",
                         "duration",
                         "",
                         "10m",
                         "Of one question with all that its tools do",
                         read_seconds<&Chat::timeout, 1, 86'400>},
        SettingRow<Chat>{"history",
                         "size",
                         "bytes",
                         "512 KiB",
                         "Of a conversation that is sent along, the newest part",
                         read_size<&Chat::history, 1'024, 8 << 20>},
    };
    return kRows;
}

}  // namespace aifp::config
