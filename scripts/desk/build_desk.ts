// Builds the desk, and points a build at a project without building again.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { localPath, root } from "../dev/paths.ts";
import { headersFile } from "./headers.ts";

export const deskFolder = (): string => localPath("desk");

export async function buildDesk(outDir = deskFolder()): Promise<string> {
  await build({
    configFile: join(root, "desk", "vite.config.ts"),
    logLevel: "warn",
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}

const attribute = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** The page for one project: its two meta elements, and a connection that is made while the desk loads. */
export function configured(html: string, projectUrl: string, key: string): string {
  const set = (page: string, name: string, value: string) =>
    page.replace(
      new RegExp(`(name="${name}" content=")[^"]*`),
      (_, start) => start + attribute(value),
    );
  const url = projectUrl.replace(/\/+$/, "");
  return set(set(html, "sluice-url", url), "sluice-key", key)
    .replace(/\n *<link rel="preconnect"[^>]*>/, "")
    .replace(
      /\n( *)<title>/,
      (title, indent) =>
        `\n${indent}<link rel="preconnect" href="${attribute(url)}" crossorigin>${title}`,
    );
}

export function configureDesk(folder: string, projectUrl: string, key: string): void {
  const page = join(folder, "index.html");
  writeFileSync(page, configured(readFileSync(page, "utf8"), projectUrl, key));
  writeFileSync(join(folder, "_headers"), headersFile(projectUrl));
}
