#include "engine/wait_time.hpp"

#include "base/quantity.hpp"

namespace aifp::engine {

Result<Milliseconds> wait_time_of(const boost::json::value& value) {
    if (value.is_string()) {
        return parse_duration(value.get_string());
    }
    boost::json::error_code error;
    const double seconds = value.to_number<double>(error);
    constexpr double kMostSeconds = 366.0 * 24 * 3600;
    if (error || !(seconds >= 0) || seconds > kMostSeconds) {
        return fail(ErrorCode::invalid_input,
                    R"(it needs a duration: "1h30m", or seconds from 0 to a year)");
    }
    return Milliseconds(static_cast<std::int64_t>(seconds * 1'000));
}

}  // namespace aifp::engine
