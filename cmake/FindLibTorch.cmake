# Finds LibTorch, and makes the imported target byolab::torch (torch_cpu and c10, with their headers).
#
# LibTorch's own TorchConfig.cmake is not used: with a CUDA build it insists on a CUDA toolkit. Neither is
# its `torch` library linked, which pulls in libtorch_cuda.so and with it cuDNN, cuBLAS and NCCL.
#
# Looks in, first hit wins:
#   1. Torch_DIR (its CMake package folder, or the torch folder itself): variable, then environment
#   2. CMAKE_PREFIX_PATH: variable, then environment
#   3. the Python that is first in PATH, if it has torch
#   4. the per-user cache that `./dev deps` fills
# Sets LibTorch_FOUND, LibTorch_ROOT, LibTorch_VERSION (2.11.0), LibTorch_BUILD (2.11.0+cu130),
# LibTorch_CXX11_ABI (0 or 1), LibTorch_LIBRARY_DIRS (for run paths).

set(LibTorch_PIN 2.11.0)

# The folder above a candidate that has include/ and lib/, or nothing.
function(_libtorch_root candidate result)
  set(${result} "" PARENT_SCOPE)
  foreach(suffix "" /torch /libtorch /../../..)
    get_filename_component(root "${candidate}${suffix}" ABSOLUTE)
    if(EXISTS "${root}/lib/libtorch_cpu.so" AND EXISTS "${root}/include/torch/csrc/api/include/torch/version.h")
      set(${result} "${root}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(_libtorch_search)
  set(looked "")
  macro(_try origin)
    foreach(candidate ${ARGN})
      string(APPEND looked "\n  ${origin}: ${candidate}")
      _libtorch_root("${candidate}" root)
      if(root)
        set(LibTorch_ROOT "${root}" CACHE PATH "LibTorch's folder, with include/ and lib/" FORCE)
        set(LibTorch_ORIGIN "${origin}" CACHE INTERNAL "")
        return()
      endif()
    endforeach()
  endmacro()

  _try("Torch_DIR" ${Torch_DIR})
  _try("Torch_DIR of the environment" $ENV{Torch_DIR})
  _try("CMAKE_PREFIX_PATH" ${CMAKE_PREFIX_PATH})
  string(REPLACE ":" ";" prefixes "$ENV{CMAKE_PREFIX_PATH}")
  _try("CMAKE_PREFIX_PATH of the environment" ${prefixes})

  find_program(BYOLAB_PYTHON_IN_PATH NAMES python3 python NO_CACHE)
  if(BYOLAB_PYTHON_IN_PATH)
    # find_spec does not import torch, which would take seconds.
    execute_process(
      COMMAND ${BYOLAB_PYTHON_IN_PATH} -c
              "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
      OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    string(APPEND looked "\n  Python's torch: ${BYOLAB_PYTHON_IN_PATH}")
    if(folder)
      _try("Python's torch" "${folder}")
    endif()
  endif()

  set(cache "$ENV{XDG_CACHE_HOME}")
  if(NOT cache)
    set(cache "$ENV{HOME}/.cache")
  endif()
  _try("cache" "${cache}/byolab/libtorch-${LibTorch_PIN}")
  set(LibTorch_LOOKED "${looked}" PARENT_SCOPE)
endfunction()

if(LibTorch_ROOT)
  _libtorch_root("${LibTorch_ROOT}" _root)
  set(LibTorch_ROOT "${_root}" CACHE PATH "LibTorch's folder, with include/ and lib/" FORCE)
endif()
if(NOT LibTorch_ROOT)
  _libtorch_search()
endif()

if(NOT LibTorch_ROOT)
  set(_message "LibTorch not found: looked in${LibTorch_LOOKED}\nRun `./dev deps` in byolab's source folder, or set Torch_DIR.")
  if(LibTorch_FIND_REQUIRED)
    message(FATAL_ERROR "${_message}")
  elseif(NOT LibTorch_FIND_QUIETLY)
    message(STATUS "${_message}")
  endif()
  set(LibTorch_FOUND FALSE)
  return()
endif()

# The headers tell the version (since 2.8 those in headeronly/), another file the build (2.11.0+cu130).
foreach(_header torch/csrc/api/include/torch/version.h torch/headeronly/version.h)
  if(EXISTS "${LibTorch_ROOT}/include/${_header}")
    file(STRINGS "${LibTorch_ROOT}/include/${_header}" _lines REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
    if(_lines MATCHES "MAJOR ([0-9]+).*MINOR ([0-9]+).*PATCH ([0-9]+)")
      set(LibTorch_VERSION "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3}")
    endif()
  endif()
endforeach()
set(LibTorch_BUILD "${LibTorch_VERSION}")
if(EXISTS "${LibTorch_ROOT}/version.py")
  file(STRINGS "${LibTorch_ROOT}/version.py" _line REGEX "^__version__" LIMIT_COUNT 1)
elseif(EXISTS "${LibTorch_ROOT}/build-version")
  file(STRINGS "${LibTorch_ROOT}/build-version" _line LIMIT_COUNT 1)
  set(_line "'${_line}'")
endif()
if(_line MATCHES "'([0-9][^']*)'")
  set(LibTorch_BUILD "${CMAKE_MATCH_1}")
endif()

# Which std::string the library was built with, as its own symbols tell.
file(STRINGS "${LibTorch_ROOT}/lib/libc10.so" _symbol REGEX "_ZN3c105Error.*__cxx11" LIMIT_COUNT 1)
if(_symbol)
  set(LibTorch_CXX11_ABI 1)
else()
  set(LibTorch_CXX11_ABI 0)
endif()

# A CUDA build needs libcudart and libcupti, which its wheels put beside it. Its CPU part needs no more.
set(LibTorch_LIBRARY_DIRS "${LibTorch_ROOT}/lib")
file(GLOB _nvidia "${LibTorch_ROOT}/../nvidia/*/lib")
foreach(_dir ${_nvidia})
  get_filename_component(_dir "${_dir}" ABSOLUTE)
  list(APPEND LibTorch_LIBRARY_DIRS "${_dir}")
endforeach()

set(LibTorch_FOUND TRUE)
if(NOT TARGET byolab::torch)
  if(NOT LibTorch_FIND_QUIETLY)
    message(STATUS "LibTorch ${LibTorch_BUILD} (${LibTorch_ORIGIN}): ${LibTorch_ROOT}")
    if(NOT LibTorch_VERSION STREQUAL LibTorch_PIN)
      message(STATUS "byolab is tested with LibTorch ${LibTorch_PIN}; this one is ${LibTorch_VERSION}.")
    endif()
  endif()
  add_library(byolab::c10 SHARED IMPORTED)
  set_target_properties(byolab::c10 PROPERTIES IMPORTED_LOCATION "${LibTorch_ROOT}/lib/libc10.so")
  add_library(byolab::torch SHARED IMPORTED)
  list(TRANSFORM LibTorch_LIBRARY_DIRS PREPEND "LINKER:-rpath-link," OUTPUT_VARIABLE _links)
  set_target_properties(byolab::torch PROPERTIES
    IMPORTED_LOCATION "${LibTorch_ROOT}/lib/libtorch_cpu.so"
    INTERFACE_INCLUDE_DIRECTORIES "${LibTorch_ROOT}/include;${LibTorch_ROOT}/include/torch/csrc/api/include"
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${LibTorch_ROOT}/include;${LibTorch_ROOT}/include/torch/csrc/api/include"
    INTERFACE_COMPILE_DEFINITIONS "_GLIBCXX_USE_CXX11_ABI=${LibTorch_CXX11_ABI}"
    INTERFACE_LINK_OPTIONS "${_links}"
    INTERFACE_LINK_LIBRARIES byolab::c10)
endif()
