# How byolab itself is compiled: defaults of this build that plugins from outside do not inherit.
include_guard()

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo, Debug" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# An install step that rewrites run paths would invalidate the plugins' digests.
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)

add_compile_options(-Wall -Wextra -Wno-missing-field-initializers)
if(BYOLAB_WERROR)
  add_compile_options(-Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 sees these in std::string's own code.
    add_compile_options(-Wno-error=restrict -Wno-error=stringop-overflow -Wno-error=stringop-overread -Wno-error=array-bounds)
  endif()
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  # The baseline stays portable; what is worth more instructions goes through Highway's dispatch at run time.
  add_compile_options(-march=x86-64-v2)
endif()
# Objects do not depend on where the checkout lies, so that the compiler cache serves every checkout.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(CMAKE_GENERATOR MATCHES "Ninja")
  add_compile_options(-fdiagnostics-color=always)
endif()

find_program(BYOLAB_MOLD mold)
if(BYOLAB_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
add_link_options(-Wl,--as-needed)

find_program(BYOLAB_CCACHE ccache)
if(BYOLAB_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${PROJECT_SOURCE_DIR}/cmake/ccache.sh" ${BYOLAB_CCACHE} ${PROJECT_SOURCE_DIR})
  if(BYOLAB_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()
