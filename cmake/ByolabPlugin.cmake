# byolab_add_plugin(<name> SOURCES <file>... [LIBRARIES <library>...] [OUTPUT_DIRECTORY <folder>])
#
# Makes lib<name>.so, a library of byolab plugins: one file or more, of which exactly one has a BYOLAB_PLUGINS
# block. The library exports that block's door and nothing else, and is sealed after linking, so that the host
# can tell a damaged file before it runs any of its code.
#   SOURCES           C++ files
#   LIBRARIES         what they link to, beside byolab and LibTorch
#   OUTPUT_DIRECTORY  where the library goes (default: the current build folder)
include_guard()
include("${CMAKE_CURRENT_LIST_DIR}/ByolabSanitize.cmake")

set(_byolab_cmake_dir "${CMAKE_CURRENT_LIST_DIR}")
define_property(GLOBAL PROPERTY BYOLAB_STOCK_PLUGINS BRIEF_DOCS "Targets of the stock plugin libraries")

function(byolab_add_plugin)
  set(usage "\nusage: byolab_add_plugin(<name> SOURCES <file>... [LIBRARIES <library>...] [OUTPUT_DIRECTORY <folder>])")
  cmake_parse_arguments(PARSE_ARGV 0 plugin "" "OUTPUT_DIRECTORY" "SOURCES;LIBRARIES")
  list(LENGTH plugin_UNPARSED_ARGUMENTS names)
  if(names EQUAL 0)
    message(FATAL_ERROR "byolab_add_plugin: the name is missing.${usage}")
  endif()
  list(POP_FRONT plugin_UNPARSED_ARGUMENTS name)
  if(plugin_UNPARSED_ARGUMENTS)
    list(JOIN plugin_UNPARSED_ARGUMENTS "', '" unknown)
    message(FATAL_ERROR "byolab_add_plugin(${name}): unknown argument '${unknown}'.${usage}")
  endif()
  if(plugin_KEYWORDS_MISSING_VALUES)
    list(JOIN plugin_KEYWORDS_MISSING_VALUES ", " empty)
    message(FATAL_ERROR "byolab_add_plugin(${name}): nothing follows ${empty}.${usage}")
  endif()
  if(NOT plugin_SOURCES)
    message(FATAL_ERROR "byolab_add_plugin(${name}): SOURCES is missing.${usage}")
  endif()

  add_library(${name} MODULE ${plugin_SOURCES})
  target_link_libraries(${name} PRIVATE byolab::api byolab::framework ${plugin_LIBRARIES})
  target_compile_options(${name} PRIVATE -ffunction-sections -fdata-sections)
  target_link_options(${name} PRIVATE
    "LINKER:--version-script,${_byolab_cmake_dir}/plugin.map" LINKER:-z,defs LINKER:--gc-sections)
  set_target_properties(${name} PROPERTIES
    PREFIX lib
    DEFINE_SYMBOL ""
    CXX_STANDARD 20
    CXX_STANDARD_REQUIRED ON
    CXX_EXTENSIONS OFF
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
    # The host has loaded libbyolab.so and LibTorch by then; a run path that install rewrites would break the seal.
    BUILD_WITH_INSTALL_RPATH ON
    LINK_DEPENDS "${_byolab_cmake_dir}/plugin.map")
  if(plugin_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${plugin_OUTPUT_DIRECTORY}")
  endif()
  if(TARGET byolab_plugin_pch)
    target_precompile_headers(${name} REUSE_FROM byolab_plugin_pch)
  endif()
  if(TARGET byolab)
    # In byolab's own build only linking waits for the host, where the generator can tell files from targets:
    # as a dependency between targets, every plugin's compiling would wait.
    set(host "${byolab_BINARY_DIR}/bin/byolab")
    set_target_properties(${name} PROPERTIES LINK_DEPENDS_NO_SHARED ON)
    if(CMAKE_GENERATOR MATCHES "Ninja")
      set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${host}")
    else()
      add_dependencies(${name} byolab)
    endif()
  else()
    set(host "$<TARGET_FILE:byolab::byolab>")
  endif()
  byolab_sanitize(${name} sanitized)
  add_custom_command(TARGET ${name} POST_BUILD COMMAND ${sanitized} ${host} plugin seal "$<TARGET_FILE:${name}>" VERBATIM)
endfunction()
