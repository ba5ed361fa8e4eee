// A part of a heatmap's rectangle, flat or on a plane seen in perspective, without a vertex buffer: corner k of a
// triangle strip.
// The #version line and the precisions come from the program that compiles this.

uniform vec4 u_rect;     // min x, min y, max x, max y in logical pixels
uniform vec4 u_part;     // the same of what is drawn of it
uniform mat3 u_projection;  // (x, y, 1) on the plane to (X, Y, W): seen at (X / W, Y / W)
uniform vec4 u_display;  // origin x, y and width, height of the screen in logical pixels
uniform vec2 u_cells;    // columns, rows

out vec2 v_cell;  // position in cells

void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 place = mix(u_part.xy, u_part.zw, corner);
  v_cell = (place - u_rect.xy) / (u_rect.zw - u_rect.xy) * u_cells;
  vec3 seen = u_projection * vec3(place, 1.0);
  vec2 at = (seen.xy - u_display.xy * seen.z) / u_display.zw;
  // W stays, so that v_cell is interpolated in perspective.
  gl_Position = vec4(at.x * 2.0 - seen.z, seen.z - at.y * 2.0, 0.0, seen.z);
}
