// Python with NumPy, as another implementation to compare with. Scripts lie in tests/unit; each understands
// `probe`, which succeeds where all that it needs is there.
#pragma once

#include <cstdlib>
#include <string>

namespace python_test {

// `arguments` are for the shell.
inline bool run(const std::string& python, const std::string& script, const std::string& arguments) {
  return std::system((python + " \"" CONV_SOURCE_DIR "/tests/unit/" + script + "\" " + arguments).c_str()) ==
         0;
}

// A Python that can run the script, Debian's own first; "" where there is none, or no shell to start it
// (WebAssembly).
inline std::string find_python(const std::string& script) {
  if (!std::system(nullptr)) return "";
  for (const std::string python : {"/usr/bin/python3", "python3", "python"})
    if (run(python, script, "probe >/dev/null 2>&1")) return python;
  return "";
}

}  // namespace python_test
