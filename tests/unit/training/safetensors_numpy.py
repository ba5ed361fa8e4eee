"""Another implementation of the safetensors format, from its specification alone, with NumPy.

  safetensors_numpy.py probe           exit status 0: this Python has NumPy
  safetensors_numpy.py write FOLDER    writes FOLDER/numpy.safetensors and FOLDER/numpy.f32, what it holds as float32
  safetensors_numpy.py check FOLDER    reads FOLDER/ours.safetensors and compares it with FOLDER/ours.f32; then runs
                                       the net in it on FOLDER/input.f32 and compares with FOLDER/output.f32

A .f32 file is nothing but little-endian float32 numbers, tensor after tensor in the order of their names.
"""
import json
import os
import struct
import sys

import numpy as np

DTYPES = {"F64": np.dtype("<f8"), "F32": np.dtype("<f4"), "F16": np.dtype("<f2")}


def read(path):
    with open(path, "rb") as file:
        raw = file.read()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length].decode("utf-8"))
    data = raw[8 + length :]
    metadata = header.pop("__metadata__", {})
    tensors, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, stop = entry["data_offsets"]
        assert begin == end, f"{name} begins at {begin}, not at {end}"
        values = np.frombuffer(data[begin:stop], DTYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
        end = stop
    assert end == len(data), "bytes are left over"
    return tensors, metadata


def write(path, tensors, metadata):
    """bfloat16 is given as a pair ("BF16", uint16 array)."""
    header, data = {"__metadata__": metadata}, b""
    for name, value in tensors.items():
        if isinstance(value, tuple):
            dtype, value = value
        else:
            dtype = next(k for k, v in DTYPES.items() if v == value.dtype)
        raw = value.tobytes()
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")  # non-ASCII as \uXXXX
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def make(folder):
    rng = np.random.RandomState(1)
    tensors = {
        "0.weight": rng.randn(3, 1, 3, 3).astype("<f4"),
        "0.bias": rng.randn(3).astype("<f2"),
        "4.weight": rng.randn(4, 12).astype("<f8"),
        "4.bias": ("BF16", (rng.randn(4).astype("<f4").view("<u4") >> 16).astype("<u2")),
    }
    write(os.path.join(folder, "numpy.safetensors"), tensors, {"format": "pt", "누가": "NumPy"})
    with open(os.path.join(folder, "numpy.f32"), "wb") as file:
        for name in sorted(tensors):
            value = tensors[name]
            if isinstance(value, tuple):
                value = (value[1].astype("<u4") << 16).view("<f4")
            file.write(value.astype("<f4").tobytes())


def run(t, x):
    """Conv2d 3×3, ReLU, MaxPool2d(2), Flatten, Linear, as the test's net has them; x is C×H×W, in double."""
    weight, (c, h, w) = t["0.weight"].astype(float), x.shape
    y = np.zeros((weight.shape[0], h - 2, w - 2))
    for i in range(h - 2):
        for j in range(w - 2):
            y[:, i, j] = (weight * x[:, i : i + 3, j : j + 3]).sum(axis=(1, 2, 3)) + t["0.bias"]
    y = np.maximum(y, 0)
    y = y.reshape(y.shape[0], (h - 2) // 2, 2, (w - 2) // 2, 2).max(axis=(2, 4))
    return t["4.weight"].astype(float) @ y.ravel() + t["4.bias"]


def check(folder):
    tensors, metadata = read(os.path.join(folder, "ours.safetensors"))
    assert metadata == {"format": "pt"}, metadata
    assert list(tensors) == ["0.weight", "0.bias", "4.weight", "4.bias"], list(tensors)
    assert all(value.dtype == DTYPES["F32"] for value in tensors.values())
    ours = b"".join(tensors[name].tobytes() for name in sorted(tensors))
    with open(os.path.join(folder, "ours.f32"), "rb") as file:
        assert file.read() == ours, "the numbers differ"
    x = np.fromfile(os.path.join(folder, "input.f32"), "<f4").astype(float).reshape(1, 6, 6)
    expected = np.fromfile(os.path.join(folder, "output.f32"), "<f4")
    assert np.abs(run(tensors, x) - expected).max() < 1e-5, "the net computes something else"


if sys.argv[1] == "write":
    make(sys.argv[2])
elif sys.argv[1] == "check":
    check(sys.argv[2])
else:
    assert sys.argv[1] == "probe"
