// `npm run docs:openapi`: writes pages/openapi.json.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "../cli/version.ts";
import { root } from "../dev/paths.ts";
import { openapiDocument } from "./openapi/document.ts";

export const OPENAPI_FILE = join(root, "pages", "openapi.json");

export const openapiText = (): string => JSON.stringify(openapiDocument(version()), null, 2) + "\n";

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(OPENAPI_FILE, openapiText());
