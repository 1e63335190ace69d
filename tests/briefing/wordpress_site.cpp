#include "wordpress_site.hpp"

#include <utility>

#include "http/encoding.hpp"

namespace aifp::testing {
namespace {

constexpr const char* kIndex = R"({
  "name": "Site Title", "description": "Site Description", "url": "https://example.com",
  "home": "https://example.com", "gmt_offset": -5, "timezone_string": "America/New_York"})";

// Fields as asked for, without what only an editor is told.
constexpr const char* kTypes = R"({
  "post": {"hierarchical": false, "name": "Posts", "slug": "post", "rest_base": "posts",
           "rest_namespace": "wp/v2"},
  "wp_block": {"hierarchical": false, "name": "Patterns", "slug": "wp_block",
               "rest_base": "blocks", "rest_namespace": "wp/v2"},
  "nav_menu_item": {"hierarchical": false, "name": "Navigation Menu Items",
                    "slug": "nav_menu_item", "rest_base": "menu-items", "rest_namespace": "wp/v2"}})";
constexpr const char* kTypesForEditors = R"({
  "post": {"hierarchical": false, "viewable": true, "name": "Posts", "slug": "post",
           "rest_base": "posts", "rest_namespace": "wp/v2",
           "labels": {"name": "Posts", "singular_name": "Post"}},
  "secret": {"hierarchical": false, "viewable": false, "name": "Secrets", "slug": "secret",
             "rest_base": "secrets", "rest_namespace": "wp/v2", "labels": {}}})";
constexpr const char* kTaxonomies = R"({
  "category": {"name": "Categories", "slug": "category", "types": ["post"], "hierarchical": true,
               "rest_base": "categories", "rest_namespace": "wp/v2",
               "labels": {"singular_name": "Category"}, "visibility": {"public": true}},
  "post_tag": {"name": "Tags", "slug": "post_tag", "types": ["post"], "hierarchical": false,
               "rest_base": "tags", "rest_namespace": "wp/v2",
               "labels": {"singular_name": "Tag"}, "visibility": {"public": true}},
  "nav_menu": {"name": "Navigation Menus", "slug": "nav_menu", "types": ["nav_menu_item"],
               "hierarchical": false, "rest_base": "menus", "rest_namespace": "wp/v2",
               "labels": {"singular_name": "Navigation Menu"}, "visibility": {"public": false}}})";
constexpr const char* kCategories = R"([
  {"count": 45, "name": "news", "slug": "news"}, {"count": 23, "name": "updates", "slug": "updates"}])";

WordPressStub::Answer counted(std::string body, const char* total) {
    return {200, std::move(body), {{"X-WP-Total", total}, {"X-WP-TotalPages", "1"}}};
}

}  // namespace

WordPressStub::WordPressStub() {
    answers_["/wp-json/"] = {200, kIndex};
    answers_["/wp-json/wp/v2/types"] = {200, kTypes};
    answers_["/wp-json/wp/v2/types for editors"] = {200, kTypesForEditors};
    answers_["/wp-json/wp/v2/posts"] = counted(R"([{"id": 1}])", "150");
    answers_["/wp-json/wp/v2/taxonomies"] = {200, kTaxonomies};
    answers_["/wp-json/wp/v2/taxonomies for editors"] = {200, kTaxonomies};
    answers_["/wp-json/wp/v2/categories"] = counted(kCategories, "2");
    answers_["/wp-json/wp/v2/tags"] = counted("[]", "0");
    answers_["/wp-json/wp/v2/settings"] = {200, R"({"language": ""})"};
    answers_["/feed/"] = {200, "<rss><channel><language>en-US</language></channel></rss>"};
    server_ =
        std::make_unique<RunningServer>([this](http::Request request, http::Responder respond) {
            const std::lock_guard lock(mutex_);
            asked_.push_back(request.target);
            respond_to(request, std::move(respond));
        });
}

void WordPressStub::respond_to(const http::Request& request, http::Responder respond) {
    const std::string path(request.path());
    if (is_silent_ || holds_.contains(path)) {
        held_.push_back(std::move(respond));
        return;
    }
    if (awaited_.erase(path) == 0) {
        give(find(request), respond);
        return;
    }
    waiting_.emplace(path, std::move(respond));
    if (awaited_.empty()) {
        for (auto& [waiting, responder] : waiting_) {
            give(answers_.at(waiting), responder);
        }
        waiting_.clear();
    }
}

void WordPressStub::give(Answer found, http::Responder& respond) {
    http::Response response = http::json_response(found.status, std::move(found.body));
    response.headers = std::move(found.headers);
    respond(std::move(response));
}

WordPressStub::Answer WordPressStub::find(const http::Request& request) const {
    const auto authorization = request.headers.find("Authorization");
    const std::string right = "Basic " + base64_encode("editor:app pass word");
    const bool is_editor = authorization == right && !refuses_;
    const bool wants_edit = request.target.find("context=edit") != std::string::npos;
    std::string path(request.path());
    const bool needs_sign_in = wants_edit || path.ends_with("/settings");
    if ((authorization && !is_editor) || (needs_sign_in && !is_editor)) {
        return {401, R"({"code": "rest_not_logged_in", "data": {"status": 401}})"};
    }
    path += wants_edit ? " for editors" : "";
    const auto found = answers_.find(path);
    return found != answers_.end()
               ? found->second
               : Answer{404, R"({"code": "rest_no_route", "data": {"status": 404}})"};
}

void WordPressStub::set(const std::string& path, Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_[path] = std::move(answer);
}

void WordPressStub::refuse_sign_in() {
    const std::lock_guard lock(mutex_);
    refuses_ = true;
}

void WordPressStub::hold(const std::string& path) {
    const std::lock_guard lock(mutex_);
    holds_.insert(path);
}

void WordPressStub::wait_for_all(std::vector<std::string> paths) {
    const std::lock_guard lock(mutex_);
    awaited_ = {paths.begin(), paths.end()};
}

void WordPressStub::fall_silent() {
    const std::lock_guard lock(mutex_);
    is_silent_ = true;
}

std::vector<std::string> WordPressStub::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

std::string WordPressStub::sample_json() {
    return R"({"site":{"name":"Site Title","tagline":"Site Description",)"
           R"("url":"https://example.com","admin_url":"https://example.com/wp-admin",)"
           R"("language":"en_US","timezone":"America/New_York"},)"
           R"("post_types":{"post":{"label":"Posts","singular_label":"Post","count":150,)"
           R"("hierarchical":false}},"taxonomies":{"category":{"label":"Categories",)"
           R"("singular_label":"Category","terms":{"news":45,"updates":23},)"
           R"("hierarchical":true,"post_types":["post"]}}})";
}

}  // namespace aifp::testing
