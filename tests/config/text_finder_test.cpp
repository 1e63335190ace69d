#include "config/text_finder.hpp"

#include <gtest/gtest.h>

#include <random>

namespace aifp::config {
namespace {

using Texts = std::vector<std::string>;

// All hits, as "begin-end:index".
std::string hits_of(const TextFinder& finder, std::string_view text) {
    std::string hits;
    for (auto hit = finder.next(text, 0); hit; hit = finder.next(text, hit->end)) {
        hits += std::to_string(hit->begin) + "-" + std::to_string(hit->end) + ":" +
                std::to_string(hit->index) + " ";
    }
    return hits;
}

// The same without any art.
std::string hits_by_looking(const Texts& sought, std::string_view text) {
    std::string hits;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t best = sought.size();
        for (std::size_t i = 0; i < sought.size(); ++i) {
            if (text.substr(at).starts_with(sought[i]) &&
                (best == sought.size() || sought[i].size() > sought[best].size())) {
                best = i;
            }
        }
        if (best == sought.size()) {
            ++at;
            continue;
        }
        const auto end = at + sought[best].size();
        hits += std::to_string(at) + "-" + std::to_string(end) + ":" + std::to_string(best) + " ";
        at = end;
    }
    return hits;
}

TEST(TextFinder, finds_the_leftmost_and_of_several_there_the_longest) {
    const TextFinder finder(Texts{"abcd", "abcdef", "bcdefg", "xyzx", "abcd"});
    EXPECT_EQ(hits_of(finder, "abcdef abcd xyzxyzx"), "0-6:1 7-11:0 12-16:3 ");
    EXPECT_EQ(hits_of(finder, "abc"), "");
    EXPECT_EQ(hits_of(finder, ""), "");
    EXPECT_EQ(hits_of(TextFinder(), "abcd"), "");
}

TEST(TextFinder, finds_what_a_plain_search_finds) {
    std::mt19937 random(7);
    const auto word = [&](std::size_t least, std::size_t most) {
        std::string text(least + random() % (most - least + 1), 'a');
        for (auto& letter : text) {
            letter = static_cast<char>('a' + random() % 3);
        }
        return text;
    };
    for (std::size_t round = 0; round < 300; ++round) {
        Texts sought;
        for (std::size_t i = 0; i < 1 + round % 20; ++i) {
            sought.push_back(word(2 + round % 5, 12));
        }
        const auto text = word(0, 400);
        EXPECT_EQ(hits_of(TextFinder(sought), text), hits_by_looking(sought, text)) << text;
    }
}

TEST(TextFinder, passes_over_what_is_not_accepted) {
    const TextFinder finder(Texts{"abcd", "abcdef"});
    const auto hit =
        finder.next("abcdef abcd", 0, [](const TextFinder::Hit& one) { return one.begin > 0; });
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->begin, 7U);
}

TEST(TextFinder, finds_the_beginning_of_one_that_a_long_text_cuts_off) {
    const TextFinder finder(Texts{std::string(50, 'k') + "end"});
    const std::string front(TextFinder::kMinCutText, '.');
    const auto hit = finder.next(front + std::string(20, 'k'), 0);
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->begin, front.size());
    EXPECT_FALSE(finder.is_whole(*hit));
    EXPECT_FALSE(finder.next(front + std::string(20, 'k') + ".", 0)) << "it goes on";
    EXPECT_FALSE(finder.next(std::string(20, 'k'), 0)) << "nothing so short is cut";
    EXPECT_FALSE(finder.next(front + std::string(10, 'k'), 0)) << "that may be anything";
}

}  // namespace
}  // namespace aifp::config
