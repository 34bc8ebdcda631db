// A mailbox on loopback that n8n reads, with enough IMAP for its Email Trigger.
import { createServer, type Socket } from "node:net";

interface Letter {
  uid: number;
  source: Buffer;
  seen: boolean;
}

export interface Postbox {
  port: number;
  letters: Letter[];
  /** A mail with attachments arrives. */
  arrive(from: string, attachments: Record<string, string | Buffer>): Letter;
  /** A mail is moved to another folder and back, unread. */
  moveBack(letter: Letter): void;
  close(): Promise<void>;
}

const account = { user: "lists", password: "postbox-1" };
const capabilities = "CAPABILITY IMAP4rev1 IDLE";

function write(from: string, attachments: Record<string, string | Buffer>): Buffer {
  const parts = Object.entries(attachments).map(([name, content]) => [
    "--part",
    `Content-Type: application/octet-stream; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from(content).toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
  ]);
  return Buffer.from([
    ...[`From: Records <${from}>`, "To: lists@example.com", "Subject: this week's list"],
    ...["Date: Fri, 27 Nov 2026 12:00:00 +0000", "Message-ID: <list@example.com>"],
    ...["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="part"', ""],
    ...["--part", "Content-Type: text/plain", "", "The list is attached.", ""],
    ...parts.flat(),
    ...["--part--", ""],
  ].join("\r\n"));
}

function serve(socket: Socket, box: Postbox): void {
  let idling = "";
  let buffer = "";
  const say = (line: string) => socket.write(`${line}\r\n`);
  const wanted = (set: string) => {
    const uids = set.split(",").map(Number);
    return box.letters.map((letter, index) => ({ letter, number: index + 1 }))
      .filter(({ letter }) => uids.includes(letter.uid));
  };
  const respond = (name: string, rest: string): string => {
    if (name === "CAPABILITY") say(`* ${capabilities}`);
    if (name === "LOGIN" && rest.replaceAll('"', "") !== `${account.user} ${account.password}`) {
      return "NO wrong password";
    }
    if (name === "LIST") say('* LIST (\\HasNoChildren) "/" INBOX');
    if (name === "LSUB") say('* LSUB () "/" INBOX');
    if (name === "SELECT") {
      say("* FLAGS (\\Seen)");
      say("* OK [PERMANENTFLAGS (\\Seen \\*)] limited");
      say(`* ${box.letters.length} EXISTS`);
      say("* OK [UIDVALIDITY 1] valid");
      say(`* OK [UIDNEXT ${box.letters.length + 1}] next`);
      return "OK [READ-WRITE] selected";
    }
    if (name === "UID SEARCH") {
      const unseen = box.letters.filter(({ seen }) => !seen || !rest.includes("UNSEEN"));
      say(["* SEARCH", ...unseen.map(({ uid }) => uid)].join(" "));
    }
    if (name === "UID FETCH") {
      for (const { letter, number } of wanted(rest.split(" ")[0] ?? "")) {
        say(`* ${number} FETCH (UID ${letter.uid} BODY[] {${letter.source.length}}`);
        socket.write(letter.source);
        say(")");
      }
    }
    if (name === "UID STORE") {
      for (const { letter } of wanted(rest.split(" ")[0] ?? "")) letter.seen = true;
    }
    return "OK done";
  };
  socket.on("data", (chunk) => {
    buffer += chunk.toString("latin1");
    for (;;) {
      const end = buffer.indexOf("\r\n");
      if (end < 0) return;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      if (idling && line.toUpperCase() === "DONE") {
        say(`${idling} OK done`);
        idling = "";
        continue;
      }
      const [, tag = "", name = "", rest = ""] = /^(\S+) ((?:UID )?\S+) ?(.*)$/i.exec(line) ?? [];
      if (name.toUpperCase() === "IDLE") {
        idling = tag;
        say("+ idling");
      } else say(`${tag} ${respond(name.toUpperCase(), rest)}`);
      if (name.toUpperCase() === "LOGOUT") socket.end();
    }
  });
  socket.on("error", () => socket.destroy());
  say(`* OK [${capabilities}] ready`);
}

export async function openPostbox(): Promise<Postbox> {
  const sockets = new Set<Socket>();
  const box: Postbox = {
    ...{ port: 0, letters: [] },
    arrive: (from, attachments) => put(write(from, attachments)),
    moveBack: ({ source }) => void put(source),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  const put = (source: Buffer): Letter => {
    const letter = { uid: box.letters.length + 1, source, seen: false };
    box.letters.push(letter);
    for (const socket of sockets) socket.write(`* ${box.letters.length} EXISTS\r\n`);
    return letter;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(socket, box);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  box.port = typeof address === "object" && address ? address.port : 0;
  return box;
}

/** Settings of workflow 10. */
export const mailedLists = (box: Postbox) => ({
  SLUICE_IMAP_HOST: "127.0.0.1",
  SLUICE_IMAP_PORT: String(box.port),
  SLUICE_IMAP_USER: account.user,
  SLUICE_IMAP_PASSWORD: account.password,
  SLUICE_IMAP_SECURE: "false",
  SLUICE_MAIL_FROM: "Records@example.net, other@example.net",
  SLUICE_MAIL_SOURCE: "mailed-lists",
});
