# `cpack`: a .deb, and a tarball that needs nothing but libc. Both hold the
# program alone; the libraries are for those who build.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME rollwatch)
set(CPACK_PACKAGE_CONTACT "rollwatch <rollwatch@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "deployment metrics for Prometheus, and proof that alerts on them fire")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_PACKAGE_FILE_NAME rollwatch-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded on first use: `report`, and data from a server.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS libcurl4)

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES examples/alerts.yml examples/alerts_test.yml examples/prometheus.yml
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT program)
# Where systemd looks, whatever the prefix.
install(FILES examples/rollwatch.service
  DESTINATION lib/systemd/system COMPONENT program)
include(CPack)
