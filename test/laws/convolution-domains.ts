/** The domain of convolution: up to two axes of positions, windows larger than the image and empty axes among them. */
import fc from "fast-check";
import { type Domain, numbers } from "../../src/testing/domains.js";

const size = fc.constantFrom(1, 1, 2, 2, 3, 0);
const axis = fc.record({
  image: fc.constantFrom(1, 2, 3, 4, 5, 0),
  window: fc.constantFrom(1, 2, 2, 3, 0),
  stride: fc.constantFrom(1, 1, 2, 3),
  windowDilation: fc.constantFrom(1, 1, 2),
});

export const convolutionDomains: Readonly<Record<string, Domain>> = {
  convolution: {
    dtypes: numbers,
    linear: () => [[0], [1]],
    plan: (draw) =>
      fc
        .record({
          groups: fc.constantFrom(1, 1, 2),
          examples: size,
          features: size,
          features2: size,
          axes: fc.array(axis, { maxLength: 2 }),
          featuresFirst: fc.boolean(),
        })
        .map(({ groups, examples, features, features2, axes, featuresFirst }) => ({
          p: {
            strides: axes.map((a) => a.stride),
            windowDilation: axes.map((a) => a.windowDilation),
            featuresFirst,
          },
          operands: fc.tuple(
            draw.tensor([groups, examples, ...axes.map((a) => a.image), features]),
            draw.tensor([groups, ...axes.map((a) => a.window), features, features2]),
          ),
        })),
  },
};
