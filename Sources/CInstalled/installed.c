#include "CInstalled.h"

#define PLUGIN(NAME) void zoo_register_##NAME(void *registry);
ZOO_PLUGINS
#undef PLUGIN

void zoo_register_installed(void *registry) {
#define PLUGIN(NAME) zoo_register_##NAME(registry);
  ZOO_PLUGINS
#undef PLUGIN
}
