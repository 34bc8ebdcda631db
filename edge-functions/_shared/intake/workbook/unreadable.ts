/** A file cannot be read as what it claims to be; the message says what to do. */
export class UnreadableFile extends Error {
  override name = "UnreadableFile";
}
