# byolab_sanitize(<target> <variable>)
#
# With -DBYOLAB_SANITIZE=address or thread (`byolab plugin check --source` says so) a plugin is built with
# AddressSanitizer and UndefinedBehaviorSanitizer, or with ThreadSanitizer. The host is not: the sanitizer's run-time
# is put in front of it with LD_PRELOAD, and the host takes such a library only if BYOLAB_SANITIZER names the same.
# <variable> gets the start of a command line that runs the host so.
include_guard()

function(byolab_sanitize target variable)
  set(${variable} "" PARENT_SCOPE)
  if(NOT BYOLAB_SANITIZE)
    return()
  endif()
  if(BYOLAB_SANITIZE STREQUAL "address")
    # vptr would want the type information of LibTorch's classes.
    set(flags -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=undefined)
    set(library libasan.so)
  elseif(BYOLAB_SANITIZE STREQUAL "thread")
    set(flags -fsanitize=thread)
    set(library libtsan.so)
  else()
    message(FATAL_ERROR "BYOLAB_SANITIZE is '${BYOLAB_SANITIZE}': address or thread was expected")
  endif()
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    message(FATAL_ERROR "plugins are checked with g++'s sanitizers, and the compiler is ${CMAKE_CXX_COMPILER}: set CXX=g++")
  endif()
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${library}
    OUTPUT_VARIABLE runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT IS_ABSOLUTE "${runtime}")
    message(FATAL_ERROR "${CMAKE_CXX_COMPILER} has no ${library}: install the sanitizers that belong to it")
  endif()
  file(REAL_PATH "${runtime}" runtime)
  target_compile_options(${target} PRIVATE ${flags} -g -O1 -fno-omit-frame-pointer)
  target_link_options(${target} PRIVATE ${flags})
  # What runs the checks preloads the same.
  file(WRITE "${CMAKE_BINARY_DIR}/byolab-sanitizer.txt" "${runtime}")
  set(${variable} ${CMAKE_COMMAND} -E env LD_PRELOAD=${runtime} BYOLAB_SANITIZER=${BYOLAB_SANITIZE}
      ASAN_OPTIONS=detect_leaks=0 PARENT_SCOPE)
endfunction()
