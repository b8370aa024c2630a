"""Writes images.json: images resized, read between their elements and cut into patches, by PyTorch.

    python3 test/reference/images.py

A case is the name in nn, the arguments as tensors, the options, the result, and the cotangents of the arguments for a
cotangent of the result. PyTorch has features first; its axes are named here as they stand in its own layout. Its cubic kernel
is that of JAX only with antialias, also where an image grows.
"""
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
cases = []


def plain(x):
    return {"dtype": "float64", "shape": list(x.shape), "data": [float(f"{v:.15g}") for v in x.detach().reshape(-1)]}


def real(*shape):
    return (torch.randn(*shape) * 100).round() / 100


def case(op, args, params, f):
    args = [x.clone().requires_grad_(True) for x in args]
    out = f(*args)
    ct = real(*out.shape)
    out.backward(ct)
    cases.append({"id": f"images/{op}/{len(cases)}", "op": op, "args": [plain(x) for x in args], "params": params,
                  "out": plain(out), "ct": plain(ct), "vjp": [plain(x.grad) for x in args]})


def resize(method, antialias, torch_mode, size_in, size_out, torch_antialias=False):
    x = real(1, 2, *size_in)
    case("resize", [x], {"shape": [1, 2, *size_out], "method": method, "antialias": antialias},
         lambda x: F.interpolate(x, size=size_out, mode=torch_mode, align_corners=False, antialias=torch_antialias))


for n, m in [(4, 7), (7, 4), (5, 1), (1, 3), (6, 12)]:
    resize("linear", False, "linear", (n,), (m,))
for a, b in [((3, 4), (5, 9)), ((6, 5), (4, 3)), ((5, 3), (2, 6))]:
    resize("linear", False, "bilinear", a, b)
    resize("linear", True, "bilinear", a, b, True)
    resize("cubic", True, "bicubic", a, b, True)
resize("linear", True, "bilinear", (11, 9), (3, 2), True)
resize("cubic", True, "bicubic", (11, 9), (3, 2), True)
resize("linear", False, "trilinear", (2, 3, 3), (4, 2, 5))
for a, b in [((4,), (7,)), ((7,), (4,)), ((5,), (15,))]:
    x = real(1, 2, *a)
    case("resize", [x], {"shape": [1, 2, *b], "method": "nearest"}, lambda x: F.interpolate(x, size=b, mode="nearest-exact"))

modes = {"constant": ("zeros", False), "nearest": ("border", False), "mirror": ("reflection", True), "reflect": ("reflection", False)}
for mode, (torch_mode, align) in modes.items():
    for h, w in [(3, 4), (5, 2)]:
        # between elements and beyond the edges, on no kink
        y, x = torch.rand(6) * (3 * h) - h, torch.rand(6) * (3 * w) - w
        y, x = (y * 50).round() / 50 + 0.01, (x * 50).round() / 50 + 0.01
        for order, name in [(1, "bilinear"), (0, "nearest")]:
            def read(image, y, x):
                # grid_sample counts from -1 to 1: over centres where corners are aligned, over edges otherwise
                grid = (2 * x / (w - 1) - 1, 2 * y / (h - 1) - 1) if align else ((2 * x + 1) / w - 1, (2 * y + 1) / h - 1)
                return F.grid_sample(image[None, None], torch.stack(grid, -1)[None, None], mode=name,
                                     padding_mode=torch_mode, align_corners=align)[0, 0, 0]
            case("mapCoordinates", [real(h, w), y, x], {"order": order, "mode": mode}, read)

for size, window, stride, padding, dilation in [((5, 6), (2, 3), 1, 0, 1), ((7, 7), (3, 2), 2, 1, 1), ((7, 8), (2, 2), 1, 1, 2),
                                                ((4, 6), (2, 3), (2, 3), 0, 1)]:
    pair = lambda v: list(v) if isinstance(v, tuple) else [v, v]
    counts = [(n + 2 * padding - d * (k - 1) - 1) // s + 1
              for n, k, s, d in zip(size, window, pair(stride), pair(dilation))]
    case("patches", [real(2, 2, *size)],
         {"window": list(window), "strides": pair(stride), "padding": padding, "windowDilation": pair(dilation)},
         lambda x: F.unfold(x, window, dilation=dilation, padding=padding, stride=stride).reshape(2, -1, *counts))

with open(os.path.join(os.path.dirname(__file__), "images.json"), "w") as f:
    f.write('{"source": "PyTorch %s, by images.py", "n": %d, "cases": [\n' % (torch.__version__, len(cases)))
    f.write(",\n".join(json.dumps(c) for c in cases))
    f.write("\n]}\n")
