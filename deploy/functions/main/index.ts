// The main service of a self-hosted edge runtime: hands each request to the function that its path names. It checks no
// tokens; each function verifies its callers itself (docs/platform.md).

const FOLDER = "/home/deno/functions";
const NAME = /^[a-z][a-z-]*$/;
const problem = (status: number, code: string) => Response.json({ code }, { status });

Deno.serve(async (request) => {
  const name = new URL(request.url).pathname.split("/")[1];
  if (name === "_health") return new Response("ok");
  // Neither _shared nor a path that leaves the folder.
  if (!NAME.test(name)) return problem(404, "not_found");
  const servicePath = `${FOLDER}/${name}`;
  try {
    const worker = await EdgeRuntime.userWorkers.create({
      servicePath,
      memoryLimitMb: 256,
      workerTimeoutMs: 400_000,
      noModuleCache: false,
      envVars: Object.entries(Deno.env.toObject()),
      context: { importMapPath: `${servicePath}/deno.json` },
    });
    return await worker.fetch(request);
  } catch (error) {
    console.error(JSON.stringify({ level: "error", function: name, error: String(error) }));
    return problem(503, "unavailable");
  }
});
