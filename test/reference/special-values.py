"""Writes special-values.json: special functions at points of their whole domains, by mpmath at 50 digits.

    python3 test/reference/special-values.py

A row is the arguments, then the value; orders of derivatives and of functions come first.
"""
import json
import os

import mpmath as mp

mp.mp.dps = 50
M = mp.mpf


def d(f, order, h="1e-16"):
    """The derivative of that order (one for each argument) of f, by differences at 120 digits."""

    def at(*xs):
        with mp.workdps(120):
            return mp.diff(f, xs if len(xs) > 1 else xs[0], order, h=M(h))

    return at


tail = [1e-300, 1e-10, 0.001, 0.3, 0.7, 1.0, 1.5, 2.0, 3.3, 7.5, 12.0, 30.0]
reals = sorted([-x for x in tail] + tail)


def erfcx(x):
    return mp.exp(M(x) ** 2) * mp.erfc(x)


def ndtr(x):
    return mp.erfc(-M(x) / mp.sqrt(2)) / 2


def ndtri(p):
    start = -mp.sqrt(-2 * mp.log(p)) if p < 0.4 else M(p) - 0.5
    if p > 0.9:
        return -ndtri(1 - M(p))
    x = mp.findroot(lambda x: mp.log(ndtr(x)) - mp.log(M(p)), start, tol=1e-80, maxsteps=200)
    return x


def ie(n):
    return lambda x: mp.exp(-abs(M(x))) * mp.besseli(n, x)


def ie_derivative(n, m, x):
    return d(lambda t: mp.exp(-t) * mp.besseli(n, t), m)(M(x))


def zeta_s(n, s, q):
    return mp.zeta(M(s), M(q), n)


def spence(z):
    return mp.polylog(2, 1 - M(z)).real


def spence_derivative(n, z):
    with mp.workdps(120):
        if z == 1:
            return (-1) ** n * mp.factorial(n - 1) / n
        return d(lambda t: mp.log(t) / (1 - t), n - 1)(M(z)) if n > 1 else mp.log(M(z)) / (1 - M(z))


