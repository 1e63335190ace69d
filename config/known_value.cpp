#include "config/known_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "base/read_number.hpp"
#include "base/text.hpp"
#include "config/encoded_forms.hpp"
#include "config/json_strings.hpp"
#include "config/respelled.hpp"

namespace aifp::config {
namespace {

/// What is shorter cannot be told from other text.
constexpr std::size_t kMinSoughtBytes = 4;
constexpr std::string_view kPiece = "piece-";
/// The form of a value that itself has escapes, once these are read.
constexpr std::string_view kUsual = "usual";
constexpr std::array<std::string_view, 4> kWrittenForms{"", "plain", "json", "form"};
constexpr std::array<std::string_view, 6> kBareForms{
    "base64-0", "base64-1", "base64-2", "base64url-0", "base64url-1", "base64url-2"};
constexpr std::array<std::string_view, 8> kColonForms{"base64-0",
                                                      "base64url-0",
                                                      "base64-colon-0",
                                                      "base64-colon-1",
                                                      "base64-colon-2",
                                                      "base64url-colon-0",
                                                      "base64url-colon-1",
                                                      "base64url-colon-2"};

bool is_base64(std::string_view form) {
    return form.starts_with("base64");
}

// As the respelled text of a respelled text has it; nothing when both are as usual.
std::optional<std::string> usual_spelling(std::string_view text) {
    auto bytes = without_percents(text);
    auto letters = without_escapes(bytes ? std::string_view(bytes->text()) : text);
    if (letters) {
        return letters->text();
    }
    return bytes ? std::optional(bytes->text()) : std::nullopt;
}

std::optional<std::string> part_in_form(std::string_view value,
                                        std::optional<std::size_t> piece,
                                        std::string_view form) {
    if (piece) {
        const auto pieces = pieces_of(value);
        return *piece < pieces.size() ? part_in_form(pieces[*piece], std::nullopt, form)
                                      : std::nullopt;
    }
    return form == kUsual ? usual_spelling(json_encoded(value)) : form_of(value, form);
}

// An unusual spelling gives way to the nearest usual one.
std::string_view nearest_form(std::string_view form, std::string_view source) {
    if (is_base64(form) || source.find('%') == std::string_view::npos) {
        return form;
    }
    return form == "plain" || form == "form" ? "url" : form == "" ? "json-url" : form;
}

}  // namespace

std::vector<std::string_view> pieces_of(std::string_view value) {
    std::vector<std::string_view> pieces;
    const auto bare = trim(value);
    if (bare.size() < value.size() && bare.size() >= KnownValues::kMinBareBytes) {
        pieces.push_back(bare);
    }
    std::vector<std::string_view> lines;
    for (auto line : split(bare, '\n')) {
        for (auto end = line.find("\\n"); end != std::string_view::npos; end = line.find("\\n")) {
            lines.push_back(line.substr(0, end));
            line.remove_prefix(end + 2);
        }
        lines.push_back(line);
    }
    if (lines.size() == 1) {
        return pieces;
    }
    for (const auto line : lines) {
        const auto text = trim(line);
        if (text.size() >= kMinLineBytes && !text.starts_with("-----") &&
            pieces.size() < kMaxLines) {
            pieces.push_back(text);
        }
    }
    return pieces;
}

/// Gathers what is looked for, each text once.
class KnownValues::Collector {
public:
    explicit Collector(std::vector<Meaning>& meanings) : meanings_(meanings) {}

    void add_value(const KnownValue& value) {
        add_all(value.text, kWrittenForms, {&value, std::nullopt, {}});
        if (value.text.size() >= kMinBareBytes) {
            add_all(value.text, kBareForms, {&value, std::nullopt, {}});
        } else {
            add_all(value.text, kColonForms, {&value, std::nullopt, {}});
        }
        const auto pieces = pieces_of(value.text);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            add_all(pieces[i], kWrittenForms, {&value, i, {}});
        }
    }

    [[nodiscard]] std::vector<std::string> take() { return std::move(texts_); }

private:
    template <std::size_t kCount>
    void add_all(std::string_view part,
                 const std::array<std::string_view, kCount>& forms,
                 Meaning meaning) {
        for (const auto form : forms) {
            meaning.form = form;
            auto text = form == "form" ? with_plus(part) : form_of(part, form).value_or("");
            if (auto usual = usual_spelling(text)) {
                add(std::move(*usual), meaning);
            }
            add(std::move(text), meaning);
        }
    }

    // What is left of a form once its %XX are read.
    static std::string with_plus(std::string_view part) {
        std::string text(part);
        std::replace(text.begin(), text.end(), ' ', '+');
        return text;
    }

    void add(std::string text, const Meaning& meaning) {
        if (text.size() >= kMinSoughtBytes && known_.insert(text).second) {
            texts_.push_back(std::move(text));
            meanings_.push_back(meaning);
        }
    }

