// Running a child Node with its output passed through: what every other script here is made of.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs `node ...args` in the project's root, and tells its status. */
export const nodeStatus = (args, env = {}) =>
  spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: "inherit",
  }).status ?? 1;

/** The same; on failure ends this process with the same status. */
export const node = (args, env = {}) => {
  const status = nodeStatus(args, env);
  if (status !== 0) process.exit(status);
};

/** Runs `npm ...args` likewise; npm is a script for a shell, also on Windows. */
export const npm = (command) => {
  const child = spawnSync(`npm ${command}`, { cwd: root, shell: true, stdio: "inherit" });
  if (child.status !== 0) process.exit(child.status ?? 1);
};
