import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["unit", "http", "integration"].map((name) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        // The database and the Deno processes are shared by all files: two workers at most.
        maxWorkers: 2,
        // Long enough for a machine that is busy with other work: a slow test is not a failure.
        testTimeout: name === "unit" ? 180_000 : 300_000,
        hookTimeout: 300_000,
      },
    })),
  },
});
