// A mail server on loopback that records mails, with enough SMTP for n8n's Send Email.
import { createServer, type Socket } from "node:net";

export interface Mail {
  from: string;
  to: string[];
  /** Headers and text, as sent. */
  text: string;
}

export interface Mailbox {
  port: number;
  mails: Mail[];
  /** Refuses every mail. */
  refuses: boolean;
  /** Never responds to connections, but counts them. */
  hangs: boolean;
  waiting: number;
  close(): Promise<void>;
}

function serve(socket: Socket, box: Mailbox): void {
  let buffer = "";
  let from = "";
  let to: string[] = [];
  let reading = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const address = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? "";
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO" || verb === "HELO") return say("250 mail.example.com");
    if (verb === "MAIL" && box.refuses) return say("550 not here");
    if (verb === "MAIL") from = address(line);
    if (verb === "RCPT") to.push(address(line));
    if (verb === "QUIT") {
      say("221 bye");
      return socket.end();
    }
    reading = verb === "DATA";
    say(reading ? "354 go on" : "250 ok");
  };
  socket.on("data", (chunk) => {
    buffer += chunk.toString("utf8");
    for (;;) {
      const end = buffer.indexOf(reading ? "\r\n.\r\n" : "\r\n");
      if (end < 0) return;
      const part = buffer.slice(0, end);
      buffer = buffer.slice(end + (reading ? 5 : 2));
      if (!reading) {
        command(part);
        continue;
      }
      reading = false;
      box.mails.push({ from, to, text: part.replaceAll("=\r\n", "") });
      to = [];
      say("250 kept");
    }
  });
  socket.on("error", () => socket.destroy());
  if (box.hangs) {
    box.waiting++;
    return;
  }
  say("220 mail.example.com");
}

export async function openMailbox(): Promise<Mailbox> {
  const sockets = new Set<Socket>();
  const box: Mailbox = {
    ...{ port: 0, mails: [], refuses: false, hangs: false, waiting: 0 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
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
