import { join } from "node:path";
import { defineConfig } from "vitest/config";

// The nodes for n8n are tested without n8n.
const alias = { "n8n-workflow": join(import.meta.dirname, "test/support/n8n_workflow.ts") };

export default defineConfig({
  test: {
    projects: ["unit", "http", "integration"].map((name) => ({
      resolve: { alias },
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        // The database and the Deno processes are shared by all files: two workers at most.
        maxWorkers: 2,
        // Long enough for a machine that is busy with other work: a slow test is not a failure.
        testTimeout: name === "unit" ? 180_000 : 600_000,
        hookTimeout: 600_000,
      },
    })),
  },
});
