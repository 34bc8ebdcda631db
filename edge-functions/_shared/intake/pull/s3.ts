// A file in an S3-compatible bucket, asked for with a signature (AWS Signature Version 4). `*` in the last part of its key
// stands for the newest file that matches.
import { AwsV4Signer } from "aws4fetch";
import { readXml } from "../workbook/xml.ts";
import { matches } from "./content.ts";
import { fileFetcher, openUrl } from "./file.ts";
import { readPage } from "./request.ts";
import { type Fetcher, PullRefused, type PullSource, type PullTools } from "./types.ts";

/** Pages of 1,000 keys in which the newest file is looked for. */
const MOST_PAGES = 50;

export const fetchS3: Fetcher = fileFetcher(async (source, tools) => {
  const url = source.url.includes("*") ? await newest(source, tools) : source.url;
  return await openUrl(url, () => signed(source, url), 0, tools);
});

async function signed(
  { options, token }: PullSource,
  url: string,
): Promise<{ url: string; headers: Record<string, string> }> {
  if (!options.access_key_id || !token) throw new PullRefused("the secret access key is missing");
  const request = await new AwsV4Signer({
    method: "GET",
    url,
    accessKeyId: options.access_key_id,
    secretAccessKey: token,
    service: "s3",
    ...(options.region ? { region: options.region } : {}),
  }).sign();
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) if (name !== "host") headers[name] = value;
  return { url: request.url.href, headers };
}

/** With `bucket`, its name begins the path of the URL; without, the host is the bucket. */
async function newest(source: PullSource, tools: PullTools): Promise<string> {
  const url = new URL(source.url);
  const { bucket } = source.options;
  const base = bucket ? `/${bucket}/` : "/";
  if (!url.pathname.startsWith(base)) {
    throw new PullRefused(`the path of the URL does not begin with the bucket ${bucket}`);
  }
  const pattern = decodeURIComponent(url.pathname.slice(base.length));
  const prefix = pattern.slice(0, pattern.indexOf("*"));
  if (pattern.slice(pattern.indexOf("*")).includes("/")) {
    throw new PullRefused("only the last part of a key may have *");
  }
  let found: Listed | null = null;
  let after: string | null = null;
  for (let page = 1; page === 1 || after !== null; page++) {
    if (page > MOST_PAGES) throw new PullRefused(`more than ${MOST_PAGES},000 files match`);
    const list = new URL(base, url);
    const query: Record<string, string> = { "list-type": "2", prefix };
    if (after !== null) query["continuation-token"] = after;
    list.search = new URLSearchParams(query).toString().replaceAll("+", "%20");
    const { url: asked, headers } = await signed(source, list.href);
    const answer = await readList(await readPage(asked, headers, tools));
    for (const one of answer.files) {
      const later = found === null || one.modified > found.modified ||
        (one.modified === found.modified && one.key > found.key);
      if (later && matches(one.key, pattern)) found = one;
    }
    after = answer.after;
  }
  if (found === null) throw new PullRefused(`no file of the bucket matches ${pattern}`);
  return new URL(base + found.key.split("/").map(encodeURIComponent).join("/"), url).href;
}

interface Listed {
  key: string;
  modified: string;
}

async function readList(
  xml: Uint8Array,
): Promise<{ files: Listed[]; after: string | null }> {
  const files: Listed[] = [];
  let after: string | null = null;
  let text = "";
  let one: Listed = { key: "", modified: "" };
  const whole = async function* () {
    yield await Promise.resolve(xml);
  };
  const reading = readXml(whole(), {
    open: () => void (text = ""),
    text: (part) => void (text += part),
    close: (name) => {
      if (name === "Key") one.key = text;
      else if (name === "LastModified") one.modified = text;
      else if (name === "Contents") {
        files.push(one);
        one = { key: "", modified: "" };
      } else if (name === "NextContinuationToken") after = text;
    },
  });
  for await (const _ of reading);
  return { files, after };
}
