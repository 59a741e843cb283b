#ifndef ZOO_INSTALLED_H
#define ZOO_INSTALLED_H

/// Calls the entry point `zoo_register_NAME` of every plugin that was built in, in order of name.
/// `registry` is an opaque pointer that each entry point hands back to Swift.
void zoo_register_installed(void *registry);

#endif
