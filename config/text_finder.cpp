#include "config/text_finder.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace aifp::config {
namespace {

// How much of `sought` stands at `begin`: all of it, its beginning where the text was cut off, or
// 0.
std::size_t length_at(std::string_view text, std::size_t begin, std::string_view sought) {
    const auto rest = text.substr(begin);
    if (rest.starts_with(sought)) {
        return sought.size();
    }
    const bool is_cut = text.size() >= TextFinder::kMinCutText &&
                        rest.size() >= TextFinder::kMinCutBytes && sought.starts_with(rest);
    return is_cut ? rest.size() : 0;
}

}  // namespace

std::size_t TextFinder::block_at(std::string_view text, std::size_t at) noexcept {
    const auto first = static_cast<unsigned char>(text[at]);
    const auto second = static_cast<unsigned char>(text[at + 1]);
    return ((static_cast<std::size_t>(first) << 5U) ^ second) % kBlocks;
}

TextFinder::TextFinder(std::vector<std::string> texts) : texts_(std::move(texts)) {
    if (texts_.empty()) {
        return;
    }
    window_ = texts_.front().size();
    for (const auto& text : texts_) {
        window_ = std::min(window_, text.size());
    }
    window_ = std::min(window_, kMinCutBytes);  // what is cut off is shorter than the whole
    constexpr std::size_t kMost = std::numeric_limits<std::uint8_t>::max();
    shift_.fill(static_cast<std::uint8_t>(std::min(window_ - 1, kMost)));
    const auto last = window_ - 2;
    for (const auto& text : texts_) {
        for (std::size_t at = 0; at <= last; ++at) {
            auto& shift = shift_[block_at(text, at)];
            shift = static_cast<std::uint8_t>(std::min<std::size_t>(shift, last - at));
        }
        ++begin_[block_at(text, last) + 1];
    }
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    order_.resize(texts_.size());
    std::iota(order_.begin(), order_.end(), 0U);
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t left, std::uint32_t right) {
        const auto rank = [&](std::uint32_t index) {
            const auto& text = texts_[index];
            return std::tuple(
                block_at(text, last), std::numeric_limits<std::size_t>::max() - text.size(), index);
        };
        return rank(left) < rank(right);
    });
}

std::optional<TextFinder::Hit> TextFinder::next(std::string_view text,
                                                std::size_t from,
                                                const Accept& accept) const {
    if (window_ == 0) {
        return std::nullopt;
    }
    for (auto end = from + window_; end <= text.size();) {
        const auto block = block_at(text, end - 2);
        if (const auto shift = shift_[block]) {
            end += shift;
            continue;
        }
        if (auto hit = hit_at(text, end - window_, block, accept)) {
            return hit;
        }
        ++end;
    }
    return std::nullopt;
}

std::optional<TextFinder::Hit> TextFinder::hit_at(std::string_view text,
                                                  std::size_t begin,
                                                  std::size_t block,
                                                  const Accept& accept) const {
    for (auto at = begin_[block]; at < begin_[block + 1]; ++at) {
        const auto length = length_at(text, begin, texts_[order_[at]]);
        const Hit hit{begin, begin + length, order_[at]};
        if (length > 0 && (!accept || accept(hit))) {
            return hit;
        }
    }
    return std::nullopt;
}

}  // namespace aifp::config
