// One rectangle of a heatmap, without a vertex buffer: corner k of a triangle strip.
// The #version line and the precisions come from the program that compiles this.

uniform vec4 u_rect;     // min x, min y, max x, max y in logical pixels
uniform vec4 u_display;  // origin x, y and width, height of the screen in logical pixels
uniform vec2 u_cells;    // columns, rows

out vec2 v_cell;  // position in cells

void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 at = (mix(u_rect.xy, u_rect.zw, corner) - u_display.xy) / u_display.zw;
  v_cell = corner * u_cells;
  gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
}
