#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/http/running_server.hpp"

namespace aifp::testing {

/// A WordPress site on loopback, as far as its REST API is asked: the site of the document's
/// sample, in the shapes that WordPress 6 answers with. Answers by path; what a test changes is
/// changed before it is asked. Thread-safe.
class WordPressStub {
public:
    struct Answer {
        int status = 200;
        std::string body;
        std::vector<http::Header> headers = {};
    };
    WordPressStub();

    /// Instead of what stands there. `path` without its query: "/wp-json/wp/v2/types".
    void set(const std::string& path, Answer answer);
    /// Nobody's password is right any more.
    void refuse_sign_in();
    /// Answers nothing, ever.
    void fall_silent();
    /// Never answers on this path.
    void hold(const std::string& path);
    /// Answers on these paths only when all of them have been asked.
    void wait_for_all(std::vector<std::string> paths);

    [[nodiscard]] std::string url() const { return server_->url(""); }
    /// Paths with queries, in the order they were asked.
    [[nodiscard]] std::vector<std::string> asked() const;

    /// What the sample of the document on prompt directives says, as it is told to an AI.
    [[nodiscard]] static std::string sample_json();

private:
    [[nodiscard]] Answer find(const http::Request& request) const;
    void respond_to(const http::Request& request, http::Responder respond);
    static void give(Answer found, http::Responder& respond);

    mutable std::mutex mutex_;
    std::map<std::string, Answer> answers_;
    std::vector<std::string> asked_;
    bool refuses_ = false;
    bool is_silent_ = false;
    std::set<std::string> holds_;
    std::set<std::string> awaited_;  // not asked yet
    std::map<std::string, http::Responder> waiting_;
    std::vector<http::Responder> held_;
    std::unique_ptr<RunningServer> server_;
};

}  // namespace aifp::testing
