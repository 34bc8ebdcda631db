// Runs a function or the worker in a Deno that does not know DENO_SERVE_ADDRESS, such as that of the hosted runtime:
// `deno run serve.ts ENTRYPOINT`.
import process from "node:process";

const address = process.env.DENO_SERVE_ADDRESS;
if (address) {
  const [, hostname = "", port = ""] = /^tcp:(.+):(\d+)$/.exec(address) ?? [];
  const serve = Deno.serve as unknown as (options: object, handler: unknown) => unknown;
  Object.assign(Deno, {
    serve: (handler: unknown) => serve({ hostname, port: Number(port), onListen() {} }, handler),
  });
}
await import(new URL(process.argv[2] ?? "", "file:///").href);
