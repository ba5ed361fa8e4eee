"""Runs the scripts that the page writes, and compares what they compute with what the page has.

  code_run.py probe          exit status 0: this Python has NumPy
  code_run.py check FOLDER   runs every FOLDER/*.py; prints what went wrong, exit status 0: nothing

A script N.py stands beside N.txt, lines "variable file shape", and the files, little-endian float32. A script
N.broken.py must stop with an AssertionError. The scripts for PyTorch run with the real one where it is installed, else
with the stand-in below: the few functions they use, on NumPy, with PyTorch's names, shapes and types.
"""
import contextlib
import io
import pathlib
import runpy
import sys
import types

import numpy as np


def stand_in():
    """A module `torch` whose tensors are NumPy arrays."""

    class Tensor(np.ndarray):
        def amax(self, axes):
            return self.max(axes)

        def clamp(self, low=None, high=None, min=None):
            return np.clip(self, low if min is None else min, high)

        def flip(self, *axes):
            return np.flip(self, axes)

        def numel(self):
            return self.size

        def flatten(self, start=0):
            return self.reshape(self.shape[:start] + (-1,))

        def softmax(self, axis):
            e = np.exp(self - self.max(axis, keepdims=True))
            return e / e.sum(axis, keepdims=True)

        def __truediv__(self, other):  # of integers: the default type
            return np.ndarray.__truediv__(self.astype(np.float32), other)

    def wrap(array):
        return np.asarray(array).view(Tensor)

    def tensor(data, dtype=None):
        array = np.array(data)
        if dtype is None:
            dtype = np.float32 if array.dtype.kind == "f" else np.int64
        return wrap(array.astype(dtype))

    def windows(x, k, stride):
        seen = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(-2, -1))
        return seen[..., ::stride, ::stride, :, :]

    def pad(x, amounts):
        left, right, top, bottom = amounts
        y = np.zeros(x.shape[:-2] + (x.shape[-2] + top + bottom, x.shape[-1] + left + right), x.dtype)
        rows, cols = range(max(0, top), min(y.shape[-2], x.shape[-2] + top)), range(
            max(0, left), min(y.shape[-1], x.shape[-1] + left)
        )
        for i in rows:
            for j in cols:
                y[..., i, j] = x[..., i - top, j - left]
        return wrap(y)

    def conv2d(x, w, b=None, stride=1, padding=0):
        assert x.ndim == 4 and x.shape[1] == w.shape[1] and x.dtype == w.dtype == np.float32
        seen = windows(pad(x, (padding,) * 4), w.shape[-1], stride)
        y = np.einsum("nchwij,ocij->nohw", seen.astype(np.float64), np.asarray(w, np.float64))
        return wrap((y if b is None else y + np.asarray(b)[:, None, None]).astype(np.float32))

    def max_pool2d(x, k, stride=None, return_indices=False):
        stride = stride or k
        seen = windows(x, k, stride)
        flat = seen.reshape(seen.shape[:-2] + (k * k,))
        first = flat.argmax(-1)  # within a channel, as PyTorch's
        rows = np.arange(seen.shape[-4])[:, None] * stride + first // k
        cols = np.arange(seen.shape[-3]) * stride + first % k
        y = wrap(flat.max(-1))
        return (y, wrap(rows * x.shape[-1] + cols)) if return_indices else y

    def assert_close(a, b, rtol, atol):
        a, b = np.asarray(a), np.asarray(b)
        assert a.dtype == b.dtype and a.shape == b.shape, f"{a.dtype} {a.shape} and {b.dtype} {b.shape}"
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)

    class Sequential:
        def __init__(self, *layers):
            self.layers = layers

        def __iter__(self):
            return iter(self.layers)

        def load_state_dict(self, weights):
            wanted = {f"{i}.{name}" for i, layer in enumerate(self.layers) for name in layer.parameters}
            assert set(weights) == wanted, f"{set(weights)} are not {wanted}"
            for name, value in weights.items():
                i, which = name.split(".")
                assert value.shape == self.layers[int(i)].parameters[which], name
                setattr(self.layers[int(i)], which, value)

    class Layer:
        def __init__(self, run, parameters=None):
            self.run, self.parameters = run, parameters or {}

        def __call__(self, x):
            return self.run(self, x)

    torch, nn, functional = (types.ModuleType(name) for name in ("torch", "torch.nn", "torch.nn.functional"))
    functional.conv2d, functional.max_pool2d, functional.pad = conv2d, max_pool2d, pad
    functional.avg_pool2d = lambda x, k, stride: wrap(windows(x, k, stride).mean((-2, -1)))
    functional.relu = lambda x: np.maximum(x, 0)
    nn.functional, nn.Sequential = functional, Sequential
    nn.Conv2d = lambda c, o, k, stride=1, padding=0: Layer(
        lambda me, x: conv2d(x, me.weight, me.bias, stride, padding), {"weight": (o, c, k, k), "bias": (o,)}
    )
    nn.ReLU = lambda: Layer(lambda me, x: np.maximum(x, 0))
    nn.MaxPool2d = lambda k, stride=None: Layer(lambda me, x: max_pool2d(x, k, stride))
    nn.Flatten = lambda: Layer(lambda me, x: x.flatten(1))
    nn.Linear = lambda n, o: Layer(lambda me, x: x @ me.weight.T + me.bias, {"weight": (o, n), "bias": (o,)})
    torch.nn, torch.tensor = nn, tensor
    torch.int8, torch.int16, torch.float32 = np.int8, np.int16, np.float32
    torch.frombuffer = lambda data, dtype: wrap(np.frombuffer(data, dtype))
    torch.arange = lambda n: wrap(np.arange(n))
    torch.cat = lambda list: wrap(np.concatenate(list))
    torch.stack, torch.zeros_like = lambda list: wrap(np.stack(list)), np.zeros_like
    torch.corrcoef = lambda both: wrap(np.corrcoef(both))
    torch.no_grad = contextlib.nullcontext
    torch.testing = types.SimpleNamespace(assert_close=assert_close)
    sys.modules.update({"torch": torch, "torch.nn": nn, "torch.nn.functional": functional})


def compare(script, variables):
    for line in script.with_suffix(".txt").read_text().splitlines():
        name, file, shape = line.split()
        page = np.fromfile(script.parent / file, "<f4").reshape([int(n) for n in shape.split("x")])
        if name not in variables:
            raise AssertionError(f"there is no {name}")
        ours = np.asarray(variables[name], np.float32)
        if ours.shape != page.shape:
            raise AssertionError(f"{name}: shape {ours.shape}, not {page.shape}")
        np.testing.assert_allclose(ours, page, rtol=1e-4, atol=1e-3 * max(1e-6, np.abs(page).max()), err_msg=name)


def run(script):
    try:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            variables = runpy.run_path(str(script))
    except AssertionError:
        if script.name.endswith(".broken.py"):
            return
        raise
    if script.name.endswith(".broken.py"):
        raise AssertionError("the assertion does not see the wrong number")
    if not said.getvalue().strip():
        raise AssertionError("nothing is printed")
    compare(script, variables)


def main():
    if sys.argv[1] == "probe":
        return
    try:
        import torch  # noqa: F401
    except ImportError:
        stand_in()
    failed = 0
    for script in sorted(pathlib.Path(sys.argv[2]).glob("*.py")):
        try:
            run(script)
        except Exception as trouble:  # all of them are told, not the first alone
            failed += 1
            print(f"{script.name}: {type(trouble).__name__}: {trouble}", file=sys.stderr)
    sys.exit(failed > 0)


main()
