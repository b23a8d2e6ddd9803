# `cmake --install`: the program, the libraries with their headers, and what
# find_package(rollwatch) reads.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rollwatch)

get_property(libraries GLOBAL PROPERTY ROLLWATCH_LIBRARIES)
install(TARGETS ${libraries} EXPORT rollwatchTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rollwatch)
install(TARGETS rollwatch RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  COMPONENT program)
install(EXPORT rollwatchTargets NAMESPACE rollwatch:: DESTINATION ${package_dir})

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/rollwatchConfig.cmake.in
  ${PROJECT_BINARY_DIR}/generated/rollwatchConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/generated/rollwatchConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
# The libraries that ours stand on are found by the same file as in our build.
install(FILES
  ${PROJECT_BINARY_DIR}/generated/rollwatchConfig.cmake
  ${PROJECT_BINARY_DIR}/generated/rollwatchConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake
  DESTINATION ${package_dir})
