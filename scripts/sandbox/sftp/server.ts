// An SFTP server on loopback with files in memory, which can be read only.
import { createHash, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import ssh2 from "ssh2";

export interface SftpServer {
  url: string;
  /** Fingerprint of its key, as OpenSSH shows it. */
  hostKey: string;
  user: string;
  password: string;
  /** Private key that signs in, too. */
  privateKey: string;
  files: Map<string, { bytes: Uint8Array; modified: number }>;
  /** Methods by which somebody tried to sign in, other than `none`. */
  attempts: string[];
  /** The connection breaks once when so many bytes of a file were sent. */
  breakAfter: number | null;
  stop(): Promise<void>;
}

const { utils: { generateKeyPairSync, parseKey, sftp: { STATUS_CODE } } } = ssh2;
const READABLE = 0o100644;
const FOLDER = 0o040755;

export async function startSftp(): Promise<SftpServer> {
  const own = generateKeyPairSync("ed25519");
  const users = generateKeyPairSync("ed25519");
  const accepted = parseKey(users.public) as ssh2.ParsedKey;
  const connections = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [own.private] }, (connection) => {
    connections.add(connection);
    // Its types do not have it. Without, every answer waits 40 ms for another one.
    (connection as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on("authentication", (context) => {
      if (context.method !== "none") sandbox.attempts.push(context.method);
      const isUser = context.username === sandbox.user;
      const isKnown = context.method === "password"
        ? same(context.password, sandbox.password)
        : context.method === "publickey" &&
          same(context.key.data, accepted.getPublicSSH()) &&
          (!context.signature ||
            accepted.verify(context.blob!, context.signature, context.hashAlgo) === true);
      if (isUser && isKnown) context.accept();
      else context.reject(["password", "publickey"]);
    });
    connection.on("session", (accept) => {
      accept().on("sftp", (open) => serve(open(), sandbox, () => connection.end()));
    });
    connection.on("close", () => connections.delete(connection));
    connection.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const key = (parseKey(own.private) as ssh2.ParsedKey).getPublicSSH();
  const sandbox: SftpServer = {
    url: `sftp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hostKey: `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`,
    ...{ user: "sluice", password: "an example of a password", privateKey: users.private },
    ...{ files: new Map(), attempts: [], breakAfter: null },
    stop: () => {
      for (const connection of connections) connection.end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return sandbox;
}

function same(given: string | Uint8Array, wanted: string | Uint8Array): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function serve(sftp: ssh2.SFTPWrapper, sandbox: SftpServer, hangUp: () => void) {
  const handles: { path: string; listed: boolean }[] = [];
  const attributes = (mode: number, size: number, time: number) => ({
    ...{ mode, uid: 0, gid: 0, size, atime: time, mtime: time },
  });
  const at = (handle: Uint8Array) => handles[handle[0]!]!;
  const open = (id: number, path: string) => {
    handles.push({ path, listed: false });
    sftp.handle(id, Buffer.from([handles.length - 1]));
  };
  const stat = (id: number, path: string) => {
    const file = sandbox.files.get(path);
    if (!file) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    sftp.attrs(id, attributes(READABLE, file.bytes.length, file.modified));
  };
  sftp.on("OPEN", (id, path) => {
    if (sandbox.files.has(path)) open(id, path);
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  });
  sftp.on("READ", (id, handle, offset, length) => {
    if (sandbox.breakAfter !== null && offset >= sandbox.breakAfter) {
      sandbox.breakAfter = null;
      return hangUp();
    }
    const { bytes } = sandbox.files.get(at(handle).path)!;
    if (offset >= bytes.length) return sftp.status(id, STATUS_CODE.EOF);
    sftp.data(id, Buffer.from(bytes.subarray(offset, offset + length)));
  });
  sftp.on("STAT", stat);
  sftp.on("LSTAT", stat);
  sftp.on("FSTAT", (id, handle) => stat(id, at(handle).path));
  sftp.on("OPENDIR", open);
  sftp.on("READDIR", (id, handle) => {
    const folder = at(handle);
    if (folder.listed) return sftp.status(id, STATUS_CODE.EOF);
    folder.listed = true;
    const inside = [...sandbox.files].filter(([path]) =>
      path.startsWith(folder.path) && !path.slice(folder.path.length).includes("/")
    ).map(([path, { bytes, modified }]) => ({
      filename: path.slice(folder.path.length),
      longname: "",
      attrs: attributes(READABLE, bytes.length, modified),
    }));
    sftp.name(id, [{ filename: ".", longname: "", attrs: attributes(FOLDER, 0, 0) }, ...inside]);
  });
  sftp.on("CLOSE", (id) => sftp.status(id, STATUS_CODE.OK));
}
