#include "helpers/audit.hpp"

#include <boost/json/object.hpp>
#include <memory>
#include <utility>

#include "helpers/toolbox.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

std::string outcome_of(const Result<json::value>& result) {
    if (!result) {
        return std::string(name_of(result.error().code()));
    }
    return is_refusal(*result) ? "refused" : "done";
}

void write_line(logging::Log& log,
                const Change& change,
                const json::value& before,
                const json::value& after,
                const std::string& outcome) {
    log.write(logging::LogType::lifecycle,
              outcome == "done" ? logging::Level::info : logging::Level::warning,
              "change",
              {logging::Field("who", change.who),
               logging::Field("from", change.from),
               logging::Field("what", change.what),
               logging::Field("outcome", outcome),
               logging::Field("before", before),
               logging::Field("after", after),
               logging::Field("with", change.with)});
}

void look(const Change& change, std::function<void(json::value)> seen) {
    if (change.look) {
        change.look(std::move(seen));
    } else {
        seen(nullptr);
    }
}

}  // namespace

void audit_change(logging::Log& log,
                  Change change,
                  engine::Control::Answer answer,
                  std::function<void(engine::Control::Answer)> perform) {
    const auto shared = std::make_shared<Change>(std::move(change));
    look(
        *shared,
        [&log, shared, answer = std::move(answer), perform = std::move(perform)](
            json::value before) {
            perform([&log, shared, answer, before = std::move(before)](Result<json::value> result) {
                if (shared->makes) {
                    write_line(
                        log, *shared, before, result.value_or(json::value()), outcome_of(result));
                    answer(result);
                    return;
                }
                look(*shared,
                     [&log, shared, answer, before, result = std::move(result)](
                         const json::value& after) {
                         write_line(log, *shared, before, after, outcome_of(result));
                         answer(result);
                     });
            });
        });
}

}  // namespace aifp::helpers