    std::vector<Meaning>& meanings_;
    std::vector<std::string> texts_;
    std::unordered_set<std::string> known_;
};

KnownValues::KnownValues(const std::vector<std::shared_ptr<const KnownValue>>& values)
    : values_(values) {
    Collector collector(meanings_);
    for (const auto& value : values_) {
        collector.add_value(*value);
    }
    finder_ = TextFinder(collector.take());
}

bool KnownValues::show_in(std::string_view text) const {
    if (finder_.next(text, 0)) {
        return true;
    }
    const auto usual = usual_spelling(text);
    if (usual && finder_.next(*usual, 0)) {
        return true;
    }
    const auto unbroken = without_line_breaks(usual ? std::string_view(*usual) : text);
    return unbroken && finder_.next(unbroken->text(), 0, [this](const TextFinder::Hit& hit) {
        return is_base64(meanings_[hit.index].form);
    });
}

namespace {

using Found = KnownValues::Found;

// Where a hit in a text that was spelled anew, if it was, stands in the one before.
TextFinder::Hit through(const std::optional<Respelled>& respelled, TextFinder::Hit hit) {
    if (respelled) {
        hit.begin = respelled->source_begin(hit.begin);
        hit.end = respelled->source_end(hit.end);
    }
    return hit;
}

// Of two that overlap the one that begins first stays; of two that begin together the longer.
std::vector<Found> without_overlaps(std::vector<Found> all) {
    std::stable_sort(all.begin(), all.end(), [](const Found& left, const Found& right) {
        return left.begin != right.begin ? left.begin < right.begin : left.end > right.end;
    });
    std::vector<Found> kept;
    for (const auto& one : all) {
        if (kept.empty() || one.begin >= kept.back().end) {
            kept.push_back(one);
        }
    }
    return kept;
}

}  // namespace

std::vector<KnownValues::Found> KnownValues::find_in(std::string_view text, Inside inside) const {
    const auto bytes = without_percents(text);
    const auto letters = without_escapes(bytes ? std::string_view(bytes->text()) : text);
    const auto usual = letters ? std::string_view(letters->text())
                       : bytes ? std::string_view(bytes->text())
                               : text;
    const auto unbroken = without_line_breaks(usual);
    std::vector<Found> all;
    const auto search = [&](std::string_view where, const auto& to_source, const auto& counts) {
        const TextFinder::Accept may_stand = [&](const TextFinder::Hit& hit) {
            const auto source = to_source(hit);
            return counts(meanings_[hit.index]) &&
                   (inside == Inside::text ||
                    (!cuts_escape(text, source.begin) && !cuts_escape(text, source.end)));
        };
        for (auto hit = finder_.next(where, 0, may_stand); hit;
             hit = finder_.next(where, hit->end, may_stand)) {
            const auto source = to_source(*hit);
            const auto& meaning = meanings_[hit->index];
            all.push_back({source.begin,
                           source.end,
                           meaning.value,
                           meaning.piece,
                           meaning.form,
                           is_base64(meaning.form),
                           finder_.is_whole(*hit)});
        }
    };
    const auto of_usual = [&](const TextFinder::Hit& hit) {
        return through(bytes, through(letters, hit));
    };
    const auto any = [](const Meaning&) { return true; };
    search(
        text, [](const TextFinder::Hit& hit) { return hit; }, any);
    if (bytes || letters) {
        search(usual, of_usual, any);
    }
    if (unbroken) {
        // What else stands there is put together by chance.
        search(
            unbroken->text(),
            [&](const TextFinder::Hit& hit) { return of_usual(through(unbroken, hit)); },
            [](const Meaning& meaning) { return is_base64(meaning.form); });
    }
    return bytes || letters || unbroken ? without_overlaps(std::move(all)) : all;
}

std::string reference_to(const KnownValues::Found& found, std::string_view source) {
    const auto is_source = [&](std::string_view name) {
        return part_in_form(found.value->text, found.piece, name) == source;
    };
    const auto exact = std::find_if(form_names().begin(), form_names().end(), is_source);
    auto form = nearest_form(found.form, source);
    if (exact != form_names().end()) {
        form = *exact;
    } else if (is_source(kUsual)) {
        form = kUsual;
    }
    return fmt::format("{}{}{}{}",
                       found.value->reference,
                       found.piece ? fmt::format("|{}{}", kPiece, *found.piece) : "",
                       form.empty() ? "" : "|",
                       form);
}

std::optional<std::string> part_of(std::string_view value, std::string_view suffix) {
    std::optional<std::size_t> piece;
    std::string_view form;
    for (const auto part : split(suffix, '|')) {
        if (!part.starts_with(kPiece)) {
            form = part;
            continue;
        }
        piece = read_number<std::size_t>(part.substr(kPiece.size()));
    }
    return part_in_form(value, piece, form);
}

}  // namespace aifp::config
