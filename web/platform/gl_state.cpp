// Dear ImGui's renderer reads OpenGL's state before it draws and puts it back when it has drawn. In a browser
// each such question stops the page until the graphics process has done all that it was given. On this page
// everybody sets what he needs before he draws, so that the renderer is compiled with this in the place of
// glGetIntegerv: it is told what the state of a new context is.
// It also makes a vertex array for each frame and deletes it. Emscripten never gives a number twice, and
// keeps a list up to the last: eight bytes more for each frame that is drawn, a megabyte and a half in an
// hour of playing. Here the first one stays.
#ifdef __EMSCRIPTEN__
#include "web/platform/gl_state.h"

#include <GLES3/gl3.h>

namespace {

GLuint vertex_array = 0;  // 0: none yet

}  // namespace

extern "C" void conv_gen_vertex_arrays(GLsizei, GLuint* arrays) {
  if (vertex_array == 0) glGenVertexArrays(1, &vertex_array);
  *arrays = vertex_array;
}
extern "C" void conv_delete_vertex_arrays(GLsizei, const GLuint*) {}

void platform::forget_vertex_array() { vertex_array = 0; }

extern "C" void conv_gl_state(GLenum name, GLint* values) {
  switch (name) {
    case GL_ACTIVE_TEXTURE:
      *values = GL_TEXTURE0;
      return;
    case GL_BLEND_SRC_RGB:
    case GL_BLEND_SRC_ALPHA:
      *values = GL_ONE;
      return;
    case GL_BLEND_EQUATION_RGB:
    case GL_BLEND_EQUATION_ALPHA:
      *values = GL_FUNC_ADD;
      return;
    case GL_BLEND_DST_RGB:
    case GL_BLEND_DST_ALPHA:
    case GL_CURRENT_PROGRAM:
    case GL_TEXTURE_BINDING_2D:
    case GL_SAMPLER_BINDING:
    case GL_ARRAY_BUFFER_BINDING:
    case GL_VERTEX_ARRAY_BINDING:
      *values = 0;
      return;
    case GL_VIEWPORT:
    case GL_SCISSOR_BOX:
      values[0] = values[1] = values[2] = values[3] = 0;
      return;
    default:
      glGetIntegerv(name, values);
  }
}
#endif
