"""Writes arrays.json: functions of np that are not elementwise, by NumPy.

    python3 test/reference/arrays.py

A case is the name in np, the arguments in JSON (options last), and the result: nested arrays, several in a list.
"""
import json
import os

import numpy as np

rng = np.random.default_rng(0)
cases = []


def plain(x):
    if isinstance(x, (list, tuple)):
        return [plain(y) for y in x]
    x = np.asarray(x)
    if x.dtype.kind == "f":
        flat = [
            float(v) if np.isfinite(v) else ("nan" if np.isnan(v) else "inf" if v > 0 else "-inf") for v in x.ravel()
        ]
        return np.array(flat, dtype=object).reshape(x.shape).tolist()
    return x.tolist()


def case(name, args, out):
    several = isinstance(out, (list, tuple))
    cases.append({"op": name, "args": [plain(a) if isinstance(a, np.ndarray) else a for a in args],
                  "out": plain(out), "shapes": [list(np.shape(o)) for o in out] if several else list(np.shape(out))})


def whole(n, high, low=0):
    return rng.integers(low, high, n)


def real(*shape):
    return np.round(rng.normal(size=shape) * 4) / 4 + np.round(rng.normal(size=shape), 2)


for n in (0, 1, 7, 30):
    x = whole(n, 6)
    case("bincount", [x], np.bincount(x))
    case("bincount", [x, {"minlength": 9}], np.bincount(x, minlength=9))
    w = real(n)
    case("bincount", [x, {"weights": w.tolist()}], np.bincount(x, weights=w))
edges = np.array([-2.0, -0.5, -0.5, 0.0, 1.5])
x = np.array([-3, -2, -0.5, -0.25, 0, 1.5, 7, np.nan, np.inf])
for right in (False, True):
    case("digitize", [x, edges, {"right": right}], np.digitize(x, edges, right=right))
    case("digitize", [x, edges[::-1].copy(), {"right": right}], np.digitize(x, edges[::-1], right=right))
for n in (1, 5, 40):
    x = real(n)
    for bins in (1, 4, 10):
        case("histogram", [x, {"bins": bins}], np.histogram(x, bins=bins))
        case("histogram", [x, {"bins": bins, "density": True}], np.histogram(x, bins=bins, density=True))
    case("histogram", [x, {"bins": [-1, 0, 0.5, 2]}], np.histogram(x, bins=[-1, 0, 0.5, 2]))
    case("histogram", [x, {"range": [-1, 1]}], np.histogram(x, range=(-1, 1)))
    w = real(n)
    case("histogram", [x, {"bins": 3, "weights": w.tolist()}], np.histogram(x, bins=3, weights=w))
case("histogramBinEdges", [[2.0, 2.0], {"bins": 2}], np.histogram_bin_edges([2.0, 2.0], bins=2))
case("histogramBinEdges", [[], {"bins": 2}], np.histogram_bin_edges([], bins=2))

for n in (1, 6, 25):
    a, b = whole(n, 9, -3).astype(float), whole(n, 9, -3).astype(float)
    case("unique", [a], np.unique(a))
    case("union1d", [a, b], np.union1d(a, b))
    case("intersect1d", [a, b], np.intersect1d(a, b))
    case("setdiff1d", [a, b], np.setdiff1d(a, b))
    case("setxor1d", [a, b], np.setxor1d(a, b))
    case("isin", [a, b], np.isin(a, b))
    case("isin", [a, b, {"invert": True}], np.isin(a, b, invert=True))
case("unique", [[np.nan, 1.0, np.nan, 0.0]], np.unique([np.nan, 1.0, np.nan, 0.0]))
cases[-1]["args"] = [["nan", 1.0, "nan", 0.0]]
case("unique", [[]], np.unique([]))

k = [whole(12, 3).astype(float) for _ in range(3)]
case("lexsort", [[v.tolist() for v in k]], np.lexsort(k))
m = [whole(6, 3).astype(float).reshape(2, 3) for _ in range(2)]
for axis in (0, 1):
    case("lexsort", [[v.tolist() for v in m], {"axis": axis}], np.lexsort(m, axis=axis))

p, q = real(4), real(3)
q[0] = 2.5
case("polyadd", [p, q], np.polyadd(p, q))
case("polysub", [q, p], np.polysub(q, p))
case("polymul", [p, q], np.polymul(p, q))
case("polydiv", [p, q], [np.polydiv(p, q)[0], np.concatenate([[0] * (2 - len(np.polydiv(p, q)[1])), np.polydiv(p, q)[1]])])
case("polydiv", [q, p], np.polydiv(q, p))
for order in (0, 1, 2, 5):
    case("polyder", [p, order], np.polyder(p, order))
