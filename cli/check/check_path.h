/*
 * check_path.h - paths in JSON, in the spelling of other programs.
 */
#ifndef CHECK_PATH_H
#define CHECK_PATH_H

#include "base/span.h"
#include "base/status.h"

/*
 * True if path, which is written after "json:", can find nothing, or nothing
 * that is likely to be there: "$.id" (JSONPath), "/id" (JSON Pointer), ".id"
 * (jq), "['id']", an element of an array, an empty name.  Sets advice: what is
 * odd, and the right spelling where there is one.
 */
bool check_path_odd(struct span path, struct reason *advice);

#endif
