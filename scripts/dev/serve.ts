// Runs a function or the worker in a Deno that does not know DENO_SERVE_ADDRESS, as the hosted runtime's does not:
// `deno run serve.ts ENTRYPOINT`.
const address = Deno.env.get("DENO_SERVE_ADDRESS");
if (address) {
  const { hostname, port } = new URL(address.replace(/^tcp:(?!\/\/)/, "http://"));
  const serve = Deno.serve as (options: object, handler: unknown) => unknown;
  Object.assign(Deno, {
    serve: (handler: unknown) => serve({ hostname, port: Number(port), onListen() {} }, handler),
  });
}
const [entrypoint = ""] = Deno.args;
await import(new URL(entrypoint, "file:///").href);
