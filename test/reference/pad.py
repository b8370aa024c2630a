"""Writes pad.json: padding by statistics, by ramps and by odd mirrors, by NumPy.

    python3 test/reference/pad.py
"""
import json
import os

import numpy as np

rng = np.random.default_rng(3)
cases = []
camel = {"stat_length": "statLength", "end_values": "endValues", "reflect_type": "reflectType"}


def plain(x):
    return {"dtype": x.dtype.name, "shape": list(x.shape), "data": x.ravel().tolist()}


def case(x, width, mode, **kw):
    options = {camel[k]: v for k, v in kw.items()}
    options["mode"] = "linearRamp" if mode == "linear_ramp" else mode
    cases.append({"id": f"pad/{options['mode']}/{len(cases)}", "x": plain(x), "width": width, "options": options,
                  "out": plain(np.pad(x, width, mode, **kw))})


def of(shape, dtype):
    return (rng.integers(-9, 10, shape) / (1 if dtype == "int32" else 4)).astype(dtype)


for dtype in ["float64", "int32"]:
    for mode in ["maximum", "minimum", "mean", "median"]:
        case(of((5,), dtype), [2, 1], mode)
        case(of((4,), dtype), 2, mode, stat_length=2)
        case(of((2, 3), dtype), [[1, 0], [2, 1]], mode)
        case(of((3, 4), dtype), [[2, 1], [1, 2]], mode, stat_length=[[1, 2], [3, 9]])
    case(of((3,), dtype), [4, 2], "linear_ramp")
    case(of((3,), dtype), [3, 5], "linear_ramp", end_values=[-4, 7])
    case(of((2, 3), dtype), [[1, 2], [3, 1]], "linear_ramp", end_values=[[1, 2], [-3, 8]])
    for mode in ["reflect", "symmetric"]:
        case(of((4,), dtype), [2, 3], mode, reflect_type="odd")
        case(of((3,), dtype), [2, 2], mode, reflect_type="odd")
        case(of((3, 4), dtype), [[2, 1], [3, 0]], mode, reflect_type="odd")
        case(of((1,), dtype), [1, 1], mode, reflect_type="odd")

with open(os.path.join(os.path.dirname(__file__), "pad.json"), "w") as f:
    f.write('{"source": "NumPy %s, by pad.py", "n": %d, "cases": [\n' % (np.__version__, len(cases)))
    f.write(",\n".join(json.dumps(c) for c in cases))
    f.write("\n]}\n")
