// Options and connection of the commands that use the upload API.
import type { Command } from "commander";
import { Api, type Target } from "./api.ts";
import { type CommandLine, print, text } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { Progress } from "./progress.ts";
import { version } from "./version.ts";

const DEFAULT_URL = "http://127.0.0.1:54321/functions/v1";
export const DEFAULT_SECRET_ENV = "SLUICE_SECRET";

export interface Service extends Target {
  json: boolean;
}

export function addServiceOptions(command: Command): Command {
  return command
    .option("-s, --source <KEY>", "source that the upload belongs to (or SLUICE_SOURCE)")
    .option("--url <URL>", `base URL of the functions (or SLUICE_URL; default ${DEFAULT_URL})`)
    .option(
      "--secret-env <NAME>",
      `environment variable with the signing secret whsec_… (default ${DEFAULT_SECRET_ENV})`,
    )
    .option("--json", "print one JSON object on the last line of standard output")
    .version(version(), "--version", "print the version");
}

export function readService({ options, env }: CommandLine): Service {
  const source = text(options.source) ?? env.SLUICE_SOURCE;
  if (!source) throw new UsageError("--source KEY is required (or set SLUICE_SOURCE)");
  const secretEnv = text(options.secretEnv) ?? DEFAULT_SECRET_ENV;
  const secret = env[secretEnv];
  if (!secret) {
    throw new UsageError(`environment variable ${secretEnv} must contain the signing secret`);
  }
  return {
    url: baseUrl(text(options.url) ?? (env.SLUICE_URL || DEFAULT_URL)),
    source,
    secret: secret.trim(),
    json: options.json === true,
  };
}

export function openService(service: Service, io: Io) {
  const progress = new Progress(io);
  const api = new Api(service, io, progress.note);
  if (service.url.startsWith("http:") && !isLoopback(service.url)) {
    progress.note(`warning: the connection to ${service.url} is not encrypted`);
  }
  return {
    api,
    progress,
    say: (text: string, object: Record<string, unknown>) => print(io, service.json, text, object),
  };
}

/** A signed body that names the request, so that a signature is valid for this request only. */
export function jsonBody(object: Record<string, unknown>) {
  return {
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify(object)),
  };
}

export function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

export function baseUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new UsageError(`invalid URL: ${given}`);
  }
  return url.href.replace(/\/+$/, "").replace(/\/csv-upload$/, "");
}
