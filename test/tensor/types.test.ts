/**
 * The promotion table three times: written out here, computed by `promoteDTypes`, and by the compiler, which accepts
 * only the names that `Promote` gives.
 */
import { expect, it } from "vitest";
import { type DType, dtypes, promoteDTypes } from "../../src/tensor/dtype.js";
import type { Promote } from "../../src/tensor/types.js";

const met: { readonly [A in DType]: { readonly [B in DType]: Promote<A, B> } } = {
  float64: {
    float64: "float64",
    float32: "float64",
    int32: "float64",
    uint32: "float64",
    int16: "float64",
    uint16: "float64",
    int8: "float64",
    uint8: "float64",
    bool: "float64",
  },
  float32: {
    float64: "float64",
    float32: "float32",
    int32: "float32",
    uint32: "float32",
    int16: "float32",
    uint16: "float32",
    int8: "float32",
    uint8: "float32",
    bool: "float32",
  },
  int32: {
    float64: "float64",
    float32: "float32",
    int32: "int32",
    uint32: "float64",
    int16: "int32",
    uint16: "int32",
    int8: "int32",
    uint8: "int32",
    bool: "int32",
  },
  uint32: {
    float64: "float64",
    float32: "float32",
    int32: "float64",
    uint32: "uint32",
    int16: "float64",
    uint16: "uint32",
    int8: "float64",
    uint8: "uint32",
    bool: "uint32",
  },
  int16: {
    float64: "float64",
    float32: "float32",
    int32: "int32",
    uint32: "float64",
    int16: "int16",
    uint16: "int32",
    int8: "int16",
    uint8: "int16",
    bool: "int16",
  },
  uint16: {
    float64: "float64",
    float32: "float32",
    int32: "int32",
    uint32: "uint32",
    int16: "int32",
    uint16: "uint16",
    int8: "int32",
    uint8: "uint16",
    bool: "uint16",
  },
  int8: {
    float64: "float64",
    float32: "float32",
    int32: "int32",
    uint32: "float64",
    int16: "int16",
    uint16: "int32",
    int8: "int8",
    uint8: "int16",
    bool: "int8",
  },
  uint8: {
    float64: "float64",
    float32: "float32",
    int32: "int32",
    uint32: "uint32",
    int16: "int16",
    uint16: "uint16",
    int8: "int16",
    uint8: "uint8",
    bool: "uint8",
  },
  bool: {
    float64: "float64",
    float32: "float32",
    int32: "int32",
    uint32: "uint32",
    int16: "int16",
    uint16: "uint16",
    int8: "int8",
    uint8: "uint8",
    bool: "bool",
  },
};

it("types and values promote alike", () => {
  for (const a of dtypes) for (const b of dtypes) expect(met[a][b]).toBe(promoteDTypes(a, b));
});
