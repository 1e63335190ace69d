#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "storage/store.hpp"

namespace aifp::storage {

/// For a store that was opened unchecked (OpenedStore::is_unchecked): looks for damage while the
/// engine works, by reads of the store, so that other reads come in between. The tables that the
/// start left out are read only where the file needs it (is_half_checked), one by one. `found` is
/// told on the loop: the first complaint, or nothing. `store` must outlive it. Loop thread only.
void find_damage_later(Store& store,
                       const std::filesystem::path& file,
                       std::function<void(const std::string& damage)> found);

}  // namespace aifp::storage
