/**
 * The door of functions that make arrays or multiply them. A program that goes through it may multiply large ones, and
 * pays for the vector tiles; a program of a few operations on what it is given does not.
 */
import { provideTiles } from "../kernel/tiled.js";
import { openDoor } from "./door.js";

/** `openDoor`, and tiles for large products. */
export const openWorkshop = (): void => {
  openDoor();
  provideTiles();
};
