// Four floats in a register, under the same names for WebAssembly SIMD128, SSE2, AArch64 NEON and plain C++:
//
//   load store          four floats, of any alignment
//   load_first store_first   the first n (1 … 3) floats and zeros; touches no others
//   load_strided        p[0], p[stride], p[2·stride], p[3·stride]
//   zero splat set      make one
//   add sub mul div     lane by lane, each rounded by itself: never fused
//   madd                sum + a·b, the product rounded before it is added; see below for relaxed SIMD
//   greater select      a mask; mask ? a : b
//   min max             a < b ? a : b and a > b ? a : b, so that all agree on NaN and −0 (b wins)
//   evens odds          a0 a2 b0 b2 and a1 a3 b1 b3
//   transpose           four of them as the rows of a 4×4 matrix
//   lane hsum           one of them; (v0 + v1) + (v2 + v3)
//
// All of them give the same bits in the four implementations, given -ffp-contract=off. NN_SIMD_SCALAR chooses
// plain C++ wherever it is; it must be the same in all files that are linked together.
//
// A WebAssembly build with relaxed SIMD is another thing: its madd rounds once where the machine has fused
// multiply-add, so its results depend on the machine. engine-relaxed.wasm alone is built so.
#pragma once

#if defined(NN_SIMD_SCALAR)
#define NN_SIMD_NAME "scalar"
#elif defined(__wasm_simd128__)
#if defined(__wasm_relaxed_simd__)
#define NN_SIMD_NAME "relaxed"
#else
#define NN_SIMD_NAME "simd128"
#endif
#include <wasm_simd128.h>
#elif defined(__SSE2__) || defined(_M_X64)
#define NN_SIMD_NAME "sse2"
#include <emmintrin.h>
#elif defined(__aarch64__)
#define NN_SIMD_NAME "neon"
#include <arm_neon.h>
#else
#define NN_SIMD_NAME "scalar"
#define NN_SIMD_SCALAR
#endif

