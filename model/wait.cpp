#include "model/wait.hpp"

#include "base/enum_names.hpp"

namespace aifp::model {

namespace {

constexpr EnumNames<4> kWaitKinds = {"run", "trigger", "flow", "notice"};

}  // namespace

std::string_view name_of(WaitKind kind) noexcept {
    return name_in(kWaitKinds, kind);
}

std::optional<WaitKind> wait_kind_from(std::string_view name) noexcept {
    return find_by_name<WaitKind>(kWaitKinds, name);
}

}  // namespace aifp::model
