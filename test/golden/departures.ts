/** Every reference case that the library does not follow, with the reason. */

const each = (reason: string, ids: readonly string[]): readonly (readonly [string, string])[] =>
  ids.map((id) => [id, reason]);

export const departures: ReadonlyMap<string, string> = new Map([
  ...each("not yet: samplers and the making of keys", [
    "random/uniform/10",
    "random/uniform/11",
    "random/normal/14",
    "random/exponential/15",
    "random/bernoulli/28",
    "random/key/31",
    "random/key/32",
    "random/key/33",
    "random/key/34",
    "random/key/35",
    "random/key/36",
    "random/property/3",
  ]),
]);
