// What stands between Dear ImGui's renderer and WebGL, see gl_state.cpp.
#pragma once

namespace platform {

#ifdef __EMSCRIPTEN__
// The context that it was made in is lost: the next frame makes another.
void forget_vertex_array();
#else
inline void forget_vertex_array() {}
#endif

}  // namespace platform
