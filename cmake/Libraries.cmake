# Third-party libraries, each behind one target whose headers count as SYSTEM.
find_package(Threads REQUIRED)

# Static archives keep the resident memory small: only what is used is mapped and relocated.
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS json url filesystem)
add_library(aifp_boost INTERFACE)
target_link_libraries(aifp_boost INTERFACE Boost::headers Boost::json Boost::url Threads::Threads)
target_compile_definitions(aifp_boost INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_CO_AWAIT
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)

function(aifp_static_library target header archive)
  find_path(${target}_include ${header} REQUIRED)
  find_library(${target}_archive NAMES ${archive} REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_include})
  target_link_libraries(${target} INTERFACE ${${target}_archive} ${ARGN})
endfunction()

aifp_static_library(aifp_sqlite sqlite3.h libsqlite3.a m ${CMAKE_DL_LIBS} Threads::Threads)
aifp_static_library(aifp_yaml yaml-cpp/yaml.h libyaml-cpp.a)
aifp_static_library(aifp_lua lua5.4/lua.hpp liblua5.4-c++.a m)
aifp_static_library(aifp_zlib zlib.h libz.a)
aifp_static_library(aifp_crypto openssl/evp.h libcrypto.a ${CMAKE_DL_LIBS} Threads::Threads)
aifp_static_library(aifp_ssl openssl/ssl.h libssl.a aifp_crypto)
aifp_static_library(aifp_cctz cctz/time_zone.h cctz)

# fmt and spdlog come as headers here: Debian ships no archives of them.
find_package(fmt REQUIRED)
add_library(aifp_fmt INTERFACE)
target_link_libraries(aifp_fmt INTERFACE fmt::fmt-header-only)
find_package(spdlog REQUIRED)
add_library(aifp_spdlog INTERFACE)
target_link_libraries(aifp_spdlog INTERFACE spdlog::spdlog_header_only)

find_package(CLI11 REQUIRED)
