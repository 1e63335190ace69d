#include "helpers/views.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "helpers/schema.hpp"
#include "model/definition.hpp"

namespace aifp::helpers {

namespace json = boost::json;

json::object view_of(const storage::DirectiveRow& row) {
    json::object object;
    object["id"] = row.id.value;
    object["name"] = row.name;
    object["source_file"] = row.source_file;
    object["directive_type"] = model::name_of(row.type);
    object["trigger"] = row.trigger;
    object["action"] = row.action;
    object["configuration_json"] = model::parse_stored_or_null(row.configuration_json);
    object["status"] = model::name_of(row.status);
    object["approved"] = row.approved;
    object["created_at"] = row.created_at;
    return object;
}

std::string directive_schema() {
    return object_schema({{"id", typed("integer")},
                          {"name", typed("string")},
                          {"source_file", typed("string")},
                          {"directive_type", typed("string")},
                          {"trigger", typed("string")},
                          {"action", typed("string")},
                          {"configuration_json", typed("object")},
                          {"status", typed("string")},
                          {"approved", typed("boolean")},
                          {"created_at", typed("string")}});
}

json::object view_of(const storage::ImplementationRow& row) {
    json::object object;
    object["id"] = row.id;
    object["directive_id"] = row.directive.value;
    object["implementation_file"] = row.implementation_file;
    object["entry_point"] = row.entry_point;
    object["generated_at"] = row.generated_at;
    object["last_modified"] = row.last_modified;
    object["status"] = row.status;
    object["test_file"] = text_or_null(row.test_file);
    object["test_status"] = row.test_status;
    return object;
}

std::string implementation_schema() {
    return object_schema({{"id", typed("integer")},
                          {"directive_id", typed("integer")},
                          {"implementation_file", typed("string")},
                          {"entry_point", typed("string")},
                          {"generated_at", typed("string")},
                          {"last_modified", typed("string")},
                          {"status", typed("string")},
                          {"test_file", nullable("string")},
                          {"test_status", typed("string")}});
}

json::value text_or_null(const std::optional<std::string>& text) {
    return text ? json::value(json::string(*text)) : json::value();
}

double rate_of(std::int64_t part, std::int64_t all) {
    constexpr double kHundred = 100.0;
    if (all == 0) {
        return 0.0;
    }
    return std::round(kHundred * static_cast<double>(part) / static_cast<double>(all)) / kHundred;
}

std::string rate_schema() {
    return R"({"type":"number","minimum":0,"maximum":1})";
}

json::value not_found() {
    json::object object;
    object["found"] = false;
    return object;
}

json::object success() {
    json::object object;
    object["success"] = true;
    return object;
}

tl::unexpected<Error> no_row(std::string_view what, std::int64_t id) {
    return fail(ErrorCode::not_found, fmt::format("no {} has the id {}", what, id));
}

void write_and_answer(const Services& services, WriteJob job, Done done) {
    auto result = std::make_shared<Result<json::value>>(json::value());
    services.store.write(
        [result, job = std::move(job)](storage::Database& database) { *result = job(database); },
        [result, done = std::move(done)](const Status& stored) {
            done(stored ? std::move(*result) : Result<json::value>(fail(stored.error())));
        });
}

}  // namespace aifp::helpers
