// Files that are compiled into the program, so that they are never missing.
extern const char *const zoo_style_sheet_bytes;
extern const unsigned long zoo_style_sheet_count;
extern const char *const zoo_script_bytes;
extern const unsigned long zoo_script_count;
