#include "prompts/lint.hpp"

#include <gtest/gtest.h>

namespace aifp::prompts {
namespace {

ManifestEntry saying(std::string id, std::string sha256, Volatility volatility) {
    ManifestEntry entry;
    entry.id = std::move(id);
    entry.sha256 = std::move(sha256);
    entry.volatility = volatility;
    entry.status = PromptStatus::applied;
    entry.messages = 1;
    return entry;
}

std::string told(const std::vector<ManifestEntry>& manifest) {
    std::string all;
    for (const LintFinding& finding : lint(manifest)) {
        all += finding.id + ": " + finding.message + "\n";
    }
    return all;
}

TEST(Lint, is_content_with_what_grows_more_restless) {
    EXPECT_EQ(told({saying("a", "1", Volatility::fixed),
                    saying("b", "2", Volatility::config),
                    saying("c", "3", Volatility::turn)}),
              "");
}

TEST(Lint, tells_of_two_that_say_the_same) {
    EXPECT_EQ(told({saying("a", "1", Volatility::fixed), saying("b", "1", Volatility::fixed)}),
              "b: it says the same as a\n");
}

TEST(Lint, tells_what_one_lacks_that_is_sent) {
    ManifestEntry stale = saying("site_context", "1", Volatility::turn);
    stale.note = "stale: the provider failed";
    ManifestEntry files = saying("pipeline_context_files", "", Volatility::turn);
    files.status = PromptStatus::empty;
    files.messages = 0;
    files.note = "skipped a.txt: not found";
    ManifestEntry off = files;
    off.id = "site_context";
    EXPECT_EQ(told({stale, files, off}),
              "site_context: stale: the provider failed\n"
              "pipeline_context_files: skipped a.txt: not found\n");
}

TEST(Lint, tells_of_one_that_ends_the_cache_too_early) {
    EXPECT_EQ(
        told({saying("a", "1", Volatility::turn), saying("b", "2", Volatility::fixed)}),
        "a: it changes with every request, but b behind it only with the program: a provider's "
        "cache ends before it; give it a priority above 0\n");
}

TEST(Lint, tells_of_one_that_failed_and_passes_over_what_is_not_sent) {
    ManifestEntry failed = saying("a", "", Volatility::turn);
    failed.status = PromptStatus::failed;
    failed.note = "no luck";
    failed.messages = 0;

    EXPECT_EQ(told({failed, saying("b", "2", Volatility::fixed)}), "a: it was failed: no luck\n");
}

}  // namespace
}  // namespace aifp::prompts
