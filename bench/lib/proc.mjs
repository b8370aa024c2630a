// A worker process speaking the line protocol, with crash and timeout reporting.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

export class Proc {
  constructor(spec, scratch) {
    const [cmd, args] =
      spec.kind === "node"
        ? [
            process.execPath,
            ["--expose-gc", ...spec.nodeArgs, join(here, "worker.mjs"), spec.file, spec.variant, scratch],
          ]
        : [process.env.TORCH_PYTHON || "/usr/bin/python3", [spec.file, String(spec.threads), scratch]];
    this.child = spawn(cmd, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        OMP_WAIT_POLICY: "passive",
        PYTHONWARNINGS: "ignore",
        TF_CPP_MIN_LOG_LEVEL: "3",
        ...(spec.threads
          ? { OPENBLAS_NUM_THREADS: String(spec.threads), OMP_NUM_THREADS: String(spec.threads) }
          : {}),
      },
    });
    this.pending = new Map();
    this.id = 0;
    this.stderr = "";
    this.dead = null;
    this.child.stderr.on("data", (d) => {
      this.stderr = (this.stderr + d).slice(-4000);
    });
    this.child.stdin.on("error", () => {});
    createInterface({ input: this.child.stdout }).on("line", (l) => {
      if (!l.startsWith("@@")) return;
      const m = JSON.parse(l.slice(2)),
        p = this.pending.get(m.id);
      if (p) {
        this.pending.delete(m.id);
        clearTimeout(p.timer);
        p.resolve(m);
      }
    });
    this.child.on("close", (code, signal) => {
      const tail = this.stderr
        .split("\n")
        .filter((l) => /error|fatal|abort|exception|RangeError|memory/i.test(l))
        .slice(0, 2)
        .join(" | ")
        .slice(0, 300);
      this.dead ??= `process died: code ${code} signal ${signal} ${tail}`;
      for (const p of this.pending.values()) {
        clearTimeout(p.timer);
        p.resolve({ ok: false, error: this.dead, dead: true });
      }
      this.pending.clear();
    });
  }
  send(msg, timeoutMs = 60000) {
    if (this.dead) return Promise.resolve({ ok: false, error: this.dead, dead: true });
    const id = ++this.id;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.dead = `timed out after ${timeoutMs / 1000} s`;
        this.child.kill("SIGKILL");
      }, timeoutMs);
      this.pending.set(id, { resolve, timer });
      this.child.stdin.write(JSON.stringify({ id, ...msg }) + "\n");
    });
  }
  close() {
    this.dead ??= "closed";
    this.child.stdin.end();
    this.child.kill("SIGKILL");
  }
}
