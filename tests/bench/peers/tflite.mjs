// Writes a workload as a LiteRT (TensorFlow Lite) model, the tables of its schema.fbs. Layouts NHWC, OHWI.
import { Builder } from 'flatbuffers'
import { permute } from './workloads.mjs'

const BuiltinOperator = { CONV_2D: 3, FULLY_CONNECTED: 9, MAX_POOL_2D: 17, RESHAPE: 22, SOFTMAX: 25, PAD: 34 }
const BuiltinOptions = { CONV_2D: 1, FULLY_CONNECTED: 8, MAX_POOL_2D: 5, RESHAPE: 17, SOFTMAX: 9, PAD: 22 }
const FLOAT32 = 0, INT32 = 2, SAME = 0, VALID = 1, RELU = 1
const ops = Object.keys(BuiltinOperator)

const int8 = (v) => ['Int8', v], int32 = (v) => ['Int32', v], float32 = (v) => ['Float32', v], offset = (v) => ['Offset', v]

export function toTflite({ name, shape: [n, c, h, w], layers }) {
  const b = new Builder(1 << 16)
  const table = (...fields) => { // in the schema's order; zeros, the defaults, are left out
    b.startObject(fields.length)
    fields.forEach(([type, v], slot) => b[`addField${type}`](slot, v, 0))
    return b.endObject()
  }
  const vector = (type, values) => {
    b.startVector(4, values.length, 4)
    values.toReversed().forEach((v) => b[`add${type}`](v))
    return offset(b.endVector())
  }
  const ints = (values) => vector('Int32', values), tables = (offsets) => vector('Offset', offsets)
  const str = (s) => offset(b.createString(s))

  const buffers = [table()], tensors = [], operators = [] // buffer 0: no data
  const tensor = (dims, data) => {
    if (data) {
      b.prep(16, data.byteLength) // the schema's alignment
      buffers.push(table(offset(b.createByteVector(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))))
    }
    const type = data instanceof Int32Array ? INT32 : FLOAT32, buffer = data ? buffers.length - 1 : 0
    return tensors.push(table(ints(dims), int8(type), int32(buffer), str(`t${tensors.length}`))) - 1
  }
  const x = tensor(layers[0].op === 'fc' ? [n, c] : [n, h, w, c])
  let y = x
  const add = (op, dims, options, ...constants) => {
    const inputs = ints([y, ...constants])
    y = tensor(dims)
    operators.push(table(int32(ops.indexOf(op)), inputs, ints([y]), int8(BuiltinOptions[op]), offset(table(...options))))
  }

  layers.forEach(({ op, k, stride, pad, relu, in: [ci, hi, wi], out: [co, ho, wo], w: weights, b: bias }, i) => {
    const out = [n, ho, wo, co], strides = [int32(stride), int32(stride)], activation = int8(relu ? RELU : 0)
    if (op === 'conv') {
      const same = stride === 1 && k === 2 * pad + 1 // with a stride, SAME may pad less, and the end only
      if (pad && !same) add('PAD', [n, hi + 2 * pad, wi + 2 * pad, ci], [],
        tensor([4, 2], Int32Array.of(0, 0, pad, pad, pad, pad, 0, 0)))
      add('CONV_2D', out, [int8(same ? SAME : VALID), ...strides, activation],
        tensor([co, k, k, ci], permute(weights, [co, ci, k, k], [0, 2, 3, 1])), tensor([co], bias))
    }
    if (op === 'maxpool') add('MAX_POOL_2D', out, [int8(VALID), ...strides, int32(k), int32(k)])
    if (op === 'fc') {
      const flat = ci * hi * wi
      if (i && layers[i - 1].op !== 'fc') add('RESHAPE', [n, flat], [ints([n, flat])])
      add('FULLY_CONNECTED', [n, co], [activation],
        tensor([co, flat], permute(weights, [co, ci, hi, wi], [0, 2, 3, 1])), tensor([co], bias))
    }
    if (op === 'softmax') add('SOFTMAX', [n, co], [float32(1)]) // beta
  })

  const codes = Object.values(BuiltinOperator).map((code) => table(int8(code), offset(0), int32(1), int32(code)))
  const graph = table(tables(tensors), ints([x]), ints([y]), tables(operators), str(name))
  b.finish(table(int32(3), tables(codes), tables([graph]), str(name), tables(buffers)), 'TFL3') // schema version 3
  return b.asUint8Array()
}
