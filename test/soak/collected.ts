// What is dropped is collected: prints for each of a list of tensors whether it is gone, 1 for yes.
import { np, type Tensor } from "cotangent";
import { GradientTape, leaf, Variable } from "cotangent/tape";

const watched: WeakRef<object>[] = [];
const keep: unknown[] = [];
const watch = <T extends object>(x: T): T => {
  watched.push(new WeakRef(x));
  return x;
};
const big = (): Tensor => np.sin(np.arange(1000));

// 0, 1: a tape that is dropped without being asked, and what was computed while it recorded
const dropped = (): void => {
  const tape = watch(new GradientTape());
  tape.run(() => {
    const x = big();
    tape.watch(x);
    watch(np.mul(np.sin(x), x));
  });
};
// 2, 3: a persistent tape that is kept, and intermediate results on which nothing depends that is kept
const persistent = (): void => {
  const tape = new GradientTape({ persistent: true });
  const x = big();
  tape.run(() => {
    tape.watch(x);
    const y = watch(np.sin(x));
    watch(np.exp(y));
  });
  keep.push(tape, x);
};
// 4, 5: intermediate results of a tape that was asked once and is kept
const asked = (): void => {
  const tape = new GradientTape();
  const x = new Variable(big());
  const z = tape.run(() => {
    const y = watch(np.sin(x));
    return np.sum(watch(np.exp(y)));
  });
  tape.gradient(z, x);
  keep.push(tape, x, z);
};
// 6, 7: intermediate results of a graph that was dropped, and of one that went backward and whose end is kept
const leaves = (): void => {
  const x = leaf(big());
  watch(np.exp(np.sin(x)));
  const y = watch(np.sin(x));
  const z = np.sum(np.exp(y));
  z.backward();
  keep.push(x, z);
};
// 8: of the same kind, but needed: what is kept has a derivative that is computed of it
const needed = (): void => {
  const tape = new GradientTape({ persistent: true });
  const x = big();
  const z = tape.run(() => {
    tape.watch(x);
    return np.sum(watch(np.exp(np.sin(x))));
  });
  keep.push(tape, x, z);
};
for (const f of [dropped, persistent, asked, leaves, needed]) f();

// a turn of the event loop, after which weak references may be cleared
setTimeout(() => {
  globalThis.gc?.();
  setTimeout(() => {
    globalThis.gc?.();
    console.log(JSON.stringify(watched.map((x) => (x.deref() === undefined ? 1 : 0))));
    if (keep.length === 0) throw new Error("nothing was kept");
  });
});
