/**
 * The door of functions that make arrays or multiply them. A program that goes through it may work on large ones, and
 * pays for vector code; a program of a few operations on what it is given does not.
 */
import { longFolds } from "../compile/wasm/long-folds.js";
import { longLoops } from "../compile/wasm/long-loops.js";
import { provideLongLoops } from "../kernel/elementwise.js";
import { provideLongFolds } from "../kernel/reduce.js";
import { provideTiles } from "../kernel/tiled.js";
import { openDoor } from "./door.js";

/** `openDoor`, tiles for large products, and loops in vectors over long operands. */
export const openWorkshop = (): void => {
  openDoor();
  provideTiles();
  provideLongLoops(longLoops);
  provideLongFolds(longFolds);
};
