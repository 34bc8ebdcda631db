#!/usr/bin/env node
// `npx sluice …`: the command-line client, on the pinned Node.
process.argv.splice(2, 0, "--tools", "scripts/cli/sluice.ts");
await import("./setup.mjs");
