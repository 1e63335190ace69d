#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aifp::config {

/// Finds many texts in another in one pass, which looks at a few of its letters only (S. Wu and
/// U. Manber, A Fast Algorithm for Multi-Pattern Searching, 1994). Immutable, so thread-safe.
class TextFinder {
public:
    struct Hit {
        std::size_t begin;
        std::size_t end;
        std::size_t index;  ///< Of the text that was found.
    };
    /// Whether what stands there counts; empty: everything does.
    using Accept = std::function<bool(const Hit& hit)>;

    /// In a text of so many bytes that ends within one that is sought, so many of that one are
    /// found too: it was cut off there.
    static constexpr std::size_t kMinCutText = 1'024;
    static constexpr std::size_t kMinCutBytes = 16;

    TextFinder() = default;
    /// Each of at least two bytes. Of equal ones the first is found.
    explicit TextFinder(std::vector<std::string> texts);

    /// The leftmost that begins at `from` or later; of several there the longest.
    [[nodiscard]] std::optional<Hit> next(std::string_view text,
                                          std::size_t from,
                                          const Accept& accept = {}) const;

    /// Whether all of a text was found, not only its beginning at the end of the other.
    [[nodiscard]] bool is_whole(const Hit& hit) const {
        return hit.end - hit.begin == texts_[hit.index].size();
    }

private:
    static constexpr std::size_t kBlocks = 4'096;
    [[nodiscard]] static std::size_t block_at(std::string_view text, std::size_t at) noexcept;
    [[nodiscard]] std::optional<Hit> hit_at(std::string_view text,
                                            std::size_t begin,
                                            std::size_t block,
                                            const Accept& accept) const;

    std::vector<std::string> texts_;
    std::size_t window_ = 0;                          // the length of the shortest, or less
    std::array<std::uint8_t, kBlocks> shift_{};       // how far the window may move on
    std::array<std::uint32_t, kBlocks + 1> begin_{};  // of each block's texts in order_
    std::vector<std::uint32_t> order_;                // by block, the longest first
};

}  // namespace aifp::config
