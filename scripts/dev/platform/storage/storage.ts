// /storage/v1: private buckets with signed addresses, as Supabase Storage's API documents them. The policies of
// storage.objects decide; each request is one transaction as the role of the token. What is not in ROUTES is 501.
import pg from "pg";
import { jwtVerify, SignJWT } from "jose";
import { callerOf, type Keys, verifyToken } from "../caller.ts";
import { json } from "../http.ts";

export interface StorageOptions {
  adminUrl: string;
  keys: Keys;
  now: () => Date;
}

/** How long a signed address for an upload holds: two hours, as on the platform. */
const UPLOAD_SECONDS = 7200;
const BUCKET = "([a-z0-9][a-z0-9_.-]{0,99})";
const PATH = "([^?]{1,900})";

const failed = (status: number, error: string, message: string) =>
  json(status === 404 ? 400 : status, { statusCode: String(status), error, message });
const notFound = () => failed(404, "not_found", "Object not found");

type Claims = Record<string, unknown> & { role: string };
type Work = (client: pg.PoolClient) => Promise<Response>;
type Handler = (request: Request, bucket: string, path: string) => Promise<Response>;

export function createStorage({ adminUrl, keys, now }: StorageOptions) {
  const pool = new pg.Pool({
    connectionString: adminUrl,
    max: 4,
    application_name: "storage",
    allowExitOnIdle: true,
  });
  pool.on("error", () => {});
  const secret = new TextEncoder().encode(keys.jwtSecret);
  const seconds = () => Math.floor(now().getTime() / 1000);

  const sign = (url: string, use: string, lasts: number) =>
    new SignJWT({ url, use }).setProtectedHeader({ alg: "HS256" }).setIssuedAt(seconds())
      .setExpirationTime(seconds() + lasts).sign(secret);

  /** Whether the token of an address was made for this object and this use. */
  async function holds(request: Request, url: string, use: string): Promise<boolean> {
    const token = new URL(request.url).searchParams.get("token") ?? "";
    try {
      const { payload } = await jwtVerify(token, secret, {
        currentDate: now(),
        algorithms: ["HS256"],
      });
      return payload.url === url && payload.use === use;
    } catch {
      return false;
    }
  }

  async function claimsOf(request: Request): Promise<Claims | Response> {
    const caller = await callerOf(keys, request, now());
    if (caller instanceof Response) return caller;
    if (caller.token === null) return { role: caller.keyRole };
    try {
      const claims = await verifyToken(keys, caller.token, now());
      return { ...claims, role: String(claims.role ?? "anon") };
    } catch (error) {
      return failed(403, "Unauthorized", (error as Error).message);
    }
  }

  /** One transaction; `keep` false takes back what it did. */
  async function transaction(claims: Claims | null, keep: boolean, work: Work): Promise<Response> {
    const client = await pool.connect();
    try {
      await client.query("begin");
      if (claims) {
        await client.query("select set_config('session_authorization', 'authenticator', true)");
        await client.query(
          "select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)",
          [claims.role, JSON.stringify(claims)],
        );
      }
      const response = await work(client);
      await client.query(keep && response.ok ? "commit" : "rollback");
      return response;
    } catch (error) {
      await client.query("rollback").catch(() => {});
      if (!(error instanceof pg.DatabaseError)) throw error;
      if (error.code === "42501") {
        return failed(403, "Unauthorized", "new row violates row-level security policy");
      }
      if (error.code === "23505") {
        return failed(409, "Duplicate", "The resource already exists");
      }
      return failed(error.code?.startsWith("SL") ? 403 : 500, error.code ?? "", error.message);
    } finally {
      client.release();
    }
  }

  const asCaller = async (request: Request, keep: boolean, work: Work): Promise<Response> => {
    const claims = await claimsOf(request);
    return claims instanceof Response ? claims : await transaction(claims, keep, work);
  };

  const insert = (
    client: pg.PoolClient,
    id: string,
    bucket: string,
    path: string,
    owner: unknown,
  ) =>
    client.query(
      "insert into storage.objects (id, bucket_id, name, owner_id) values ($1, $2, $3, $4)",
      [id, bucket, path, owner ?? null],
    );

  /** Asked by who may store: the row is tried, and taken back. */
  const signUpload: Handler = async (request, bucket, path) => {
    const claims = await claimsOf(request);
    if (claims instanceof Response) return claims;
    return await transaction(claims, false, async (client) => {
      await insert(client, crypto.randomUUID(), bucket, path, claims.sub);
      const token = await sign(`${bucket}/${path}`, "upload", UPLOAD_SECONDS);
      return json(200, { url: `/object/upload/sign/${bucket}/${path}?token=${token}`, token });
    });
  };

  const upload: Handler = async (request, bucket, path) => {
    if (!await holds(request, `${bucket}/${path}`, "upload")) {
      return failed(400, "InvalidJWT", "The token does not belong to this object or has expired");
    }
    const bytes = Buffer.from(await request.arrayBuffer());
    const type = request.headers.get("content-type") ?? "application/octet-stream";
    if (/^multipart\//i.test(type)) return unknown("a multipart body");
    return await transaction(null, true, async (client) => {
      const { rows } = await client.query(
        "select file_size_limit from storage.buckets where id = $1",
        [bucket],
      );
      if (!rows[0]) return failed(404, "Bucket not found", "Bucket not found");
      if (rows[0].file_size_limit !== null && bytes.length > Number(rows[0].file_size_limit)) {
        return failed(413, "Payload too large", "The object exceeded the maximum allowed size");
      }
      const id = crypto.randomUUID();
      await insert(client, id, bucket, path, null);
      await client.query("update storage.objects set metadata = $2 where id = $1", [id, {
        size: bytes.length,
        mimetype: type,
      }]);
      await client.query("insert into storage.local_bytes values ($1, $2)", [id, bytes]);
      return json(200, { Key: `${bucket}/${path}` });
    });
  };

  const signDownload: Handler = (request, bucket, path) =>
    asCaller(request, false, async (client) => {
      const { expiresIn } = await request.json() as { expiresIn?: number };
      if (!Number.isInteger(expiresIn) || expiresIn! < 1) {
        return failed(400, "invalid_request", "body must have expiresIn, in seconds");
      }
      const { rowCount } = await client.query(
        "select from storage.objects where bucket_id = $1 and name = $2",
        [bucket, path],
      );
      if (rowCount === 0) return notFound();
      const token = await sign(`${bucket}/${path}`, "download", expiresIn!);
      return json(200, { signedURL: `/object/sign/${bucket}/${path}?token=${token}` });
    });

  const download: Handler = async (request, bucket, path) => {
    if (!await holds(request, `${bucket}/${path}`, "download")) {
      return failed(400, "InvalidJWT", "The token does not belong to this object or has expired");
    }
    return await transaction(null, false, async (client) => {
      const { rows } = await client.query(
        `select b.bytes, o.metadata ->> 'mimetype' as type from storage.objects o
         join storage.local_bytes b on b.object_id = o.id where o.bucket_id = $1 and o.name = $2`,
        [bucket, path],
      );
      if (!rows[0]) return notFound();
      const name = new URL(request.url).searchParams.get("download");
      return new Response(rows[0].bytes, {
        headers: {
          "content-type": rows[0].type ?? "application/octet-stream",
          "cache-control": "no-cache",
          ...(name !== null && {
            "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
          }),
        },
      });
    });
  };

  /** What the caller may not remove, or what is not there, is left out of the answer. */
  const remove: Handler = (request, bucket) =>
    asCaller(request, true, async (client) => {
      const { prefixes } = await request.json() as { prefixes?: string[] };
      const { rows } = await client.query(
        "delete from storage.objects where bucket_id = $1 and name = any ($2) returning bucket_id, id, name, metadata",
        [bucket, prefixes ?? []],
      );
      return json(200, rows);
    });

  const ROUTES: [method: string, path: RegExp, handler: Handler][] = [
    ["POST", new RegExp(`^/object/upload/sign/${BUCKET}/${PATH}$`), signUpload],
    ["PUT", new RegExp(`^/object/upload/sign/${BUCKET}/${PATH}$`), upload],
    ["POST", new RegExp(`^/object/sign/${BUCKET}/${PATH}$`), signDownload],
    ["GET", new RegExp(`^/object/sign/${BUCKET}/${PATH}$`), download],
    ["DELETE", new RegExp(`^/object/${BUCKET}()$`), remove],
  ];
  const unknown = (what: string) =>
    failed(501, "LOCAL501", `The local storage does not know ${what}.`);

  return {
    async handle(request: Request, path: string): Promise<Response> {
      for (const [method, pattern, handler] of ROUTES) {
        const [, bucket, name] = request.method === method ? pattern.exec(path) ?? [] : [];
        if (bucket === undefined) continue;
        return await handler(request, bucket, decodeURIComponent(name ?? ""));
      }
      return unknown(`${request.method} ${path}`);
    },
    close: () => pool.end(),
  };
}
