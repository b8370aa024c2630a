/** Every reference case that the library does not follow, by its id, with the reason. There is none. */
export const departures: ReadonlyMap<string, string> = new Map();
