// A file on an SFTP server. The key of the server is pinned: another one ends the connection before the password or a
// signature is sent. `*` in the name stands for the newest file that matches. Only the worker process imports this file:
// ssh2 is too large for a function beside everything else.
import { createHash } from "node:crypto";
import { connect } from "node:net";
import ssh2 from "ssh2";
import { findTarget } from "../../platform/http/public_target.ts";
import { baseOf, matches, type OpenFile } from "./content.ts";
import { fileFetcher } from "./file.ts";
import { type Fetcher, PullRefused, type PullSource, type PullTools } from "./types.ts";

const READY_MS = 20_000;
const IDLE_MS = 120_000;
const URL_FORM = /^sftp:\/\/([^/:]+)(?::(\d+))?(\/.+)$/;

export const fetchSftp: Fetcher = fileFetcher(async (source, tools) => {
  const [, host = "", port = "22", path = ""] = URL_FORM.exec(source.url) ?? [];
  const { client, sftp } = await login(source, host, Number(port), tools);
  try {
    const folder = decodeURIComponent(path.slice(0, path.lastIndexOf("/") + 1));
    const wanted = decodeURIComponent(baseOf(path));
    const name = wanted.includes("*") ? await newest(sftp, folder, wanted) : wanted;
    const { size, mtime } = await asked<ssh2.Stats>((done) => sftp.stat(folder + name, done));
    const stream = sftp.createReadStream(folder + name, { highWaterMark: 256 * 1024 });
    // Reads in flight fail after the stream was left, and an error without a listener ends the process.
    stream.on("error", () => {});
    const file: OpenFile = {
      name,
      version: `${mtime} ${size}`,
      body: stream as AsyncIterable<Uint8Array>,
      close: () => {
        stream.destroy();
        client.end();
      },
    };
    client.on("error", (error) => stream.destroy(error));
    client.on("close", () => stream.destroy(new Error("the server closed the connection")));
    return file;
  } catch (error) {
    client.end();
    throw error;
  }
});

async function login(
  { options, token }: PullSource,
  host: string,
  port: number,
  tools: PullTools,
): Promise<{ client: ssh2.Client; sftp: ssh2.SFTPWrapper }> {
  if (!options.user || !options.host_key) {
    throw new PullRefused("user or key of the server missing");
  }
  if (!token) throw new PullRefused("the password or private key is missing");
  const loopback = host === "127.0.0.1" && tools.loopback;
  const { address } = await findTarget(loopback ? `http://${host}` : `https://${host}`, tools);
  const sock = connect({ host: address, port, noDelay: true, timeout: IDLE_MS });
  sock.on("timeout", () => sock.destroy(new Error("the server sends nothing")));
  const isKey = /^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(token);
  if (isKey && ssh2.utils.parseKey(token) instanceof Error) {
    throw new PullRefused("the private key cannot be read; it must not have a passphrase");
  }
  const client = new ssh2.Client();
  let found = "";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.once("ready", resolve);
  client.on("error", reject);
  client.on("close", () => reject(new Error("the server closed the connection")));
  client.connect({
    sock,
    username: options.user,
    ...(isKey ? { privateKey: token } : { password: token }),
    readyTimeout: READY_MS,
    hostVerifier: (key: Buffer) => {
      found = `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
      return found === options.host_key;
    },
  });
  try {
    await promise;
    return { client, sftp: await asked<ssh2.SFTPWrapper>((done) => client.sftp(done)) };
  } catch (error) {
    client.end();
    sock.destroy();
    if (found !== "" && found !== options.host_key) {
      throw new PullRefused(`the server has another key than the pinned one: ${found}`);
    }
    if ((error as { level?: string }).level === "client-authentication") {
      throw new PullRefused("the server refused the user, password or key");
    }
    throw error;
  }
}

async function newest(sftp: ssh2.SFTPWrapper, folder: string, wanted: string): Promise<string> {
  const list = await asked<ssh2.FileEntryWithStats[]>((done) => sftp.readdir(folder, done));
  const [found] = list
    .filter(({ filename, attrs }) => attrs.isFile() && matches(filename, wanted))
    .sort((a, b) => b.attrs.mtime - a.attrs.mtime || (a.filename < b.filename ? 1 : -1));
  if (!found) throw new PullRefused(`no file in ${folder} matches ${wanted}`);
  return found.filename;
}

/** Codes of SFTP that another attempt would not change: no such file, permission denied. */
const FOR_GOOD = [2, 3];

function asked<T>(
  call: (done: (error: Error | undefined | null, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) =>
    call((error, value) => {
      if (!error) return resolve(value);
      const known = FOR_GOOD.includes((error as { code?: unknown }).code as number);
      reject(known ? new PullRefused(`the server answered: ${error.message}`) : error);
    })
  );
}
