// XML of a workbook, read as a stream of elements. Prefixes are dropped: some programs write `x:row` for `row`.
import { SaxesParser } from "saxes";
import { UnreadableFile } from "./unreadable.ts";

export interface Handlers {
  open(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Characters without a tag, and elements within each other: no program writes more, and a small archive can unpack to
 * any number. A cell of Excel has at most 32,767. */
const MAX_TEXT = 8 << 20;
const MAX_DEPTH = 200;

/** Calls the handlers for one chunk after another; yields after each, so that what they gathered can be passed on. */
export async function* readXml(
  chunks: AsyncIterable<Uint8Array>,
  handlers: Handlers,
): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false });
  let failure: Error | null = null;
  let withoutTag = 0;
  let depth = 0;
  parser.on("error", (error) => void (failure ??= error));
  parser.on("opentag", (tag) => {
    withoutTag = 0;
    if (++depth > MAX_DEPTH) failure ??= new Error("too many elements within each other");
    handlers.open(localName(tag.name), tag.attributes as Record<string, string>);
  });
  parser.on("closetag", (tag) => {
    withoutTag = 0;
    depth--;
    handlers.close?.(localName(tag.name));
  });
  if (handlers.text) parser.on("text", (text) => handlers.text!(text));
  let decoder: TextDecoder | null = null;
  const write = (text: string) => {
    withoutTag += text.length;
    if (withoutTag > MAX_TEXT) failure ??= new Error("one value has more than 8 MiB");
    else parser.write(text);
    if (failure) throw new UnreadableFile(`the workbook is damaged: ${failure.message}`);
  };
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    write(decoder.decode(chunk, { stream: true }));
    yield;
  }
  if (decoder) write(decoder.decode());
  parser.close();
  if (failure) throw new UnreadableFile(`the workbook is damaged: ${(failure as Error).message}`);
  yield;
}

/** For files that are small enough to be read at once. */
export async function scanXml(
  chunks: AsyncIterable<Uint8Array>,
  open: Handlers["open"],
): Promise<void> {
  for await (const _ of readXml(chunks, { open }));
}

/** The value of an attribute with any prefix: `r:id`, or `id` in another namespace prefix. */
export function attribute(attributes: Record<string, string>, name: string): string | undefined {
  if (attributes[name] !== undefined) return attributes[name];
  const key = Object.keys(attributes).find((key) => localName(key) === name);
  return key === undefined ? undefined : attributes[key];
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function encodingOf([a, b]: Uint8Array): string {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return "utf-8";
}