for order in (0, 1, 3):
    case("polyint", [p, order], np.polyint(p, order))
    case("polyint", [p, order, {"k": 1.5}], np.polyint(p, order, k=1.5))
case("polyint", [p, 2, {"k": [3, 5]}], np.polyint(p, 2, k=[3, 5]))
case("poly", [p], np.poly(p))
x, y = np.sort(real(9)), real(9)
for degree in (0, 1, 3):
    case("polyfit", [x, y, degree], np.polyfit(x, y, degree))
    w = 0.5 + rng.random(9)
    case("polyfit", [x, y, degree, {"w": w.tolist()}], np.polyfit(x, y, degree, w=w))
y2 = real(9, 2)
case("polyfit", [x, y2, 2], np.polyfit(x, y2, 2))

g = real(4, 5)
v = real(6)
at = np.cumsum(0.25 + rng.random(6))
for order in (1, 2):
    case("gradient", [v, {"edgeOrder": order}], np.gradient(v, edge_order=order))
    case("gradient", [v, {"edgeOrder": order, "spacing": 0.5}], np.gradient(v, 0.5, edge_order=order))
    case("gradient", [v, {"edgeOrder": order, "spacing": at.tolist()}], np.gradient(v, at, edge_order=order))
    case("gradient", [g, {"edgeOrder": order}], list(np.gradient(g, edge_order=order)))
    case("gradient", [g, {"edgeOrder": order, "axis": 1, "spacing": 2}], np.gradient(g, 2, axis=1, edge_order=order))
case("gradient", [g, {"spacing": [2, at[:5].tolist()]}], list(np.gradient(g, 2, at[:5])))
case("gradient", [[1.0, 4.0]], np.gradient([1.0, 4.0]))
case("ediff1d", [v], np.ediff1d(v))
case("ediff1d", [g, {"toBegin": -1, "toEnd": [8, 9]}], np.ediff1d(g, to_begin=-1, to_end=[8, 9]))
phase = np.cumsum(real(12)) * 2 % 6.5
case("unwrap", [phase], np.unwrap(phase))
case("unwrap", [phase, {"period": 4}], np.unwrap(phase, period=4))
case("unwrap", [phase, {"discont": 5}], np.unwrap(phase, discont=5))
case("unwrap", [phase.reshape(3, 4), {"axis": 0}], np.unwrap(phase.reshape(3, 4), axis=0))
case("unwrap", [[0.0, 2.0, 4.0, 2.0, 0.0], {"period": 4}], np.unwrap([0.0, 2.0, 4.0, 2.0, 0.0], period=4))

c, d = real(3, 7), real(2, 7)
fw, aw = whole(7, 4, 1), 0.25 + rng.random(7)
case("cov", [c], np.cov(c))
case("cov", [c, {"y": d.tolist()}], np.cov(c, d))
case("cov", [c.T.copy(), {"rowvar": False, "ddof": 0}], np.cov(c.T, rowvar=False, ddof=0))
case("cov", [c, {"fweights": fw.tolist()}], np.cov(c, fweights=fw))
case("cov", [c, {"aweights": aw.tolist()}], np.cov(c, aweights=aw))
case("cov", [c, {"aweights": aw.tolist(), "fweights": fw.tolist(), "ddof": 2}], np.cov(c, aweights=aw, fweights=fw, ddof=2))
case("cov", [c[0]], np.cov(c[0]))
case("corrcoef", [c], np.corrcoef(c))
case("corrcoef", [c[0], {"y": c[1].tolist()}], np.corrcoef(c[0], c[1]))
case("corrcoef", [c[0]], np.corrcoef(c[0]))

for n, kk, mm in ((3, 0, 3), (4, 1, 2), (2, -1, 5), (0, 0, 0)):
    case("trilIndices", [n, {"k": kk, "m": mm}], np.tril_indices(n, kk, mm))
    case("triuIndices", [n, {"k": kk, "m": mm}], np.triu_indices(n, kk, mm))
case("diagIndices", [3, 3], np.diag_indices(3, 3))
i = whole(8, 24)
case("unravelIndex", [i, [2, 3, 4]], np.unravel_index(i, (2, 3, 4)))
tup = [whole(5, 2), whole(5, 3), whole(5, 4)]
case("ravelMultiIndex", [[t.tolist() for t in tup], [2, 3, 4]], np.ravel_multi_index(tup, (2, 3, 4)))
far = [whole(5, 9, -9), whole(5, 9, -9)]
for mode in ("clip", "wrap"):
    case("ravelMultiIndex", [[t.tolist() for t in far], [3, 4], {"mode": mode}],
         np.ravel_multi_index(far, (3, 4), mode=mode))
