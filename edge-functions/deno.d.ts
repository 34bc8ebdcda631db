// The little of Deno that the functions use, for tsc. Deno itself brings its own types.
declare namespace Deno {
  function serve(handler: (request: Request) => Response | Promise<Response>): unknown;
}
