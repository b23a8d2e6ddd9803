# What every target of our own code shares: warnings as errors, no fused
# multiply-add (answers stay bit-equal to Prometheus'), sanitizers.
add_library(rollwatch_options INTERFACE)
target_compile_options(rollwatch_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # At -O2 g++ 12 sees these in correct uses of std::string and std::optional
  # (GCC bugs 105329, 105651, 80635): shown, but no errors.
  target_compile_options(rollwatch_options INTERFACE
    -Wno-error=restrict -Wno-error=stringop-overread -Wno-error=stringop-overflow
    -Wno-error=array-bounds -Wno-error=maybe-uninitialized)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Unlike g++'s, clang's -Wconversion includes sign changes.
  target_compile_options(rollwatch_options INTERFACE -Wno-sign-conversion)
endif()
if(ROLLWATCH_SANITIZE)
  target_compile_options(rollwatch_options INTERFACE
    -fsanitize=${ROLLWATCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(rollwatch_options INTERFACE -fsanitize=${ROLLWATCH_SANITIZE})
endif()

# rollwatch_library(NAME SOURCES ... HEADERS ... DEPENDS ... PRIVATE ...)
# A static library NAME with the alias rollwatch::NAME. HEADERS are public,
# installed, and each is checked to compile alone (all_verify_interface_header_sets).
function(rollwatch_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;DEPENDS;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  add_library(rollwatch::${name} ALIAS ${name})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
                 FILES ${ARG_HEADERS})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS}
                        PRIVATE $<BUILD_INTERFACE:rollwatch_options> ${ARG_PRIVATE})
  set_target_properties(${name} PROPERTIES
    OUTPUT_NAME rollwatch_${name} VERIFY_INTERFACE_HEADER_SETS ON)
  rollwatch_precompile(${name})
  rollwatch_unite(${name})
  set_property(GLOBAL APPEND PROPERTY ROLLWATCH_LIBRARIES ${name})
endfunction()

# The headers that cost the most to parse, once per flag set. Whatever shares
# them is what fuzzers look into; the tests' own code needs no such coverage.
function(rollwatch_precompile target)
  if(ROLLWATCH_FUZZERS)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(TARGET base AND NOT target STREQUAL "base")
    target_precompile_headers(${target} REUSE_FROM base)
  else()
    target_precompile_headers(${target} PRIVATE
      <algorithm> <functional> <map> <memory> <optional> <string> <string_view>
      <variant> <vector> <absl/container/flat_hash_map.h> <absl/status/statusor.h>
      <absl/strings/str_format.h>)
  endif()
endfunction()

# Compiles many sources as one, where ROLLWATCH_UNITY says so. That an #include is
# missing, only a build of each source alone finds.
function(rollwatch_unite target)
  if(NOT ROLLWATCH_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 16)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ takes what is not the main file for a header.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# What `ninja threaded_tests` builds: the tests that TSan is for.
add_custom_target(threaded_tests)

# rollwatch_test(NAME SOURCES ... DEPENDS ... [LABELS ...] [TIMEOUT seconds]): a
# GoogleTest program whose every test ctest lists by name. Labels: "slow" takes
# over 5 s unoptimised, "threaded" is run under TSan.
function(rollwatch_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE rollwatch_options test_headers ${ARG_DEPENDS}
                        GTest::gmock_main)
  target_precompile_headers(${name} REUSE_FROM test_headers)
  if("threaded" IN_LIST ARG_LABELS)
    add_dependencies(threaded_tests ${name})
  endif()
  gtest_discover_tests(${name} NO_PRETTY_VALUES TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
