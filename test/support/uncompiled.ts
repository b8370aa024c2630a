/**
 * Tests that say nothing of compiled functions, by their file and the end of their full name, each with the reason;
 * `npm run test:jit` leaves them out.
 */

/** A compiled function runs when it is staged, and not again. */
const counts = "counts how often a function runs";
/** What a whileLoop does in reverse eagerly, where its steps are known, no graph can do without `maxSteps`. */
const unbounded = "differentiates a loop of unknown length in reverse, which is for eager evaluation alone";
const looks = "gives a rule that looks whether it is traced, to be found out";
const graphs = "reads the graph of a function, which is one call where the function is compiled";
const compiles = "counts what jit compiles";

export const uncompiled: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "control/call.test.ts": {
    "graphs made of a graph are made once": counts,
    "graphs made of a graph run through what runs the call, in both modes": counts,
    "graphs made of a graph stand in graphs, readably": graphs,
    "computing again keeps the operands and nothing else": graphs,
  },
  "control/custom.test.ts": {
    "checkpoint computes the function again, once for each pullback": counts,
  },
  "control/while.test.ts": {
    "a loop the pullback is dual to the pushforward": unbounded,
    "a loop the derivative transposed twice is itself": unbounded,
    "a loop Hessians by all four pairs of modes agree, with each other and with differences of the gradient":
      unbounded,
    "a linear loop the pullback is dual to the pushforward": unbounded,
    "a linear loop the derivative transposed twice is itself": unbounded,
    "a linear loop Hessians by all four pairs of modes agree, with each other and with differences of the gradient":
      unbounded,
  },
  "debug/graph.test.ts": {
    "loops of unknown length, and kernels cost what one step costs, and say so": graphs,
    "loops of unknown length, and kernels tell what is known where a kernel tells nothing": graphs,
    "drawings toText": graphs,
    "tangents lists every value with its tangent": "tells the lines where the test's own function stands",
  },
  "guides.test.ts": {
    "from-jax.md Transformations: '`jax.make_jaxpr(jnp.sin)(1.)`'": graphs,
  },
  "interpreters/number.test.ts": {
    "rules of users that throw, throw each time":
      "throws in a rule that numbers alone ask for: what is compiled asks for it when it is staged",
  },
  "lax/control.test.ts": {
    "whileLoop and foriLoop have derivatives, the number of steps depending on the value": unbounded,
    "whileLoop and foriLoop stop for each example of a batch by itself, also in reverse with a bound":
      unbounded,
    "the loops of the seeds double until a norm is passed, then take a side": unbounded,
  },
  "linalg/edges.test.ts": {
    "matrices without an inverse are errors where elements are at hand: eagerly, in stacks, under grad":
      "asks for errors that look at elements; graphs give infinity",
  },
  "optim/minimisers.test.ts": {
    "lbfgs takes a number, and counts what it does": counts,
    "newtonCg takes a number, and counts what it does": counts,
    "leastSquares counts, reports and stops as told": counts,
  },
  "tape/confusion.test.ts": {
    "nothing is left behind by a tape that is stopped in a function transformed since: it leaves with the next operation":
      "stops a tape in a function, which stages with another tape in charge than it is run with",
  },
  "tape/jit.test.ts": {
    "jit and tapes a tape around a compiled function, of its arguments": compiles,
    "jit and tapes a tape in a compiled function": compiles,
    "jit and tapes Variables that a compiled function reads are read at every call": compiles,
    "jit and tapes a whole step within: a tape, and Variables": compiles,
    "loops and tapes the notebooks' compiled training: 1,000 steps with a tape in each, in one compiled loop":
      compiles,
  },
  "testing/complex-step.test.ts": {
    "the complex step goes through sums, products, choices, views, matrices, loops and rules of the user's":
      unbounded,
  },
  "testing/laws.test.ts": {
    '"the pushforward staged equals the eager one, bit for bit" finds a rule that looks whether it is traced':
      looks,
    '"linearize agrees with the pushforward" finds a rule that looks whether the tangent is known': looks,
  },
  "testing/rules.test.ts": {
    "checkCustomRule dual to forward mode ...": looks,
    "checkCustomRule compiled equals ...": looks,
  },
  "transforms/jit.test.ts": {
    "jit runs the function once for each form of its arguments": compiles,
    "jit tells why it compiled again": compiles,
    "jit static arguments are compared by what they say": compiles,
  },
};
