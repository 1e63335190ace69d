#include "admin/metrics.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/source_dir.hpp"

namespace aifp::admin {
namespace {

Metrics some_metrics() {
    Metrics metrics;
    metrics.engine.version = "1.2.3";
    metrics.engine.dispatch.started = 5;
    metrics.engine.dispatch.ended.at(static_cast<std::size_t>(model::RunState::failed)) = 2;
    metrics.engine.dispatch.durations.add(30);
    metrics.engine.dispatch.durations.add(2'000);
    metrics.engine.logs.at(0).dropped = 3;
    metrics.daemon.loop.lag.add(1'500);
    metrics.daemon.listeners = {{"admin", {}}, {"hooks", {}}};
    metrics.process.resident_bytes = 4'096;
    return metrics;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

/// "| `aifp_runs_ended_total{state}` | counter | What it means. |", as docs/metrics.md has it.
std::vector<std::string> rows_of(const std::string& text) {
    static const std::regex kSample(R"re(([a-z_]+)(?:\{([a-z]+)=.*)? .*)re");
    std::vector<std::string> rows;
    std::string help;
    std::string name;
    std::string type;
    for (const auto& line : lines_of(text)) {
        std::istringstream words(line);
        std::string hash;
        std::string what;
        if (line.starts_with("# HELP ")) {
            words >> hash >> what >> name;
            std::getline(words >> std::ws, help);
        } else if (line.starts_with("# TYPE ")) {
            words >> hash >> what >> name >> type;
        } else if (!help.empty()) {  // the first sample: it has the label
            std::smatch match;
            const bool is_sample = std::regex_match(line, match, kSample);
            const auto label = is_sample && match[2].matched ? match[2].str() : "";
            rows.push_back("| `" + name +
                           (label.empty() || label == "le" ? "" : "{" + label + "}") + "` | " +
                           type + " | " + help + " |");
            help.clear();
        }
    }
    return rows;
}

std::vector<std::string> rows_of_page() {
    std::ostringstream text;
    text << std::ifstream(testing::source_dir() / "docs/metrics.md").rdbuf();
    std::vector<std::string> rows;
    for (auto& line : lines_of(text.str())) {
        if (line.starts_with("| `aifp_")) {
            rows.push_back(std::move(line));
        }
    }
    return rows;
}

TEST(MetricsText, is_what_the_page_says) {
    EXPECT_EQ(rows_of(metrics_text(some_metrics())), rows_of_page());
}

TEST(MetricsText, has_values) {
    const auto text = metrics_text(some_metrics());

    EXPECT_TRUE(has_line(text, "aifp_build_info{version=\"1.2.3\"} 1"));
    EXPECT_TRUE(has_line(text, "aifp_runs_started_total 5"));
    EXPECT_TRUE(has_line(text, "aifp_runs_ended_total{state=\"failed\"} 2"));
    EXPECT_TRUE(has_line(text, "aifp_log_lines_dropped_total{log=\"execution\"} 3"));
    EXPECT_TRUE(has_line(text, "aifp_process_resident_memory_bytes 4096"));
    EXPECT_TRUE(has_line(text, "aifp_loop_lag_max_seconds 0.0015")) << text;
}

TEST(MetricsText, adds_up_the_buckets_of_a_histogram_in_seconds) {
    const auto text = metrics_text(some_metrics());

    EXPECT_TRUE(has_line(text, "aifp_run_duration_seconds_bucket{le=\"0.025\"} 0"));
    EXPECT_TRUE(has_line(text, "aifp_run_duration_seconds_bucket{le=\"0.1\"} 1"));
    EXPECT_TRUE(has_line(text, "aifp_run_duration_seconds_bucket{le=\"5\"} 2"));
    EXPECT_TRUE(has_line(text, "aifp_run_duration_seconds_bucket{le=\"+Inf\"} 2"));
    EXPECT_TRUE(has_line(text, "aifp_run_duration_seconds_count 2"));
    EXPECT_TRUE(has_line(text, "aifp_run_duration_seconds_sum 2.03"));
}

TEST(MetricsText, has_one_sample_of_a_kind_and_names_of_the_convention) {
    const auto text = metrics_text(some_metrics());
    std::map<std::string, std::string> types;
    std::set<std::string> seen;
    for (const auto& line : lines_of(text)) {
        if (line.starts_with("# TYPE ")) {
            std::istringstream words(line.substr(7));
            std::string name;
            words >> name >> types[name];
            EXPECT_TRUE(name.starts_with("aifp_")) << name;
            EXPECT_EQ(name.ends_with("_total"), types[name] == "counter") << name;
        } else if (!line.starts_with("#")) {
            EXPECT_TRUE(seen.insert(line.substr(0, line.rfind(' '))).second) << line;
        }
    }
    EXPECT_LT(seen.size(), 250U) << "the number of series is bounded";
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.back(), '\n');
}

}  // namespace
}  // namespace aifp::admin
