#include "web/platform/window.h"

#include <SDL.h>

#include "imgui.h"
#include "imgui_impl_opengl3.h"
#include "imgui_impl_sdl2.h"
#include "web/platform/gl_state.h"

#ifdef __EMSCRIPTEN__
#include <GLES3/gl3.h>
#include <emscripten/html5.h>
#else
#include <SDL_opengl.h>
#endif

namespace platform {
namespace {

#ifdef __EMSCRIPTEN__
constexpr const char* kGlsl = "#version 300 es";
#else
constexpr const char* kGlsl = "#version 330 core";
#endif

void ask_for_context() {
#ifdef __EMSCRIPTEN__
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_ES);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 0);
#else
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_FLAGS, SDL_GL_CONTEXT_FORWARD_COMPATIBLE_FLAG);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 3);
#endif
  SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
  SDL_GL_SetAttribute(SDL_GL_DEPTH_SIZE, 0);
}

}  // namespace

Window::~Window() {
  if (context_) {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplSDL2_Shutdown();
    ImGui::DestroyContext();
    SDL_GL_DeleteContext(context_);
  }
  if (window_) SDL_DestroyWindow(window_);
  SDL_Quit();
}

bool Window::open(const std::string& title) {
  int width = 1280, height = 800;
#ifdef __EMSCRIPTEN__
  // The keys belong to the canvas alone: SDL's own choice, the window, would swallow those of the page.
  SDL_SetHint(SDL_HINT_EMSCRIPTEN_KEYBOARD_ELEMENT, "#canvas");
  double css_width = 0, css_height = 0;
  if (emscripten_get_element_css_size("#canvas", &css_width, &css_height) == EMSCRIPTEN_RESULT_SUCCESS) {
    width = int(css_width);
    height = int(css_height);
  }
#endif
  if (SDL_Init(SDL_INIT_VIDEO) != 0) {
    error_ = SDL_GetError();
    return false;
  }
  ask_for_context();
  window_ = SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width, height,
                             SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
  context_ = window_ ? SDL_GL_CreateContext(window_) : nullptr;
  if (!context_) {
    error_ = SDL_GetError();
    return false;
  }
  SDL_GL_MakeCurrent(window_, context_);
#ifndef __EMSCRIPTEN__
  SDL_GL_SetSwapInterval(1);
#endif
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui_ImplSDL2_InitForOpenGL(window_, context_);
  ImGui_ImplOpenGL3_Init(kGlsl);
  return true;
}

void Window::size(int& width, int& height) const { SDL_GetWindowSize(window_, &width, &height); }

float Window::pixel_ratio() const {
  int width = 0, height = 0, pixels = 0, rows = 0;
  SDL_GetWindowSize(window_, &width, &height);
  SDL_GL_GetDrawableSize(window_, &pixels, &rows);
  return width > 0 && pixels > 0 ? float(pixels) / float(width) : 1.0f;
}

bool Window::poll(bool& any) {
  SDL_Event event;
  while (SDL_PollEvent(&event)) {
    any = true;
    ImGui_ImplSDL2_ProcessEvent(&event);
    if (event.type == SDL_QUIT) return false;
  }
  return true;
}

void Window::wait(double seconds) { SDL_WaitEventTimeout(nullptr, int(seconds * 1000)); }

void Window::begin_frame(float pixel_ratio) {
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplSDL2_NewFrame();
  if (pixel_ratio > 0) ImGui::GetIO().DisplayFramebufferScale = {pixel_ratio, pixel_ratio};
  ImGui::NewFrame();
}

void Window::draw(float red, float green, float blue) {
  ImGui::Render();
  const ImGuiIO& io = ImGui::GetIO();
  glViewport(0, 0, int(io.DisplaySize.x * io.DisplayFramebufferScale.x),
             int(io.DisplaySize.y * io.DisplayFramebufferScale.y));
  glClearColor(red, green, blue, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void Window::show() { SDL_GL_SwapWindow(window_); }

void Window::renew() {
  forget_vertex_array();
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplOpenGL3_Init(kGlsl);
}

void Window::fonts_changed() {
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
}

}  // namespace platform
