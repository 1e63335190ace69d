# One INTERFACE target carries the language standard, the warnings and the sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(aifp_options INTERFACE)
target_include_directories(aifp_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(aifp_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${AIFP_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these falsely inside Boost and libstdc++ once sanitizers or LTO are on.
  target_compile_options(aifp_options INTERFACE
    -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict
    -Wno-dangling-pointer -Wno-mismatched-new-delete)
  target_link_options(aifp_options INTERFACE -Wno-stringop-overflow -Wno-maybe-uninitialized)
endif()

find_program(LLD ld.lld)
if(LLD AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  target_link_options(aifp_options INTERFACE -fuse-ld=lld)
endif()

if(CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  # Only what is used is linked, and from archives: it keeps the resident memory small.
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,--as-needed)
endif()

if(AIFP_SANITIZE)
  # Line tables are enough for a sanitizer's report, and compile a sixth faster than full symbols.
  set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
  set(flags -fsanitize=${AIFP_SANITIZE} -fno-omit-frame-pointer)
  if(AIFP_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's fences: GCC only says that TSan does not see them.
    list(APPEND flags -Wno-tsan)
  endif()
  if(AIFP_SANITIZE MATCHES "undefined")
    list(APPEND flags -fno-sanitize-recover=undefined)
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      # clang 14 marks functions for it in a way that the parts of a split coroutine cannot carry
      # ("Cannot represent a difference across sections").
      list(APPEND flags -fno-sanitize=function)
    endif()
  endif()
  add_compile_options(${flags})
  add_link_options(${flags})
endif()
if(AIFP_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
