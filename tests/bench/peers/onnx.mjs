// Writes a workload as an ONNX model (ModelProto, opset 13), without any protobuf library.
const utf8 = (s) => new TextEncoder().encode(s)
const concat = (parts) => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  parts.reduce((at, p) => (out.set(p, at), at + p.length), 0)
  return out
}
const varint = (n) => {
  const out = []
  for (; n > 127; n = Math.floor(n / 128)) out.push(n % 128 | 128)
  return Uint8Array.of(...out, n)
}
const int = (field, n) => concat([varint(field << 3), varint(n)])
const bytes = (field, b) => concat([varint(field << 3 | 2), varint(b.length), b])
const str = (field, s) => bytes(field, utf8(s))
const msg = (field, ...parts) => bytes(field, concat(parts))

const FLOAT = 1, INT = 2, INTS = 7
const attr = ([name, v]) => Array.isArray(v)
  ? msg(5, str(1, name), ...v.map((n) => int(8, n)), int(20, INTS))
  : msg(5, str(1, name), int(3, v), int(20, INT))
const node = (op, ins, out, attrs = {}) =>
  msg(1, ...ins.map((s) => str(1, s)), str(2, out), str(4, op), ...Object.entries(attrs).map(attr))
const tensor = (name, dims, data) =>
  msg(5, ...dims.map((d) => int(1, d)), int(2, FLOAT), str(8, name), bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))
const value = (field, name, dims) =>
  msg(field, str(1, name), msg(2, msg(1, int(1, FLOAT), msg(2, ...dims.map((d) => msg(1, int(1, d)))))))

export function toOnnx({ name, shape, layers }) {
  const weights = [], steps = [] // steps: [op, further inputs, attributes]
  const batch = shape[0], flat = layers[0].op === 'fc', input = flat ? [batch, shape[1]] : shape
  layers.forEach((l, i) => {
    const { op, k, stride, pad, in: [c, h, w], out: [co] } = l, wb = [`w${i}`, `b${i}`]
    if (l.w) weights.push(tensor(wb[0], op === 'conv' ? [co, c, k, k] : [co, c * h * w], l.w), tensor(wb[1], [co], l.b))
    if (op === 'conv') steps.push(['Conv', wb, { kernel_shape: [k, k], strides: [stride, stride], pads: [pad, pad, pad, pad] }])
    if (op === 'maxpool') steps.push(['MaxPool', [], { kernel_shape: [k, k], strides: [stride, stride] }])
    if (op === 'fc') {
      if (i && layers[i - 1].op !== 'fc') steps.push(['Flatten', [], { axis: 1 }])
      steps.push(['Gemm', wb, { transB: 1 }])
    }
    if (op === 'softmax') steps.push(['Softmax', [], { axis: 1 }])
    if (l.relu) steps.push(['Relu', []])
  })
  const nodes = steps.map(([op, ins, attrs], i) =>
    node(op, [i ? `t${i - 1}` : 'x', ...ins], i < steps.length - 1 ? `t${i}` : 'y', attrs))
  const last = layers.at(-1), output = /fc|softmax/.test(last.op) ? [batch, last.out[0]] : [batch, ...last.out]
  return concat([int(1, 8), msg(8, str(1, ''), int(2, 13)), // ir_version 8, opset 13
    msg(7, ...nodes, str(2, name), ...weights, value(11, 'x', input), value(12, 'y', output))])
}