namespace nn::simd {

#if defined(NN_SIMD_SCALAR)

struct f32x4 {
  float v[4];
};
struct mask4 {
  bool v[4];
};
inline f32x4 load(const float* p) { return {{p[0], p[1], p[2], p[3]}}; }
inline void store(float* p, f32x4 a) {
  for (int i = 0; i < 4; ++i) p[i] = a.v[i];
}
inline f32x4 set(float v0, float v1, float v2, float v3) { return {{v0, v1, v2, v3}}; }
inline f32x4 splat(float x) { return {{x, x, x, x}}; }
inline f32x4 add(f32x4 a, f32x4 b) {
  return {{a.v[0] + b.v[0], a.v[1] + b.v[1], a.v[2] + b.v[2], a.v[3] + b.v[3]}};
}
inline f32x4 sub(f32x4 a, f32x4 b) {
  return {{a.v[0] - b.v[0], a.v[1] - b.v[1], a.v[2] - b.v[2], a.v[3] - b.v[3]}};
}
inline f32x4 mul(f32x4 a, f32x4 b) {
  return {{a.v[0] * b.v[0], a.v[1] * b.v[1], a.v[2] * b.v[2], a.v[3] * b.v[3]}};
}
inline f32x4 div(f32x4 a, f32x4 b) {
  return {{a.v[0] / b.v[0], a.v[1] / b.v[1], a.v[2] / b.v[2], a.v[3] / b.v[3]}};
}
inline mask4 greater(f32x4 a, f32x4 b) {
  return {{a.v[0] > b.v[0], a.v[1] > b.v[1], a.v[2] > b.v[2], a.v[3] > b.v[3]}};
}
inline f32x4 select(mask4 m, f32x4 a, f32x4 b) {
  return {{m.v[0] ? a.v[0] : b.v[0], m.v[1] ? a.v[1] : b.v[1], m.v[2] ? a.v[2] : b.v[2],
           m.v[3] ? a.v[3] : b.v[3]}};
}
inline f32x4 max(f32x4 a, f32x4 b) { return select(greater(a, b), a, b); }
inline f32x4 min(f32x4 a, f32x4 b) { return select(greater(b, a), a, b); }
inline f32x4 evens(f32x4 a, f32x4 b) { return {{a.v[0], a.v[2], b.v[0], b.v[2]}}; }
inline f32x4 odds(f32x4 a, f32x4 b) { return {{a.v[1], a.v[3], b.v[1], b.v[3]}}; }
template <int I>
inline float lane(f32x4 a) {
  return a.v[I];
}

#elif defined(__wasm_simd128__)

using f32x4 = v128_t;
using mask4 = v128_t;
inline f32x4 load(const float* p) { return wasm_v128_load(p); }
inline void store(float* p, f32x4 a) { wasm_v128_store(p, a); }
inline f32x4 set(float v0, float v1, float v2, float v3) { return wasm_f32x4_make(v0, v1, v2, v3); }
inline f32x4 splat(float x) { return wasm_f32x4_splat(x); }
inline f32x4 add(f32x4 a, f32x4 b) { return wasm_f32x4_add(a, b); }
inline f32x4 sub(f32x4 a, f32x4 b) { return wasm_f32x4_sub(a, b); }
inline f32x4 mul(f32x4 a, f32x4 b) { return wasm_f32x4_mul(a, b); }
inline f32x4 div(f32x4 a, f32x4 b) { return wasm_f32x4_div(a, b); }
inline mask4 greater(f32x4 a, f32x4 b) { return wasm_f32x4_gt(a, b); }
inline f32x4 select(mask4 m, f32x4 a, f32x4 b) { return wasm_v128_bitselect(a, b, m); }
inline f32x4 max(f32x4 a, f32x4 b) { return wasm_f32x4_pmax(b, a); }
inline f32x4 min(f32x4 a, f32x4 b) { return wasm_f32x4_pmin(b, a); }
inline f32x4 evens(f32x4 a, f32x4 b) { return wasm_i32x4_shuffle(a, b, 0, 2, 4, 6); }
inline f32x4 odds(f32x4 a, f32x4 b) { return wasm_i32x4_shuffle(a, b, 1, 3, 5, 7); }
template <int I>
inline float lane(f32x4 a) {
  return wasm_f32x4_extract_lane(a, I);
}

#elif defined(__SSE2__) || defined(_M_X64)

using f32x4 = __m128;
using mask4 = __m128;
inline f32x4 load(const float* p) { return _mm_loadu_ps(p); }
inline void store(float* p, f32x4 a) { _mm_storeu_ps(p, a); }
inline f32x4 set(float v0, float v1, float v2, float v3) { return _mm_setr_ps(v0, v1, v2, v3); }
inline f32x4 splat(float x) { return _mm_set1_ps(x); }
inline f32x4 add(f32x4 a, f32x4 b) { return _mm_add_ps(a, b); }
inline f32x4 sub(f32x4 a, f32x4 b) { return _mm_sub_ps(a, b); }
inline f32x4 mul(f32x4 a, f32x4 b) { return _mm_mul_ps(a, b); }
inline f32x4 div(f32x4 a, f32x4 b) { return _mm_div_ps(a, b); }
inline mask4 greater(f32x4 a, f32x4 b) { return _mm_cmpgt_ps(a, b); }
inline f32x4 select(mask4 m, f32x4 a, f32x4 b) { return _mm_or_ps(_mm_and_ps(m, a), _mm_andnot_ps(m, b)); }
inline f32x4 max(f32x4 a, f32x4 b) { return _mm_max_ps(a, b); }
inline f32x4 min(f32x4 a, f32x4 b) { return _mm_min_ps(a, b); }
inline f32x4 evens(f32x4 a, f32x4 b) { return _mm_shuffle_ps(a, b, _MM_SHUFFLE(2, 0, 2, 0)); }
inline f32x4 odds(f32x4 a, f32x4 b) { return _mm_shuffle_ps(a, b, _MM_SHUFFLE(3, 1, 3, 1)); }
template <int I>
inline float lane(f32x4 a) {
  return _mm_cvtss_f32(_mm_shuffle_ps(a, a, I));
}

#else

using f32x4 = float32x4_t;
using mask4 = uint32x4_t;
inline f32x4 load(const float* p) { return vld1q_f32(p); }
inline void store(float* p, f32x4 a) { vst1q_f32(p, a); }
inline f32x4 set(float v0, float v1, float v2, float v3) {
  const float v[4] = {v0, v1, v2, v3};
  return vld1q_f32(v);
}
inline f32x4 splat(float x) { return vdupq_n_f32(x); }
inline f32x4 add(f32x4 a, f32x4 b) { return vaddq_f32(a, b); }
inline f32x4 sub(f32x4 a, f32x4 b) { return vsubq_f32(a, b); }
inline f32x4 mul(f32x4 a, f32x4 b) { return vmulq_f32(a, b); }
inline f32x4 div(f32x4 a, f32x4 b) { return vdivq_f32(a, b); }
inline mask4 greater(f32x4 a, f32x4 b) { return vcgtq_f32(a, b); }
inline f32x4 select(mask4 m, f32x4 a, f32x4 b) { return vbslq_f32(m, a, b); }
inline f32x4 max(f32x4 a, f32x4 b) { return select(greater(a, b), a, b); }
inline f32x4 min(f32x4 a, f32x4 b) { return select(greater(b, a), a, b); }
inline f32x4 evens(f32x4 a, f32x4 b) { return vuzp1q_f32(a, b); }
inline f32x4 odds(f32x4 a, f32x4 b) { return vuzp2q_f32(a, b); }
template <int I>
inline float lane(f32x4 a) {
  return vgetq_lane_f32(a, I);
}

#endif

inline f32x4 zero() { return splat(0); }
#if defined(__wasm_relaxed_simd__) && !defined(NN_SIMD_SCALAR)
inline f32x4 madd(f32x4 sum, f32x4 a, f32x4 b) { return wasm_f32x4_relaxed_madd(a, b, sum); }
#else
inline f32x4 madd(f32x4 sum, f32x4 a, f32x4 b) { return add(sum, mul(a, b)); }
#endif
inline float hsum(f32x4 a) { return (lane<0>(a) + lane<1>(a)) + (lane<2>(a) + lane<3>(a)); }

inline void transpose(f32x4& a, f32x4& b, f32x4& c, f32x4& d) {
  const f32x4 e = evens(a, b), o = odds(a, b), f = evens(c, d), p = odds(c, d);
  a = evens(e, f);
  b = evens(o, p);
  c = odds(e, f);
  d = odds(o, p);
}

inline f32x4 load_strided(const float* p, int stride) {
  return set(p[0], p[stride], p[2 * stride], p[3 * stride]);
}
inline f32x4 load_first(const float* p, int n) { return set(p[0], n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, 0); }
inline void store_first(float* p, f32x4 a, int n) {
  p[0] = lane<0>(a);
  if (n > 1) p[1] = lane<1>(a);
  if (n > 2) p[2] = lane<2>(a);
}

}  // namespace nn::simd
