// What the training tools do with the text they make: write it, or compare it with the committed one.
#pragma once

#include <string>

namespace data {

// The exit status of the tool, with a sentence on the way: 0, if `text` was written to `path` or, with
// `check`, is what `path` holds to the byte; else 1.
int write_or_check(const std::string& text, const std::string& path, bool check);

}  // namespace data
