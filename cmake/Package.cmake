# What is installed, and the Debian package made of it: scripts/package.
include(GNUInstallDirs)

# Manual pages and completion are what the programs say of themselves, so they cannot go stale.
set(reference ${CMAKE_BINARY_DIR}/reference)
file(MAKE_DIRECTORY ${reference})
function(aifp_reference file program)
  add_custom_command(
    OUTPUT ${reference}/${file}
    COMMAND ${program} ${ARGN} > ${reference}/${file}
    DEPENDS ${program}
    VERBATIM)
  set_property(GLOBAL APPEND PROPERTY aifp_reference_files ${reference}/${file})
endfunction()
aifp_reference(aifp.1 aifp manual)
aifp_reference(aifp-directive.5 aifp manual directive)
aifp_reference(aifpd.8 aifpd --manual)
aifp_reference(aifp.bash aifp completion bash)
aifp_reference(aifp.fish aifp completion fish)
aifp_reference(aifp.zsh aifp completion zsh)
foreach(page aifp.1 aifp-directive.5 aifpd.8)
  add_custom_command(OUTPUT ${reference}/${page}.gz
                     COMMAND gzip -9nf < ${reference}/${page} > ${reference}/${page}.gz
                     DEPENDS ${reference}/${page} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY aifp_reference_files ${reference}/${page}.gz)
endforeach()
add_custom_command(OUTPUT ${reference}/changelog.gz
                   COMMAND gzip -9n < ${CMAKE_SOURCE_DIR}/CHANGELOG.md > ${reference}/changelog.gz
                   DEPENDS ${CMAKE_SOURCE_DIR}/CHANGELOG.md VERBATIM)
get_property(reference_files GLOBAL PROPERTY aifp_reference_files)
add_custom_target(aifp_reference DEPENDS ${reference_files} ${reference}/changelog.gz)

install(TARGETS aifp aifpd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${reference}/aifp.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${reference}/aifp-directive.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${reference}/aifpd.8.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${reference}/aifp.bash DESTINATION share/bash-completion/completions RENAME aifp)
install(FILES ${reference}/aifp.fish DESTINATION share/fish/vendor_completions.d)
install(FILES ${reference}/aifp.zsh DESTINATION share/zsh/vendor-completions RENAME _aifp)
install(FILES systemd/aifpd@.service systemd/aifpd-admin@.socket systemd/aifpd-hooks@.socket
        DESTINATION lib/systemd/system)
install(FILES systemd/aifp.sysusers.conf DESTINATION lib/sysusers.d RENAME aifp.conf)
install(FILES systemd/aifp.tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME aifp.conf)
install(FILES docs/directive.schema.json DESTINATION share/aifp)
install(FILES packaging/debian/copyright ${reference}/changelog.gz DESTINATION share/doc/aifp)
install(FILES packaging/debian/lintian-overrides DESTINATION share/lintian/overrides RENAME aifp)
install(DIRECTORY docs/ DESTINATION share/doc/aifp/docs FILES_MATCHING PATTERN "*.md")
install(DIRECTORY examples/ DESTINATION share/doc/aifp/examples USE_SOURCE_PERMISSIONS
        PATTERN "__pycache__" EXCLUDE)
install(FILES packaging/debian/aifpd.default DESTINATION /etc/default RENAME aifpd)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME aifp)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "AIFP Engine <aifp@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "automation engine: when X, if Y, do Z")
set(CPACK_PACKAGE_DESCRIPTION
    "A daemon that runs automations from plain files: at times of day, on webhooks,
when a state or a file changes. What is due ends in exactly one row of its
record, with the reason when it did not run; waits and schedules survive a
crash. aifp checks the files and steers the daemon.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, python3")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion")
set(conffiles ${CMAKE_BINARY_DIR}/packaging/conffiles)
file(WRITE ${conffiles} "/etc/default/aifpd\n")
set(scripts ${CMAKE_SOURCE_DIR}/packaging/debian)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${scripts}/postinst ${scripts}/prerm ${scripts}/postrm ${conffiles})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
