// A tensor as coloured cells: exact at every zoom. Where several cells share a pixel, their colours are
// averaged, so that none is lost.
// The colour maps are straight lines in OKLab (Björn Ottosson, 2020), the same as views/theme.cpp.

uniform sampler2D u_values;  // R32F, u_texture_width values a row
uniform int u_texture_width;
uniform int u_offset;    // first value shown
uniform int u_computed;  // cells that exist yet, in raster order
uniform vec2 u_cells;    // columns, rows
uniform vec2 u_per_pixel;  // cells a device pixel, where it is flat
uniform int u_turned;      // 1: it is seen in perspective
uniform int u_signed;    // 1: diverging around zero up to ±u_limit; 0: u_low … u_high for 0 … 1
uniform int u_rgb;       // 1: three planes of u_cells values, the colours themselves
uniform float u_limit;
uniform float u_strength;
uniform float u_opacity;
uniform int u_keep;  // every u_keep-th row and column at full strength
uniform vec3 u_low;       // OKLab
uniform vec3 u_high;      // OKLab; for signed values the positive end
uniform vec3 u_negative;  // OKLab
uniform vec3 u_empty;     // OKLab: a cell that is not computed yet
uniform vec3 u_paper;     // OKLab
uniform vec3 u_line;      // OKLab: between cells

in vec2 v_cell;
out vec4 out_colour;

vec3 to_srgb(vec3 lab) {
  float l = lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z;
  float m = lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z;
  float s = lab.x - 0.0894841775 * lab.y - 1.2914855480 * lab.z;
  l = l * l * l;
  m = m * m * m;
  s = s * s * s;
  vec3 linear = vec3(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
                     -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
                     -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
  linear = clamp(linear, 0.0, 1.0);
  return mix(12.92 * linear, 1.055 * pow(linear, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, linear));
}

vec3 to_lab(vec3 srgb) {
  vec3 linear = mix(srgb / 12.92, pow((srgb + 0.055) / 1.055, vec3(2.4)), step(0.04045, srgb));
  float l = pow(dot(vec3(0.4122214708, 0.5363325363, 0.0514459929), linear), 1.0 / 3.0);
  float m = pow(dot(vec3(0.2119034982, 0.6806995451, 0.1073969566), linear), 1.0 / 3.0);
  float s = pow(dot(vec3(0.0883024619, 0.2817188376, 0.6299787005), linear), 1.0 / 3.0);
  return vec3(0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
              1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
              0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);
}

float value_at(int at) { return texelFetch(u_values, ivec2(at % u_texture_width, at / u_texture_width), 0).r; }

vec3 cell_colour(ivec2 cell) {
  cell = clamp(cell, ivec2(0), ivec2(u_cells) - 1);
  int index = cell.y * int(u_cells.x) + cell.x;
  if (index >= u_computed) return u_empty;
  int at = u_offset + index;
  vec3 full;
  if (u_rgb == 1) {
    int plane = int(u_cells.x) * int(u_cells.y);
    full = to_lab(clamp(vec3(value_at(at), value_at(at + plane), value_at(at + 2 * plane)), 0.0, 1.0));
  } else {
    float value = value_at(at);
    float t = u_signed == 1 ? clamp(value / u_limit, -1.0, 1.0) : clamp(value, 0.0, 1.0);
    full = mix(u_low, t < 0.0 ? u_negative : u_high, abs(t));
  }
  bool kept = cell.x % u_keep == 0 && cell.y % u_keep == 0;
  return mix(u_paper, full, kept ? u_strength : 0.22 * u_strength);
}

void main() {
  // In perspective, the box of cells around the pixel's footprint.
  vec2 per_pixel = u_turned == 1 ? abs(dFdx(v_cell)) + abs(dFdy(v_cell)) : u_per_pixel;
  vec3 colour;
  if (per_pixel.x <= 1.0 && per_pixel.y <= 1.0) {
    colour = cell_colour(ivec2(floor(v_cell)));
  } else {
    // The mean over the pixel's footprint, cell by cell with the part of each that it covers.
    vec2 low = v_cell - 0.5 * per_pixel, high = v_cell + 0.5 * per_pixel;
    ivec2 first = ivec2(floor(low)), last = min(ivec2(floor(high)), first + 31);
    vec3 sum = vec3(0.0);
    float weight = 0.0;
    for (int y = first.y; y <= last.y; ++y)
      for (int x = first.x; x <= last.x; ++x) {
        vec2 covered = min(high, vec2(x + 1, y + 1)) - max(low, vec2(x, y));
        float area = max(covered.x, 0.0) * max(covered.y, 0.0);
        sum += area * cell_colour(ivec2(x, y));
        weight += area;
      }
    colour = sum / max(weight, 1e-6);
  }
  // Hairlines between cells once they are large enough: the first device pixel of each cell. In perspective, where the
  // cells of one plane differ in size, they come gradually.
  vec2 into = fract(v_cell) / per_pixel;
  bool between = (into.x < 1.0 && v_cell.x >= 1.0) || (into.y < 1.0 && v_cell.y >= 1.0);
  float cell = min(1.0 / per_pixel.x, 1.0 / per_pixel.y);
  float strength = u_turned == 1 ? smoothstep(3.0, 9.0, cell) : step(5.0, cell);
  if (between) colour = mix(colour, u_line, strength * (u_rgb == 1 ? 0.2 : 0.55));
  out_colour = vec4(to_srgb(colour), u_opacity);
}
