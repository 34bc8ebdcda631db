// deploy/functions/main with the runtime's interface replaced; the real edge runtime is not part of the tests.
import { afterEach, beforeEach, expect, test, vi } from "vitest";

type Handler = (request: Request) => Promise<Response>;
let handler: Handler;
const create = vi.fn();

beforeEach(async () => {
  create.mockReset();
  vi.stubGlobal("Deno", {
    serve: (given: Handler) => handler = given,
    env: { toObject: () => ({ SUPABASE_URL: "http://gateway:8000" }) },
  });
  vi.stubGlobal("EdgeRuntime", { userWorkers: { create } });
  vi.resetModules();
  await import("../../../deploy/functions/main/index.ts");
});
afterEach(() => vi.unstubAllGlobals());

const ask = (path: string, init?: RequestInit) =>
  handler(new Request(`http://functions:9000${path}`, init));

test("a request goes to the function that its path names, unchanged", async () => {
  const fetched: Request[] = [];
  create.mockResolvedValue({
    fetch: (request: Request) => (fetched.push(request), Promise.resolve(new Response("done"))),
  });
  const answer = await ask("/csv-upload/uploads?x=1", { method: "POST", body: "a,b" });
  expect(await answer.text()).toBe("done");
  expect(create.mock.calls[0]![0]).toMatchObject({
    servicePath: "/home/deno/functions/csv-upload",
    context: { importMapPath: "/home/deno/functions/csv-upload/deno.json" },
    envVars: [["SUPABASE_URL", "http://gateway:8000"]],
  });
  expect(fetched[0]!.url).toBe("http://functions:9000/csv-upload/uploads?x=1");
  expect(await fetched[0]!.text()).toBe("a,b");
});

test.each(["/", "/_shared/x", "/..%2fx/y", "/a.b", "/_health/x/.."])(
  "%s starts no function",
  async (path) => {
    await ask(path);
    expect(create).not.toHaveBeenCalled();
  },
);

test("health is answered without a function", async () => {
  expect((await ask("/_health")).status).toBe(200);
  expect(create).not.toHaveBeenCalled();
});

test("a function that does not start is 503 and says no more", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  create.mockRejectedValue(new Error("could not find /home/deno/functions/nothing"));
  const answer = await ask("/nothing");
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ code: "unavailable" });
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
});
