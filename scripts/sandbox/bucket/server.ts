// An S3-compatible bucket on loopback, with its name in the path: files and lists of them, for requests with a valid
// signature (AWS Signature Version 4) only. Lists are cut off after `pageSize` keys, as S3 does after 1,000.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Bucket {
  /** Of the bucket. */
  url: string;
  name: string;
  region: string;
  accessKeyId: string;
  secret: string;
  files: Map<string, { bytes: Uint8Array; modified: Date }>;
  pageSize: number;
  requests: string[];
  stop(): Promise<void>;
}

export async function startBucket(name = "lists"): Promise<Bucket> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", bucket.url);
    bucket.requests.push(url.pathname + url.search);
    const send = (status: number, body: string | Uint8Array, headers = {}) =>
      void response.writeHead(status, headers).end(body);
    const problem = (status: number, code: string) =>
      send(status, `<Error><Code>${code}</Code></Error>`, { "content-type": "application/xml" });
    if (!isSigned(request, url, bucket)) return problem(403, "SignatureDoesNotMatch");
    if (url.pathname === `/${name}/`) return send(200, listed(bucket, url.searchParams));
    const file = bucket.files.get(decodeURIComponent(url.pathname.slice(name.length + 2)));
    if (!file) return problem(404, "NoSuchKey");
    send(200, file.bytes, {
      etag: `"${createHash("md5").update(file.bytes).digest("hex")}"`,
      "last-modified": file.modified.toUTCString(),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bucket: Bucket = {
    ...{ name, region: "us-west-2", accessKeyId: "AKIAEXAMPLE", secret: "an example of a secret" },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`,
    ...{ files: new Map(), pageSize: 1000, requests: [] },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return bucket;
}

function listed({ files, pageSize }: Bucket, query: URLSearchParams): string {
  const after = query.get("continuation-token") ?? "";
  const all = [...files].filter(([key]) => key.startsWith(query.get("prefix") ?? "") && key > after)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const page = all.slice(0, pageSize);
  const text = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>` +
    page.map(([key, { modified, bytes }]) =>
      `<Contents><Key>${text(key)}</Key><LastModified>${modified.toISOString()}</LastModified>` +
      `<Size>${bytes.length}</Size></Contents>`
    ).join("") +
    (page.length < all.length
      ? `<NextContinuationToken>${text(page.at(-1)![0])}</NextContinuationToken>`
      : "") +
    "</ListBucketResult>";
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

function isSigned(request: IncomingMessage, url: URL, bucket: Bucket): boolean {
  const [, id, day = "", region = "", names = "", signature = ""] =
    AUTHORIZATION.exec(request.headers.authorization ?? "") ?? [];
  const time = String(request.headers["x-amz-date"] ?? "");
  if (id !== bucket.accessKeyId || region !== bucket.region || !time.startsWith(day)) return false;
  if (!names.split(";").includes("host")) return false;
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const canonical = [
    request.method,
    url.pathname.split("/").map((part) => encode(decodeURIComponent(part))).join("/"),
    [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort()
      .join("&"),
    ...names.split(";").map((name) => `${name}:${String(request.headers[name] ?? "").trim()}`),
    "",
    names,
    String(request.headers["x-amz-content-sha256"] ?? ""),
  ].join("\n");
  const sign = (key: string | Uint8Array, text: string) =>
    createHmac("sha256", key).update(text).digest();
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = createHash("sha256").update(canonical).digest("hex");
  const key = [day, region, "s3", "aws4_request"]
    .reduce<string | Uint8Array>((before, part) => sign(before, part), `AWS4${bucket.secret}`);
  const expected = sign(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash}`);
  return timingSafeEqual(expected, Buffer.from(signature, "hex"));
}
