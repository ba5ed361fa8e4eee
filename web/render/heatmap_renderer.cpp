#include "web/render/heatmap_renderer.h"

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

#include "shaders.h"
#include "web/render/gl.h"

namespace render {
namespace {

#if defined(IMGUI_IMPL_OPENGL_ES3)
constexpr const char* kHeader =
    "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;\n";
#else
constexpr const char* kHeader = "#version 330 core\n";
#endif

constexpr int kTextureWidth = 1024;
constexpr unsigned kFramesUnused = 60;  // after so many frames without it a texture is given back

GLuint compile(GLenum kind, const char* source, std::string& error) {
  const GLuint shader = glCreateShader(kind);
  const char* parts[] = {kHeader, source};
  glShaderSource(shader, 2, parts, nullptr);
  glCompileShader(shader);
  GLint ok = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
  if (!ok) {
    char log[512] = "";
    glGetShaderInfoLog(shader, sizeof log, nullptr, log);
    error = log;
  }
  return shader;
}

struct Texture {
  GLuint name = 0;
  unsigned revision = 0;
  const float* values = nullptr;
  size_t count = 0;
  unsigned last_frame = 0;  // in which it was drawn
};

// What the draw callback needs; lives until the next frame begins, as what `draw` points at may not.
struct Command {
  HeatmapRenderer* owner;
  GLuint texture;
  views::HeatmapDraw draw;
  views::Projection projection;
  bool turned;
};

}  // namespace

struct HeatmapRenderer::State {
  GLuint program = 0, vertex_array = 0;
  std::map<std::string, GLint> uniforms;
  std::map<std::string, Texture> textures;
  std::deque<Command> commands;  // a deque, so that addresses stay
  std::string error;
  unsigned frame = 0;

  GLint uniform(const char* name) {
    const auto [entry, added] = uniforms.try_emplace(name, -1);
    if (added) entry->second = glGetUniformLocation(program, name);
    return entry->second;
  }

  void colour(const char* name, const views::Lab& lab) { glUniform3f(uniform(name), lab.l, lab.a, lab.b); }

  GLuint upload(const views::HeatmapDraw& draw);
  void run(const ImDrawCmd& clip, const Command& command);
};

GLuint HeatmapRenderer::State::upload(const views::HeatmapDraw& draw) {
  Texture& texture = textures[*draw.key];
  texture.last_frame = frame;
  const bool fresh = texture.name != 0 && texture.revision == draw.revision &&
                     texture.values == draw.values && texture.count == draw.count;
  if (fresh) return texture.name;
  if (texture.name == 0) glGenTextures(1, &texture.name);
  glBindTexture(GL_TEXTURE_2D, texture.name);
  // A float texture is fetched, never filtered.
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  const int rows = int((draw.count + kTextureWidth - 1) / kTextureWidth);
  const int width = rows > 1 ? kTextureWidth : int(draw.count);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  if (rows > 1) {
    std::vector<float> padded(size_t(rows) * kTextureWidth);
    std::copy(draw.values, draw.values + draw.count, padded.begin());
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, width, rows, 0, GL_RED, GL_FLOAT, padded.data());
  } else {
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, width, 1, 0, GL_RED, GL_FLOAT, draw.values);
  }
  texture.revision = draw.revision;
  texture.values = draw.values;
  texture.count = draw.count;
  return texture.name;
}

