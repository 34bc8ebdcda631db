// Runs a function or the worker in a Deno that does not know DENO_SERVE_ADDRESS, such as that of the hosted runtime:
// `deno run serve.ts ENTRYPOINT`.
import process from "node:process";

const MAX_UNREAD = 64 * 2 ** 20;
/** A client that sends nothing for this long waits for the response and not for a reader. */
const MAX_PAUSE_MS = 250;

/**
 * Reads the body that a handler refused without reading it. That Deno resets the connection otherwise, and the
 * response is lost on its way to the gateway; in the hosted runtime no such connection lies between them.
 */
async function readRest(request: Request): Promise<void> {
  if (!request.body || request.bodyUsed) return;
  const reader = request.body.getReader();
  let size = 0;
  while (size <= MAX_UNREAD) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), MAX_PAUSE_MS);
    });
    const read = await Promise.race([reader.read(), pause]).finally(() => clearTimeout(timer));
    if (!read || read.done) return;
    size += read.value.byteLength;
  }
}

type Handler = (request: Request, info: unknown) => Response | Promise<Response>;

const address = process.env.DENO_SERVE_ADDRESS;
if (address) {
  const [, hostname = "", port = ""] = /^tcp:(.+):(\d+)$/.exec(address) ?? [];
  const serve = Deno.serve as unknown as (options: object, handler: Handler) => unknown;
  Object.assign(Deno, {
    serve: (handler: Handler) =>
      serve({ hostname, port: Number(port), onListen() {} }, async (request, info) => {
        const response = await handler(request, info);
        // Any other response may itself be made of the body.
        if (response.status >= 400) await readRest(request).catch(() => {});
        return response;
      }),
  });
}
await import(new URL(process.argv[2] ?? "", "file:///").href);