for axis in (0, 1):
    a = real(3, 4)
    ii = np.argsort(real(3, 4), axis=axis)[:2, :2] if axis == 0 else np.argsort(real(3, 4), axis=axis)[:, :2]
    if axis == 0:
        ii = np.argsort(real(3, 4), axis=0)[:2]
    b = a.copy()
    w = real(*ii.shape)
    np.put_along_axis(b, ii, w, axis)
    case("putAlongAxis", [a, ii, w, {"axis": axis}], b)
for shape, value, wrap in (((3, 3), 5.0, False), ((5, 2), 5.0, False), ((7, 2), [1.0, 2.0, 3.0], True), ((2, 4), [1.0, 2.0], False),
                           ((3, 3, 3), 2.0, False)):
    a = real(*shape)
    b = a.copy()
    np.fill_diagonal(b, value, wrap=wrap)
    case("fillDiagonal", [a, value, {"wrap": wrap}], b)

a = real(3, 4)
case("append", [a, [0, 0]], np.append(a, [0, 0]))
case("append", [a, a[:1], {"axis": 0}], np.append(a, a[:1], axis=0))
case("insert", [a, 2, 9], np.insert(a, 2, 9))
case("insert", [a, [0, 5, 5], [7, 8, 9]], np.insert(a, [0, 5, 5], [7, 8, 9]))
case("insert", [a, 1, [1, 2, 3], {"axis": 1}], np.insert(a, 1, [1, 2, 3], axis=1))
case("insert", [a, [1], [[1], [2], [3]], {"axis": 1}], np.insert(a, [1], [[1], [2], [3]], axis=1))
case("insert", [a, [1, -1], 5, {"axis": 0}], np.insert(a, [1, -1], 5, axis=0))
case("insert", [a, 3, [1, 2, 3, 4], {"axis": 0}], np.insert(a, 3, [1, 2, 3, 4], axis=0))
case("insert", [a, 1, [[1, 2, 3], [4, 5, 6]], {"axis": 1}], np.insert(a, 1, [[1, 2, 3], [4, 5, 6]], axis=1))
case("delete", [a, 1], np.delete(a, 1))
case("delete", [a, [0, -1], {"axis": 1}], np.delete(a, [0, -1], axis=1))
case("delete", [a, [], {"axis": 0}], np.delete(a, [], axis=0))
case("columnStack", [[a.tolist(), [1, 2, 3]]], np.column_stack([a, [1, 2, 3]]))
case("dstack", [[a.tolist(), a.tolist()]], np.dstack([a, a]))
cube = real(2, 4, 6)
case("hsplit", [cube, 2], np.hsplit(cube, 2))
case("vsplit", [cube, [1]], np.vsplit(cube, [1]))
case("dsplit", [cube, [1, 4]], np.dsplit(cube, [1, 4]))
case("fliplr", [cube], np.fliplr(cube))
case("flipud", [cube], np.flipud(cube))
case("nonzero", [a > 0], np.nonzero(a > 0))
case("argwhere", [a > 0], np.argwhere(a > 0))
case("flatnonzero", [a > 0], np.flatnonzero(a > 0))

x, y = whole(40, 100, -100), whole(40, 100, -100)
case("gcd", [x, y], np.gcd(x, y))
case("lcm", [x, y], np.lcm(x, y))
case("gcd", [[2147483646, 1836311903, 0], [2147483647, 1134903170, 0]], np.gcd([2147483646, 1836311903, 0], [2147483647, 1134903170, 0]))
f = np.concatenate([real(12), [0.0, 1.0, -1.0, 0.5, 2.0, 5e-324, -2.2250738585072014e-308, 1e-310, 1.7976931348623157e308, 1e300,
                               2.0**-1021, 2.0**1023, np.inf, -np.inf, np.nan]])
case("frexp", [plain(f)], np.frexp(f))
case("modf", [plain(f)], np.modf(f))
case("spacing", [plain(f)], np.spacing(f))
for target in (0.0, 1.0, -1e308, np.inf, -np.inf, np.nan):
    case("nextafter", [plain(f), plain(target)], np.nextafter(f, target))
for n in (0, 1, -1, 60, -60, 1000, -1000, 2000, -2000, -1030, 1030):
    case("ldexp", [plain(f), n], np.ldexp(f, n))

lines = ",\n".join(json.dumps(c) for c in cases)
head = f'{{"source": "NumPy {np.__version__}, by arrays.py", "n": {len(cases)}, "cases": [\n'
with open(os.path.join(os.path.dirname(__file__), "arrays.json"), "w") as out:
    out.write(head + lines + "\n]}\n")
print(len(cases))
