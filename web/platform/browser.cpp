// The functions that the page's scripts call. Texts are UTF-8; a returned text lives until the next call.
#ifdef __EMSCRIPTEN__

#include <emscripten.h>

#include "web/platform/program.h"

namespace platform {
namespace {

Program* program = nullptr;
std::string answer;
std::vector<int> answer_shape;
std::vector<uint8_t> answer_bytes;
std::string why;
Picture drawn;

const char* reply(std::string text) {
  answer = std::move(text);
  return answer.c_str();
}

}  // namespace

int run(Program& given, int, char**) {
  program = &given;
  return 0;
}

}  // namespace platform

using namespace platform;

extern "C" {

EMSCRIPTEN_KEEPALIVE const char* pg_asset(const char* name, const uint8_t* bytes, int size) {
  return reply(program->take_asset(name, std::vector<uint8_t>(bytes, bytes + size)));
}
EMSCRIPTEN_KEEPALIVE const char* pg_start(const char* lang, const char* hash, int dark) {
  return reply(program->start({lang, hash, dark != 0, true}));
}
EMSCRIPTEN_KEEPALIVE int pg_frame(double seconds) { return program->frame(seconds); }
// The view at `pixel_ratio` pixels a logical pixel as RGBA, 0 when it cannot be drawn; of pg_picture_width()
// by pg_picture_height() pixels, there until pg_picture_done().
EMSCRIPTEN_KEEPALIVE const uint8_t* pg_picture(double pixel_ratio) {
  drawn = program->picture(float(pixel_ratio));
  return drawn.pixels.empty() ? nullptr : drawn.pixels.data();
}
EMSCRIPTEN_KEEPALIVE int pg_picture_width() { return drawn.width; }
EMSCRIPTEN_KEEPALIVE int pg_picture_height() { return drawn.height; }
EMSCRIPTEN_KEEPALIVE void pg_picture_done() { drawn = {}; }
EMSCRIPTEN_KEEPALIVE int pg_take_share() { return program->take_share(); }
EMSCRIPTEN_KEEPALIVE void pg_renew_graphics() { program->renew_graphics(); }
EMSCRIPTEN_KEEPALIVE int pg_wants_training() { return program->wants_training(); }
EMSCRIPTEN_KEEPALIVE void pg_note_digits(double share) { program->note_digits(share); }
EMSCRIPTEN_KEEPALIVE void pg_note_digits_failed() { program->note_digits_failed(); }
EMSCRIPTEN_KEEPALIVE int pg_train(double budget) { return program->train(budget); }
// The file of a net's weights, 0 when there is none: then pg_weights_size() is 0 and pg_weights_why() says
// why.
EMSCRIPTEN_KEEPALIVE const uint8_t* pg_weights(const char* net) {
  answer_bytes = program->weights(net, why);
  return answer_bytes.empty() ? nullptr : answer_bytes.data();
}
EMSCRIPTEN_KEEPALIVE int pg_weights_size() { return int(answer_bytes.size()); }
EMSCRIPTEN_KEEPALIVE const char* pg_weights_why() { return why.c_str(); }
EMSCRIPTEN_KEEPALIVE const char* pg_request() { return reply(program->take_request()); }
EMSCRIPTEN_KEEPALIVE const char* pg_call(const char* method, const char* params) {
  return reply(program->call(method, params));
}
// The address of a tensor's numbers, 0 when there is none; pg_tensor_rank() and pg_tensor_shape() then
// tell its shape.
EMSCRIPTEN_KEEPALIVE const float* pg_tensor(const char* name) {
  const TensorView view = program->tensor(name);
  answer_shape = view.shape;
  return view.data;
}
EMSCRIPTEN_KEEPALIVE int pg_tensor_rank() { return int(answer_shape.size()); }
EMSCRIPTEN_KEEPALIVE const int* pg_tensor_shape() { return answer_shape.data(); }
EMSCRIPTEN_KEEPALIVE const char* pg_events() { return reply(program->take_events()); }
EMSCRIPTEN_KEEPALIVE const char* pg_mirror() { return reply(program->mirror()); }
EMSCRIPTEN_KEEPALIVE unsigned pg_revision() { return program->revision(); }
EMSCRIPTEN_KEEPALIVE void pg_press(const char* key) { program->press(key); }
EMSCRIPTEN_KEEPALIVE void pg_apply_hash(const char* hash) { program->apply_hash(hash); }
EMSCRIPTEN_KEEPALIVE const char* pg_hash() { return reply(program->hash()); }
EMSCRIPTEN_KEEPALIVE void pg_reduced_motion(int reduced) { program->set_reduced_motion(reduced != 0); }
EMSCRIPTEN_KEEPALIVE void pg_fingers(int fingers) { program->set_fingers(fingers != 0); }
EMSCRIPTEN_KEEPALIVE int pg_begin_pinch(float x, float y) { return program->begin_pinch(x, y); }
EMSCRIPTEN_KEEPALIVE void pg_pinch(float from_x, float from_y, float to_x, float to_y, float ratio) {
  program->pinch(from_x, from_y, to_x, to_y, ratio);
}
EMSCRIPTEN_KEEPALIVE void pg_end_pinch() { program->end_pinch(); }
EMSCRIPTEN_KEEPALIVE void pg_dark(int dark) { program->set_dark(dark != 0); }

}  // extern "C"

#endif
