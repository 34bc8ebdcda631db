// Which IP addresses are on the public internet. Requests to URLs that members configure go to no others: not to this
// machine, its network, or the metadata service of its cloud.

/**
 * Special purposes, after IANA's IPv4 Special-Purpose Address Registry (RFC 6890 and its successors), and the address at
 * which Azure answers its virtual machines.
 */
const IPV4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"],
  ...["192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"],
];
/**
 * Global unicast is 2000::/3; everything else is special: loopback, IPv4-mapped, NAT64, unique local, link-local,
 * multicast. Of it, these are, too: protocol assignments with Teredo and benchmarking, documentation, 6to4.
 */
const IPV6_GLOBAL = "2000::/3";
const IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];

interface Range {
  bits: bigint;
  length: number;
}

function ipv4(text: string): bigint | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return null;
  return parts.reduce((bits, part) => bits << 8n | BigInt(part), 0n);
}

function ipv6(text: string): bigint | null {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted ? ipv4(dotted[2]!) : 0n;
  if (tail === null) return null;
  const whole = dotted
    ? `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`
    : text;
  const [head, rest, more] = whole.split("::");
  if (more !== undefined) return null;
  const left = head ? head.split(":") : [];
  const right = rest ? rest.split(":") : [];
  const missing = 8 - left.length - right.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array<string>(rest === undefined ? 0 : missing).fill("0"), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((bits, group) => bits << 16n | BigInt(`0x${group}`), 0n);
}

const read = (parse: (text: string) => bigint | null) => (range: string): Range => {
  const [address, length] = range.split("/");
  return { bits: parse(address!)!, length: Number(length) };
};
const within = (size: number, address: bigint) => ({ bits, length }: Range) =>
  address >> BigInt(size - length) === bits >> BigInt(size - length);

const special4 = IPV4.map(read(ipv4));
const special6 = IPV6.map(read(ipv6));
const global6 = read(ipv6)(IPV6_GLOBAL);

/** `address` as a resolver writes it; anything else is not public. */
export function isPublicAddress(address: string): boolean {
  const four = ipv4(address);
  if (four !== null) return !special4.some(within(32, four));
  const six = ipv6(address);
  return six !== null && within(128, six)(global6) && !special6.some(within(128, six));
}
