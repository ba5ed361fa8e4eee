// OpenGL ES 3.0 / WebGL2 in the browser, desktop OpenGL 3.3 elsewhere: the same calls.
#pragma once

#if defined(IMGUI_IMPL_OPENGL_ES3)
#include <GLES3/gl3.h>
#elif defined(__APPLE__)
#include <OpenGL/gl3.h>
#else
#define GL_GLEXT_PROTOTYPES
#include <GL/glcorearb.h>
#endif