void HeatmapRenderer::State::run(const ImDrawCmd& clip, const Command& command) {
  const ImDrawData& screen = *ImGui::GetDrawData();
  const ImVec2 scale = screen.FramebufferScale;
  const float height = screen.DisplaySize.y * scale.y;
  // A callback sees the scissor of the command before it.
  const float x0 = std::max(0.0f, (clip.ClipRect.x - screen.DisplayPos.x) * scale.x);
  const float y0 = std::max(0.0f, (clip.ClipRect.y - screen.DisplayPos.y) * scale.y);
  const float x1 = (clip.ClipRect.z - screen.DisplayPos.x) * scale.x;
  const float y1 = (clip.ClipRect.w - screen.DisplayPos.y) * scale.y;
  if (x1 <= x0 || y1 <= y0) return;
  glScissor(int(x0), int(height - y1), int(x1 - x0 + 0.5f), int(y1 - y0 + 0.5f));

  const views::HeatmapDraw& draw = command.draw;
  glUseProgram(program);
  glBindVertexArray(vertex_array);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, command.texture);
  glUniform1i(uniform("u_values"), 0);
  glUniform4f(uniform("u_rect"), draw.min.x, draw.min.y, draw.max.x, draw.max.y);
  glUniform4f(uniform("u_part"), draw.part_min.x, draw.part_min.y, draw.part_max.x, draw.part_max.y);
  glUniformMatrix3fv(uniform("u_projection"), 1, GL_TRUE, command.projection.m);
  glUniform1i(uniform("u_turned"), command.turned);
  glUniform4f(uniform("u_display"), screen.DisplayPos.x, screen.DisplayPos.y, screen.DisplaySize.x,
              screen.DisplaySize.y);
  glUniform2f(uniform("u_cells"), float(draw.cols), float(draw.rows));
  glUniform2f(uniform("u_per_pixel"), float(draw.cols) / ((draw.max.x - draw.min.x) * scale.x),
              float(draw.rows) / ((draw.max.y - draw.min.y) * scale.y));
  glUniform1i(uniform("u_texture_width"),
              draw.count > size_t(kTextureWidth) ? kTextureWidth : int(draw.count));
  glUniform1i(uniform("u_offset"), draw.offset);
  glUniform1i(uniform("u_computed"), draw.computed < 0 ? draw.rows * draw.cols : draw.computed);
  glUniform1i(uniform("u_signed"), views::has_limit(draw.scale));
  glUniform1i(uniform("u_rgb"), draw.scale == lessons::Scale::Rgb);
  glUniform1f(uniform("u_limit"), draw.limit);
  glUniform1f(uniform("u_strength"), draw.strength);
  glUniform1i(uniform("u_keep"), draw.keep);
  glUniform1f(uniform("u_opacity"), draw.opacity);
  colour("u_low", draw.colours.low);
  colour("u_high", draw.colours.high);
  colour("u_negative", draw.colours.negative);
  colour("u_empty", draw.colours.empty);
  colour("u_paper", draw.colours.paper);
  colour("u_line", draw.colours.line);
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

HeatmapRenderer::HeatmapRenderer() : state_(new State) {
  const GLuint vertex = compile(GL_VERTEX_SHADER, shaders::heatmap_vert, state_->error);
  const GLuint fragment = compile(GL_FRAGMENT_SHADER, shaders::heatmap_frag, state_->error);
  state_->program = glCreateProgram();
  glAttachShader(state_->program, vertex);
  glAttachShader(state_->program, fragment);
  glLinkProgram(state_->program);
  GLint ok = 0;
  glGetProgramiv(state_->program, GL_LINK_STATUS, &ok);
  if (!ok && state_->error.empty()) state_->error = "the heatmap program did not link";
  glDeleteShader(vertex);
  glDeleteShader(fragment);
  glGenVertexArrays(1, &state_->vertex_array);
}

HeatmapRenderer::~HeatmapRenderer() {
  for (auto& [key, texture] : state_->textures) glDeleteTextures(1, &texture.name);
  glDeleteVertexArrays(1, &state_->vertex_array);
  glDeleteProgram(state_->program);
  delete state_;
}

bool HeatmapRenderer::ready() const { return state_->error.empty(); }
const std::string& HeatmapRenderer::error() const { return state_->error; }

void HeatmapRenderer::begin_frame() {
  state_->commands.clear();
  const unsigned frame = ++state_->frame;
  std::erase_if(state_->textures, [frame](const auto& entry) {
    const bool unused = frame - entry.second.last_frame > kFramesUnused;
    if (unused) glDeleteTextures(1, &entry.second.name);
    return unused;
  });
}

void HeatmapRenderer::heatmap(ImDrawList& list, const views::HeatmapDraw& draw) {
  const bool turned = draw.projection != nullptr;
  state_->commands.push_back(
      {this, state_->upload(draw), draw, turned ? *draw.projection : views::Projection{}, turned});
  list.AddCallback(
      [](const ImDrawList*, const ImDrawCmd* clip) {
        const Command& command = *static_cast<const Command*>(clip->UserCallbackData);
        command.owner->state_->run(*clip, command);
      },
      &state_->commands.back());
  list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

}  // namespace render
