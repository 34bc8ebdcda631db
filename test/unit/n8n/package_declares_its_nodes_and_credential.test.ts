// The package's manifest lists every node and credential, and the credential is tried with GET /v1/me.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../scripts/dev/paths.ts";
import { nodesFolder } from "../../../scripts/n8n/build_nodes.ts";
import { manifest, sluiceCredential, sluiceNodeTypes } from "../../support/n8n_nodes.ts";

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));

test("every node of the folder is declared", () => {
  const folders = readdirSync(join(nodesFolder, "nodes")).sort();
  expect(manifest().n8n.nodes).toEqual(
    folders.map((name) => `dist/nodes/${name}/${name}.node.js`),
  );
});

test("the types have the names that workflows use", async () => {
  expect(Object.keys(await sluiceNodeTypes()).sort()).toEqual([
    ...["sluice", "sluiceBranch", "sluiceHandOver", "sluiceSendStep", "sluiceSequenceStart"],
    ...["sluiceTrigger", "sluiceWait"],
  ].map((name) => `n8n-nodes-sluice.${name}`));
});

test("the credential is tried with GET /v1/me and sends its key as a bearer token", async () => {
  const { name, authenticate, test, properties } = await sluiceCredential();
  expect(name).toBe("sluiceApi");
  expect(authenticate.properties.headers).toEqual({
    Authorization: "=Bearer {{$credentials.apiKey}}",
  });
  expect(test.request).toMatchObject({ method: "GET", url: "/api/v1/me" });
  const secret = properties.filter((one: { typeOptions?: { password?: boolean } }) =>
    one.typeOptions?.password
  );
  expect(secret.map((one: { name: string }) => one.name)).toEqual([
    ...["apiKey", "webhookSecret", "n8nApiKey"],
  ]);
});

test("it is built against the n8n that runs here, and brings no other package", () => {
  const { devDependencies, dependencies } = read(join(nodesFolder, "package.json"));
  expect(dependencies).toBeUndefined();
  const lock = read(join(root, "n8n-workflows", "package-lock.json"));
  expect(devDependencies["n8n-workflow"]).toBe(
    lock.packages["node_modules/n8n-workflow"].version,
  );
  for (const version of Object.values<string>(devDependencies)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});
