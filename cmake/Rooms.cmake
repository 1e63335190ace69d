# aifp_room(NAME SOURCES a.cpp ... USES aifp_base ... [PRIVATE aifp_yaml ...])
# A room is one static library aifp_NAME; USES is what its headers need, PRIVATE what only its
# sources need.
function(aifp_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;PRIVATE" ${ARGN})
  add_library(aifp_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(aifp_${name} PUBLIC aifp_options ${ROOM_USES} PRIVATE ${ROOM_PRIVATE})
endfunction()

# aifp_room_test(NAME SOURCES x_test.cpp ... USES aifp_NAME ...)
# One executable and one ctest per room: a process per case would spend its time in starting.
function(aifp_room_test name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name}_test ${ROOM_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${ROOM_USES} aifp_test_support aifp_options GTest::gmock GTest::gtest
                                             GTest::gtest_main)
  add_test(NAME room.${name} COMMAND ${name}_test --gtest_brief=1)
  set_tests_properties(room.${name} PROPERTIES TIMEOUT 600)
endfunction()
