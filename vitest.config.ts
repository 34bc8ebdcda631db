import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["unit", "http", "integration"].map((name) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        // The database and the Deno processes are shared by all files: two workers at most.
        maxWorkers: 2,
        testTimeout: name === "unit" ? 30_000 : 120_000,
        hookTimeout: name === "unit" ? 30_000 : 300_000,
      },
    })),
  },
});
