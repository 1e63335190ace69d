#include "prompts/notice.hpp"

#include <iterator>
#include <utility>

namespace aifp::prompts {

void append(Notices& notices, Notices more) {
    notices.insert(
        notices.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void write_notices(logging::Log& log, const Notices& notices) {
    for (const Notice& notice : notices) {
        std::vector<logging::Field> fields;
        for (const auto& member : notice.fields) {
            fields.emplace_back(std::string_view(member.key().data(), member.key().size()),
                                member.value());
        }
        const auto type = notice.level == logging::Level::error ? logging::LogType::error
                                                                : logging::LogType::execution;
        log.write(type, notice.level, notice.message, fields);
    }
}

}  // namespace aifp::prompts