def P(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def Q(a, x):
    return mp.gammainc(a, x, mp.inf, regularized=True)


def I(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def quantile_slope(n, a, y):
    with mp.workdps(120):
        a, x = M(a), mp.exp(M(y))
        return mp.diff(lambda t: P(t, x), a, n, h=M("1e-16")) / (x**a * mp.exp(-x) / mp.gamma(a))


def betaln(a, b):
    return mp.log(mp.beta(M(a), M(b)))


def boxcox(n, x, l):
    """The integral of t^(l - 1) log^n t from 1 to x."""
    L = mp.log(x)
    with mp.workdps(80):
        return L ** (n + 1) * mp.hyp1f1(n + 1, n + 2, l * L) / (n + 1)


def boxcox_inverse(y, l):
    return (1 + M(l) * M(y)) ** (1 / M(l)) if l else mp.exp(M(y))


def with_more_digits(f):
    def wide(*xs):
        with mp.workdps(400):
            return f(*xs)

    return wide


def lambert(branch, x):
    with mp.workdps(120):
        return mp.lambertw(M(x), branch).real


def lambert_slope(branch, x):
    with mp.workdps(120):
        w = mp.lambertw(M(x), branch).real
        return mp.exp(-w) / (1 + w)


def owens(h, a):
    h, a = M(h), M(a)
    with mp.workdps(30):
        end = min(a, 12 / h) if h else a
        points = [M(i) / 4 for i in range(5)]
        integrand = lambda t: mp.exp(-((h * end * t) ** 2) / 2) / (1 + (end * t) ** 2)
        return end * mp.quad(integrand, points) * mp.exp(-h * h / 2) / (2 * mp.pi)


# the doubles above -1 / e
branch_point = [-0.3678794411714423, -0.36787944117144, -0.367879441, -0.36787, -0.3678, -0.365, -0.36, -0.33, -0.3, -0.25, -0.1840, -0.1839]
lambert_points = [(0, x) for x in [*branch_point, -0.1, -1e-4, -1e-5, 1e-300, 1e-5, 2e-4, 0.01, 0.5, 1.0, 2.7, 2.72, 10.0, 1e5, 1e100, 1e308]] + [(-1, x) for x in [*branch_point, -0.15, -0.01, -1e-10, -1e-100, -1e-299, -1e-301, -5e-324]]
owens_points = [(h, a) for h in (0.0, 1e-10, 0.1, 0.7, 1.0, 2.5, 4.8, 9.0, 20.0, 37.0) for a in (1e-300, 1e-5, 0.2, 0.5, 0.999, 1.0, 1.0001, 1.7, 6.0, 40.0, 1e4)] + [(1e-10, 1e9)]

def hyp1f1(i, j, a, b, z):
    if i + j == 0:
        return mp.hyp1f1(M(a), M(b), M(z))
    return d(lambda s, t: mp.hyp1f1(s, t, M(z)), (i, j))(M(a), M(b))


def hyp2f1(i, j, k, a, b, c, z):
    if i + j + k == 0:
        return mp.hyp2f1(M(a), M(b), M(c), M(z))
    return d(lambda s, t, u: mp.re(mp.hyp2f1(s, t, u, M(z))), (i, j, k))(M(a), M(b), M(c))


kummer_points = [(a, b, z) for a in (-3.0, -0.5, 1e-10, 0.5, 2.5, 25.3) for b in (-2.5, 0.5, 1.0, 7.5) for z in (-1e4, -300.0, -40.0, -5.0, -0.3, 0.7, 6.0, 60.0, 500.0)]
gauss_points = [(a, b, c, z) for a in (-2.0, -0.5, 1.0, 2.3) for b in (0.5, 3.0, 12.7) for c in (-1.5, 1.0, 4.2) for z in (-1e4, -40.0, -1.5, -0.3, 0.4, 0.85, 0.97, 1 - 2.0**-27)]
gauss_ends = [(-3.0, 2.5, 1.5, 7.0), (-4.0, 1.5, -6.0, 2.0), (0.5, 0.25, 2.0, 1.0), (-0.5, 1.5, 4.5, 1.0), (1e-10, -1.1483686915150484, -22.04355536595409, 0.8462371985678232)]

gamma_points = [(a, a * r if a >= 1 else r) for a in (1e-3, 0.2, 1.0, 2.5, 12.0, 30.0, 31.0, 170.0, 1e4) for r in (1e-3, 0.25, 0.75, 1.0, 1.25, 4.0)]
beta_points = [(a, b, x) for a in (1e-3, 0.3, 1.0, 4.5, 25.0, 400.0) for b in (1e-3, 0.2, 2.5, 12.0, 150.0) for x in (1e-3, 0.4, 0.75, 0.999)]
# one parameter far larger than the other, x away from the mean
lopsided = [(856207.8362551361, 26.390938492563535, 0.9999497159189081), (11.07126266057478, 271748.1767254189, 1e-12), (10.232782582676464, 809807.6386874646, 1.9975594165753156e-05), (47.94477878061308, 880111.0687833573, 1.60719380034261e-05), (35.715357019356205, 1038.7644105478885, 0.00563811059616211)]
pairs = [(0.1, 0.1), (1e-10, 3.0), (1.0, 1.0), (2.5, 0.7), (8.9, 9.1), (0.3, 40.0), (60.0, 12.0), (150.0, 170.0), (1e5, 2.5), (1e6, 1e7)]
near = [(1.0, 1.0 + 1e-8), (0.3, 0.31), (2.0, 1.0), (1e-300, 5.0), (7.0, 1e-9), (1e10, 1.00001e10)]

powers = [(x, l) for x in (1e-300, 1e-5, 0.3, 0.999, 1.0000001, 2.0, 50.0, 1e200) for l in (-3.0, -0.7, -1e-9, 0.0, 1e-20, 0.01, 0.5, 1.0, 1.4)] + [(0.01, -150.0), (1e30, 10.1), (3.0, 600.0)]

tables = {
    "gamma": (mp.gamma, [(x,) for x in (1e-300, 1e-8, 0.01, 0.2, 0.5, 0.99, 1.5, 2.7, 6.0, 11.5, 13.2, 25.3, 80.1, 150.7, 171.6, -1e-9, -0.3, -0.75, -2.5, -9.3, -20.7, -100.4, -170.6, -175.5)]),
    "logGammaOnePlus": (lambda x: mp.loggamma(1 + M(x)), [(x,) for x in (1e-20, -1e-5, 9e-4, 2e-3, -0.03, 0.3, -0.5, 0.5)]),
    "beta": (lambda a, b: mp.beta(M(a), M(b)), [p for p in pairs if p != (1e6, 1e7)] + [(-0.5, 2.3), (-1.5, -0.7)]),
    "betaln": (betaln, [p for p in pairs if p != (1.0, 1.0)]),
    "gammainc": (P, gamma_points),
    "gammaincc": (Q, gamma_points),
    "gammaincDerivative": (lambda n, a, x: d(lambda t: P(t, M(x)), n)(M(a)), [(n, *p) for p in gamma_points[::2] for n in (1, 2, 3) if p[0] < 1000]),
    "gammaQuantileSlope": (quantile_slope, [(n, a, y) for n in (1, 2) for a, y in ((0.01, -50.0), (0.5, -2.0), (1.0, 0.5), (3.0, 1.0), (50.0, 3.8), (200.0, 5.4))] + [(1, 0.002, -900.0)]),
    "betainc": (I, beta_points + lopsided),
    "betaincDerivative": (
        lambda m, n, a, b, x: d(lambda s, t: I(s, t, M(x)), (m, n))(M(a), M(b)),
        [(m, n, *p) for k, p in enumerate(beta_points) if k % 3 == 0 for m, n in ((1, 0), (0, 1), (1, 1))],
    ),
    "erfcx": (erfcx, [(x,) for x in (-26.0, -5.0, -1.1, -0.9, -0.1, 0.0, 1e-10, 0.3, 0.51, 0.9, 2.0, 4.7, 5.99, 6.01, 20.0, 1e5, 1e10)]),
    "erfcxDerivative": (lambda n, x: d(erfcx, n)(M(x)), [(n, x) for n in (1, 2, 4, 5, 7) for x in (-3.0, -0.5, 0.0, 0.4, 1.0, 5.0, 40.0, 1e4)]),
    "ndtr": (ndtr, [(x,) for x in reals] + [(-37.5,), (-38.2,)]),
    "logNdtr": (lambda x: mp.log(ndtr(x)) if x < 5 else mp.log1p(-ndtr(-M(x))), [(x,) for x in reals] + [(-1e5,), (37.0,)]),
    "ndtri": (ndtri, [(p,) for p in (1e-300, 1e-100, 1e-20, 1e-5, 0.01, 0.0999, 0.1001, 0.3, 0.49, 0.51, 0.8, 0.95, 0.999999, 1 - 2.0**-53)]),
    "besselI": (mp.besseli, [(n, x) for n in (0, 1, 2, 5) for x in (1e-8, 0.5, -3.0, 12.0, 19.9, 20.1, 36.0, 200.0, 710.0)]),
    "scaledBesselDerivative": (
        lambda n, m, x: ie_derivative(n, m, x) if m else ie(n)(x),
        [(n, m, x) for n in (0, 1) for m in (0, 1, 2, 3) for x in (0.1, 1.7, 8.0, 19.9, 20.1, 300.0, 1e6)],
    ),
    "expn": (mp.expint, [(n, x) for n in (0, 1, 2, 3, 7, 40) for x in (1e-10, 0.1, 0.9, 1.0, 1.1, 4.0, 30.0, 600.0)]),
    "expi": (mp.ei, [(x,) for x in (-700.0, -2.0, -1e-5, 1e-300, 1e-5, 0.1, 0.3, 0.3725, 0.4, 0.5, 0.6, 1.0, 6.0, 39.0, 41.0, 200.0, 715.0)]),
    "spence": (spence, [(x,) for x in (0.0, 1e-9, 0.2, 0.49, 0.6, 0.999, 1.0001, 1.4, 1.7, 5.0, 1e6)]),
    "spenceDerivative": (spence_derivative, [(n, x) for n in (1, 2, 3) for x in (0.01, 0.3, 0.5, 0.95, 1.0, 1.3, 1.59, 1.7, 20.0)]),
    "zetaDerivative": (zeta_s, [(n, s, q) for n in (0, 1, 2) for s, q in ((1.1, 1.0), (2.0, 0.3), (2.5, 4.0), (4.0, 30.0), (12.0, 1.0), (3.0, 1e5))]),
    "entr": (lambda x: -M(x) * mp.log(M(x)), [(x,) for x in (1e-300, 0.2, 0.999, 1.5, 1e10)]),
    "relEntr": (lambda x, y: M(x) * mp.log(M(x) / M(y)), near),
    "klDiv": (lambda x, y: M(x) * mp.log(M(x) / M(y)) - M(x) + M(y), near),
    "logit": (lambda p: mp.log(M(p) / (1 - M(p))), [(x,) for x in (1e-300, 0.1, 0.3, 0.31, 0.4999, 0.5000001, 0.64, 0.66, 0.99, 1 - 2.0**-53)]),
    "boxcoxDerivative": (boxcox, [(n, *p) for n in (0, 1, 2, 5) for p in powers if not (n == 5 and p[1] == 600.0)]),
    "boxcox1pDerivative": (
        with_more_digits(lambda n, x, l: boxcox(n, 1 + x, l)),
        [(n, x, l) for n in (0, 1, 3) for x in (-0.99999, -0.3, -1e-10, 1e-300, 1e-9, 0.7, 40.0, 1e10) for l in (-30.0, -0.7, 0.0, 1e-10, 1.0, 25.3)],
    ),
    "invBoxcox": (with_more_digits(boxcox_inverse), [(y, l) for y in (-1.5, -1e-10, 0.3, 2.0, 30.0, 600.0) for l in (-1e-3, -1e-12, 0.0, 1e-300, 0.01, 0.5, 2.0) if l * y > -1] + [(1e200, 0.9), (1e100, 0.4), (700.0, 1e-5)]),
    "invBoxcox1p": (
        with_more_digits(lambda y, l: boxcox_inverse(y, l) - 1),
        [(y, l) for y in (-1.5, -1e-10, 1e-300, 0.3, 2.0, 300.0) for l in (-1e-3, -1e-12, 0.0, 0.01, 0.5, 2.0) if l * y > -1],
    ),
    "bernoulli": (mp.bernoulli, [(n,) for n in (0, 2, 4, 8, 10, 14, 20, 30, 50, 90, 120, 200, 256, 258)]),
    "lambertW": (lambert, lambert_points),
    "lambertWPlusOne": (lambda branch, x: 1 + with_more_digits(lambert)(branch, x), lambert_points),
    "lambertWSlope": (lambert_slope, lambert_points),
    "owensT": (owens, owens_points),
    "hyp1f1": (hyp1f1, [(0, 0, *p) for p in kummer_points] + [(0, 0, 100.5, -1.09375, -1e4), (0, 0, 1.0, 1e-10, -1e6)]),
    "hyp1f1Derivative": (hyp1f1, [(i, j, *p) for n, p in enumerate(kummer_points) if n % 5 == 0 and abs(p[2]) < 200 and p[0] != 1e-10 for i, j in ((1, 0), (0, 1), (1, 1))]),
    "hyp2f1": (hyp2f1, [(0, 0, 0, *p) for p in gauss_points + gauss_ends]),
    "hyp2f1Derivative": (hyp2f1, [(*o, *p) for n, p in enumerate(gauss_points) if n % 17 == 0 and -100 < p[3] < 0.99 for o in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1))]),
    "xlogy": (lambda x, y: M(x) * mp.log(M(y)), near[1:]),
    "xlog1py": (lambda x, y: M(x) * mp.log1p(M(y)), near + [(2.0, 1e-20), (3.0, -0.999)]),
}


def number(x):
    """As JSON: whole numbers without a point."""
    return int(x) if float(x).is_integer() and abs(x) < 1e15 else float(x)


def rows(f, points):
    for point in points:
        arguments = [M(x) if isinstance(x, float) else x for x in point]
        value = float(mp.re(f(*arguments)))
        # below the smallest normal number a relative error says nothing
        if 3e-308 < abs(value) < float("inf") or value == 0 and all(x == 0 for x in point):
            yield [number(x) for x in (*point, value)]


here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "special-values.json"), "w") as out:
    source = f"mpmath {mp.__version__} at 50 digits, by special-values.py"
    body = ",\n".join(f'"{name}": {json.dumps(list(rows(f, points)), separators=(",", ":"))}' for name, (f, points) in tables.items())
    out.write(f'{{"source": "{source}", "tables": {{\n{body}\n}}}}\n')
