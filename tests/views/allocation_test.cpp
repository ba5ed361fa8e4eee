// How often a frame asks for memory: operator new and Dear ImGui's allocator, counted.
#include <cstdio>
#include <cstdlib>
#include <new>

#include "tests/views/frame_support.h"

using namespace views_test;

namespace {

size_t asked = 0;

void* counted(size_t size) {
  ++asked;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  std::abort();
}

// The renderer's memory is its own: textures and draw commands.
struct SilentSink : views::TextureSink {
  void heatmap(ImDrawList&, const views::HeatmapDraw&) override {}
};

size_t asked_by_frames(Page& page, int count) {
  static SilentSink sink;
  const size_t before = asked;
  for (int i = 0; i < count; ++i) {
    ImGui::GetIO().DeltaTime = 1 / 60.0f;
    page.view.wants_frame = false;
    ImGui::NewFrame();
    views::draw_frame(page.app, page.view, shared_fonts().fonts, sink);
    ImGui::Render();
  }
  return asked - before;
}

}  // namespace

// Of the whole program: what a test asks for counts, too, but none asks for anything within the frames.
void* operator new(size_t size) { return counted(size); }
void* operator new[](size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

TEST_CASE("the counter counts") {
  const size_t before = asked;
  std::vector<int> one(3);
  CHECK(asked == before + 1);
}

// A frame that shows nothing new asks for nothing: with the mouse away, and while the window glides from the
// place of one step to the next. A new step is a new scene, made of texts: how much it asks for is printed.
TEST_CASE("a frame asks for no memory until there is something new to say") {
  ImGuiMemAllocFunc allocate;
  ImGuiMemFreeFunc release;
  void* data;
  ImGui::GetAllocatorFunctions(&allocate, &release, &data);
  ImGui::SetAllocatorFunctions([](size_t size, void*) { return counted(size); },
                               [](void* memory, void*) { std::free(memory); });
  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800)})
    for (const char* lang : {"ko", "en"})
      for (const lessons::Lesson* lesson : lessons::all()) {
        const std::string what = where(lesson, lang, size);
        CAPTURE(what);
        Page page(size.x, size.y, std::string("lesson=") + lesson->id + "&step=0", lang);
        asked_by_frames(page, 40);
        CHECK(asked_by_frames(page, 20) == 0);
        page.app.dispatch(app::Play{});
        size_t steps = 0, between = 0;
        for (int i = 0; i < 12; ++i) {
          page.app.dispatch(app::StepBy{1});
          steps += asked_by_frames(page, 1);
          const size_t more = asked_by_frames(page, 3);
          if (i >= 4) between += more;  // Dear ImGui's lists have found their size
        }
        CHECK(between == 0);
        if (lang == std::string("ko"))
          std::printf("%4.0f px  %-12s a step's first frame asks %zu times\n", double(size.x), lesson->id,
                      steps / 12);
      }
  ImGui::SetAllocatorFunctions(allocate, release, data);
}
