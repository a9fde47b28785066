# Several files as one translation unit: what they include is then read once. BYOLAB_UNITY=OFF compiles each alone
# (clang-tidy wants that).
include_guard()

option(BYOLAB_UNITY "Compile several files of a room at once" ON)

# byolab_unity_groups(<room> <files at once> <source>...): which files go together, as even as it can be. A file for
# Highway, which compiles it once for each instruction set, stays alone.
function(byolab_unity_groups room files_at_once)
  set(together "")
  foreach(source IN LISTS ARGN)
    file(STRINGS "${source}" alone REGEX "HWY_TARGET_INCLUDE" LIMIT_COUNT 1)
    if(alone)
      set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON SKIP_PRECOMPILE_HEADERS ON)
    else()
      list(APPEND together "${source}")
    endif()
  endforeach()
  list(LENGTH together count)
  math(EXPR groups "(${count} + ${files_at_once} - 1) / ${files_at_once}")
  set(place 0)
  foreach(source IN LISTS together)
    math(EXPR group "${place} * ${groups} / ${count}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${room}_${group}")
    math(EXPR place "${place} + 1")
  endforeach()
endfunction()

function(byolab_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${BYOLAB_UNITY} UNITY_BUILD_MODE GROUP)
  # g++ takes the files within for headers, where a type without linkage would be a mistake.
  target_compile_options(${target} PRIVATE "$<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>")
endfunction()
