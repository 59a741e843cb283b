#include "assets.h"

// `#embed` is of C23, which the compiler knows in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char style_sheet[] = {
#embed "style.css"
};
const char *const zoo_style_sheet_bytes = (const char *)style_sheet;
const unsigned long zoo_style_sheet_count = sizeof(style_sheet);

static const unsigned char script[] = {
#embed "script.js"
};
const char *const zoo_script_bytes = (const char *)script;
const unsigned long zoo_script_count = sizeof(script);
