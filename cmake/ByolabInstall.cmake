# `cmake --install`: the host, the stock plugins and what a plugin project needs; relocatable.
include_guard()
include(CMakePackageConfigHelpers)

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/byolab")
get_property(plugins GLOBAL PROPERTY BYOLAB_STOCK_PLUGINS)

set_target_properties(byolab_api PROPERTIES EXPORT_NAME api)
set_target_properties(byolab_framework PROPERTIES EXPORT_NAME framework)
install(TARGETS byolab_api byolab_framework byolab EXPORT byolabTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(plugins)
  install(TARGETS ${plugins} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/byolab/plugins)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/framework/include/" "${PROJECT_BINARY_DIR}/include/"
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT byolabTargets NAMESPACE byolab:: DESTINATION ${package})
install(FILES
  cmake/FindLibTorch.cmake cmake/ByolabPlugin.cmake cmake/ByolabSanitize.cmake cmake/plugin.map
  DESTINATION ${package})

configure_package_config_file(cmake/byolabConfig.cmake.in "${PROJECT_BINARY_DIR}/byolabConfig.cmake"
  INSTALL_DESTINATION ${package})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/byolabConfigVersion.cmake" COMPATIBILITY ExactVersion)
install(FILES "${PROJECT_BINARY_DIR}/byolabConfig.cmake" "${PROJECT_BINARY_DIR}/byolabConfigVersion.cmake"
  DESTINATION ${package})
