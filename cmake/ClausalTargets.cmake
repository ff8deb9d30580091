# How every target of the project is built: one library per folder, its link lines are the layer
# diagram. Third-party headers come in as SYSTEM, so that our warnings stay ours.

find_package(fmt REQUIRED)
find_package(Threads REQUIRED)
find_program(CLAUSAL_CCACHE ccache)
if(CLAUSAL_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CLAUSAL_CCACHE})
endif()
find_program(CLAUSAL_LLD NAMES ld.lld ld.lld-19 ld.lld-14)
if(CLAUSAL_LLD)
    add_link_options(-fuse-ld=lld)
endif()

add_library(clausal_options INTERFACE)
target_include_directories(clausal_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(clausal_options INTERFACE -Wall -Wextra -Wshadow -Wconversion
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>   # g++ 12 reports it inside std::string (GCC bug 105329)
    $<$<BOOL:${CLAUSAL_WERROR}>:-Werror> $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
if(CLAUSAL_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=address,undefined)
endif()
if(CLAUSAL_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)  # coverage of our libraries guides the fuzzer
endif()
if(CLAUSAL_TIDY)
    find_program(CLAUSAL_CLANG_TIDY NAMES clang-tidy-19 clang-tidy REQUIRED)
    set(CMAKE_CXX_CLANG_TIDY ${CLAUSAL_CLANG_TIDY})
endif()

# clausal_library(name SOURCES a.cpp … [LINK lib …] [PRIVATE_LINK lib …] [ONCE_PER_RULE])
# ONCE_PER_RULE: what works once for each rule, not for each event, is built with -O1: a file takes
# two thirds of the time to compile and a pack's start does not change measurably.
function(clausal_library name)
    cmake_parse_arguments(ARG "ONCE_PER_RULE" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    if(ARG_ONCE_PER_RULE)
        target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
    target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE clausal_options fmt::fmt ${ARG_PRIVATE_LINK})
endfunction()

# clausal_test(name SOURCES a_test.cpp … [LINK lib …] [LABELS l …]): one doctest executable.
function(clausal_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/unit/main.cpp)
    target_link_libraries(${name} PRIVATE clausal_options fmt::fmt ${ARG_LINK})
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
endfunction()
