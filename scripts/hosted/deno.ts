// The Deno that the hosted edge runtime has, from the npm registry, checked by its digest.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cache } from "./server.ts";

const version = "2.1.4";
const name = `@deno/linux-${process.arch}-glibc`;
/** SHA-256 of the binary, by architecture; the registry has this version for no other. */
const digests: Record<string, string> = {
  x64: "10af0f31dc48bfea949e83daa042c03a9a84f7c52056d20597cac7ad005ab6aa",
};

export const hostedDeno = {
  version,
  path(): string {
    const prefix = join(cache, `deno-${version}`);
    const binary = join(prefix, "node_modules", name, "deno");
    if (!existsSync(binary)) {
      mkdirSync(prefix, { recursive: true });
      const { status } = spawnSync(
        "npm",
        ["install", "--prefix", prefix, "--no-save", "--loglevel=error", `${name}@${version}`],
        { stdio: ["ignore", 2, 2] },
      );
      if (status !== 0) throw new Error(`npm could not install ${name}@${version}.`);
    }
    const digest = createHash("sha256").update(readFileSync(binary)).digest("hex");
    if (digest !== digests[process.arch]) throw new Error(`${binary} is not Deno ${version}.`);
    return binary;
  },
};
