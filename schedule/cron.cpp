#include "schedule/cron.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/text.hpp"
#include "schedule/cron_field.hpp"

namespace aifp::schedule {
namespace {

constexpr std::size_t kMaxTextBytes = 256;

struct Nickname {
    std::string_view name;
    std::string_view meaning;
};
constexpr std::array<Nickname, 7> kNicknames{{{"@yearly", "0 0 1 1 *"},
                                              {"@annually", "0 0 1 1 *"},
                                              {"@monthly", "0 0 1 * *"},
                                              {"@weekly", "0 0 * * 0"},
                                              {"@daily", "0 0 * * *"},
                                              {"@midnight", "0 0 * * *"},
                                              {"@hourly", "0 * * * *"}}};

struct Word {
    std::size_t offset;
    std::string_view text;
};

std::vector<Word> words_of(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    std::vector<Word> words;
    std::size_t begin = text.find_first_not_of(kBlank);
    while (begin != text.npos) {
        const std::size_t end = std::min(text.find_first_of(kBlank, begin), text.size());
        words.push_back({begin, text.substr(begin, end - begin)});
        begin = text.find_first_not_of(kBlank, end);
    }
    return words;
}

std::uint64_t seed_of(std::string_view name) {
    std::uint64_t seed = 0xcbf29ce484222325ULL;  // FNV-1a
    for (const char c : name) {
        seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return seed;
}

tl::unexpected<CronError> refuse(const Word& word,
                                 int field,
                                 std::string message,
                                 std::string hint) {
    return tl::unexpected<CronError>(
        CronError{field, word.offset, word.text.size(), std::move(message), std::move(hint)});
}

tl::expected<CronFields, CronError> parse_nickname(const Word& word, std::string_view seed_name) {
    const std::string lower = to_lower_ascii(word.text);
    std::vector<std::string_view> names;
    for (const Nickname& nickname : kNicknames) {
        if (lower == nickname.name) {
            return parse_cron(nickname.meaning, seed_name);
        }
        names.push_back(nickname.name);
    }
    if (lower == "@reboot") {
        return refuse(word,
                      1,
                      "@reboot is no time that comes again",
                      "write the trigger `engine_start: {}` (or `host_boot: {}`) in place of cron");
    }
    if (lower == "@every") {
        return refuse(
            word, 1, "@every is not a cron nickname here", "write `every: 10m` in place of cron");
    }
    const auto near = nearest_name(lower, names);
    return refuse(
        word,
        1,
        fmt::format("`{}` is not a nickname", printable(word.text)),
        near ? fmt::format("write {}", *near) : "write one of " + [&names] {
            return join(std::vector<std::string>(names.begin(), names.end()), ", ");
        }());
}

std::optional<CronError> check_word_count(std::string_view text, const std::vector<Word>& words) {
    if (words.size() == 5 || words.size() == 6) {
        return std::nullopt;
    }
    if (words.empty()) {
        return CronError{0,
                         0,
                         text.size(),
                         "the cron expression is empty",
                         "write minute, hour, day, month and weekday, as in `30 7 * * 1-5`"};
    }
    const std::size_t end = words.back().offset + words.back().text.size();
    if (words.size() < 5) {
        return CronError{
            0,
            words.front().offset,
            end - words.front().offset,
            fmt::format("a cron expression has 5 fields, here {} {}",
                        words.size() == 1 ? "is" : "are",
                        words.size()),
            "write minute, hour, day, month and weekday, as in `30 7 * * 1-5`; a sixth "
            "field in front is for seconds"};
    }
    CronError error{7,
                    words[6].offset,
                    end - words[6].offset,
                    fmt::format("a cron expression has 5 or 6 fields, here are {}", words.size()),
                    "6 fields are second, minute, hour, day, month and weekday"};
    if (words.size() == 7) {
        error.size = words[6].text.size();
        error.hint +=
            "; a year field is not supported: for one date write `at: 2027-01-31T08:00:00`";
    }
    return error;
}

tl::expected<CronFields, CronError> parse_words(const std::vector<Word>& words,
                                                std::uint64_t seed) {
    constexpr std::array kKinds{FieldKind::second,
                                FieldKind::minute,
                                FieldKind::hour,
                                FieldKind::day,
                                FieldKind::month,
                                FieldKind::weekday};
    const std::size_t skipped = kKinds.size() - words.size();
    CronFields fields;
    fields.seconds = skipped == 0 ? 0 : 1;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const FieldKind kind = kKinds[i + skipped];
        const std::string_view text = words[i].text;
        const FieldText field{kind, static_cast<int>(i) + 1, words[i].offset, text, seed};
        if (auto error = read_field(field, fields)) {
            return tl::unexpected<CronError>(std::move(*error));
        }
        if (kind == FieldKind::day || kind == FieldKind::weekday) {
            fields.both_days_must_match |= text.front() == '*' || text.front() == '?';
        }
        if (kind == FieldKind::minute || kind == FieldKind::hour) {
            fields.follows_real_time |= text.front() == '*';
        }
    }
    const bool all_days = fields.days == 0xffff'fffe;
    const bool all_weekdays = fields.weekdays == 0x7f;
    fields.every_day =
        fields.months == 0x1ffe &&
        (fields.both_days_must_match ? all_days && all_weekdays : all_days || all_weekdays);
    return fields;
}

}  // namespace

tl::expected<CronFields, CronError> parse_cron(std::string_view text, std::string_view seed_name) {
    if (text.size() > kMaxTextBytes) {
        return tl::unexpected<CronError>(
            CronError{0,
                      kMaxTextBytes,
                      text.size() - kMaxTextBytes,
                      fmt::format("the cron expression is longer than {} bytes", kMaxTextBytes),
                      "use ranges and steps, or several triggers"});
    }
    const std::vector<Word> words = words_of(text);
    if (!words.empty() && words.front().text.front() == '@') {
        return parse_nickname(words.front(), seed_name);
    }
    if (!words.empty() && words.front().text.find('=') != std::string_view::npos) {
        return refuse(
            words.front(),
            1,
            fmt::format("`{}` does not belong into the expression", printable(words.front().text)),
            "write the zone beside the trigger, as in `timezone: Europe/Berlin`");
    }
    if (auto error = check_word_count(text, words)) {
        return tl::unexpected<CronError>(std::move(*error));
    }
    auto fields = parse_words(words, seed_of(seed_name));
    if (fields) {
        fields->can_fire = next_match(*fields, LocalSeconds{}).has_value();
    }
    return fields;
}

std::string format_cron_error(std::string_view text, const CronError& error) {
    std::string shown = fmt::format("{}\n  {}\n  {:>{}}{:^>{}}",
                                    error.message,
                                    printable(text),
                                    "",
                                    error.offset,
                                    "",
                                    std::max<std::size_t>(error.size, 1));
    if (!error.hint.empty()) {
        shown += "\n" + error.hint;
    }
    return shown;
}

}  // namespace aifp::schedule
