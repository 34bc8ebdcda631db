// The grammar of a wish, over the classes of the words of a sentence (classes.ts): one letter a word, fillers left out.
import { classesOf } from "./classes.ts";

/** Parts that the rules share. */
const PARTS: Readonly<Record<string, string>> = {
  /** Me, my phone, this number. */
  me: "(?:o|[PzdY](?:Qx|x)?[NQ]+)",
  act: "(?:[vlb]8?|Zo?8|Z8[PdYz]x?N|Zox?N|ZP?x?N)",
  thing: "(?:[dz3YMPx]{0,3}[tlbv])",
  /** No time, which makes it a wish about the time. */
  ever: "(?![^,#]{0,3}(?:h|J|A(?!d(?:$|,))))",
  /** Nobody else is the subject. */
  told: "(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)",
  close: "(?=$|[,#a])",
};

const RULES: readonly string[] = [
  // cut the texts; lay off with the calls; turn these off
  "(?<![iujWH])K[zfO8]?f?I?[dz3YMf]*[tb]{ever}",
  "(?:(?<![iujWH])|Wu)K[fO][fI]?[dz3YM]*[tbl](?=$|[,a])",
  "(?<![iujIWH])K3f|(?<![iujIWH])Kf3",
  // sick of hearing from you; done getting texts; up to here with your calls; I can do without your messages
  "5[fI8a]*(?:E[fI]u|[Ep]?[Yz3d]{1,2}[tlb])",
  "8Io I[Yz3d][tlb]|8IoI[Yz3d][tlb]",
  "Dq[Y3z]d?x?[tlbv]|Dqd[tlb]",
  // consent
  "(?<![CWu])Dnc(?:I?[vlbt][oN]?)?(?=$|,)",
  "(?:nH?|q)[x&]?[PYd]{0,2}c(?:I(?:[BEp]{0,2}[Vvlbt]|d?f?[z3](?=$|,)))",
  "(?:n|q)H?c(?:8I?)?(?=$|,)(?<!jnc)",
  "u[DH]?n?H?[nq][HPYdM]{0,2}c(?!f)",
  "(?<!H)[nq]G(?:I[dz3Y]?[z3dYM]*[tblz3](?=$|,)|[z3](?=$|,|[ai])|u?I[vlb]{me}?|IBV|I[EBp]+[z3VYt])",
  "c(?:I[vlb]{me})?B?7|c.{0,5}B7|pxP?c",
  "[nq]x?9I?(?:[vlb]8?|B[lb]){me}",
  "[nq]xd?9I?[vlb]{me}",
  // no need to follow up
  "[nq](?:w|9)(?:I|dI)?(?:v8|[vlb]{me}?g)(?=$)",
  // threats
  "(?<!Bu)F",
  "T.{0,8}C(?:[zu]|[3dYz]+[tlb]).{0,3}k|C(?:[zu]|[3dYz]+[tlb]).{0,3}k.{0,12}[TF6]",
  "Ci[pE](?:S|0|d|z)?M[tvl](?!f[PdQ])",
  "(?:k(?:[lvb]){me}?|^[vlb]{me}?(?:g|[S0d]?Mx?))[ai,].{0,9}[TF6]",
  "4dxfPT|4IEfPT|uWB?EfPT|^EfPT|nmo(?:T|vP?T)|uBB(?:xa)?T|C(?:z|u|3?t)k8?(?=$|[,a])",
  "(?:[tlb]|[vlb]o)B1|^zB1(?=$|,)|1(?:I|f)?[dP]?(?:x)?F|[zu]B?d?1$|1I[vlb]{me}",
  "2[zYu3d]{1,2}[Nxt]*b",
  // how many times do I have to tell you; what part of no; no means no; why do you keep texting me
  "yxx[DWBH]iHIG",
  "yxf[qsnp]",
  "^[a,]*(?:qXq|sXs|nXn)",
  "y(?:[WBDn]{0,2}un?k|BunkD)[lv]{me}",
  "y[BD]unB?[lvb8]*s",
  "^[a,]*W?i?B?5o$",
  "qS(?:f[YzPd]{1,2}[xQ]?)?[vlb]{me}",
  "uBxIs(?=$|,)|uH?BGn?I?(?:s|n|r|[vlb])|u[Gx](?:u[WH]?|I)s(?=$|,)",
  "^[a,]*sz?(?=u|i[WDBH]|[PY]x)",
  "i?GqM[tlvb]?(?=$|,)(?<!j..)(?<!j...)",
  "Bug?xIs$|yDzs$|y[WD][3Yd][tlb][se]",
  "qSw[Yz3]?[tb]|q[MY]*tv",
  "nxYx[lb]",
  "n~I[vlb]{me}{ever}",
  "&[ou]?q[MS](?=$|,)|&oq$|&qM(?=$|,)",
  "wqM?fu",
  // without "do", determiners and endings: no write me again; I not want receive nothing more; remove number
  "(?:^|[,#a])q(?:[vl]I?(?:{me}|j)(?:g|Mg?|qM)|b(?:{me}|j))",
  "(?:^|[,#a])q(?:v|l)I(?:{me})",
  "nwI?[EpH]?[qMdz3]*q[M]?(?=$|,)",
  "qwI?(?:[Ep][dMqYz3]{0,2}[tlbv]|[dMqYz3]{0,2}[tlb])(?=$|,)|(?:^|[,#a])q&o?[dMYz3]{0,2}[tlbvM%](?=$|,)",
  "(?:O|r|p)P?N+[fI][YzdP3]?[lvx]?L|^[a,]*rN+$",
  "Gu.{0,3}Is(?=$|,)",
  "w.{0,3}n.{0,2}[xAf][Yz3]x?L",
  "{told}D?n[guk]?m[dM]*[tv]I{me}",
  "nwuI?[vlb]{me}?{ever}",
  "koOf(?:z|Y)",
  "m.{0,3}i?D?n[Ep](?:[fI]u|M?[3z]|[tlvM])",
  "n[,g]{2,4}[vlb]{me}",
  "wqIDI(?:u|z|3|Yx)(?=$|,)",
  // told you to stop last week; we have asked you not to call
  "(?<![jSxNPzdQqn])(?:[i,a]|^|H)GuI?(?:s(?![eh])|n[I]?[vlb]|p{me}[fO]|r{me}|q[0x]{0,2}$)",
  // nobody here wants your calls; I want no contact; no one wants to hear from you; I do not want anything from you
  "q[Sf]{0,2}[oiu3d]{0,2}(?:A?Az?[NQ]|x?dzQ)?[a-z]?w(?:IEfu|I[BV]*V|[Yz3][tlb])",
  "q(?:f[ou])?S?(?:o|xz?[QN])?w(?:IE[fI]u|I?B?V|[Yz3]M?[tlb])",
  "n(?:w)[3](?=$|,)",
  "(?:^|(?<=[,#a]))q[MY]*x?[tlb](?=$|[,a])(?<!^q[vb])",
  "<(?:E[fI]u|HE[fI]u)",
  "(?<!u)wq[M]?x?[vltb]{ever}",
  "n(?:u)?wI?[EpBH]?(?:[dqMYz3]{0,3}%?fu(?=$|,)|[dMqYz3]{0,2}[tlb]{1}(?:a[dMqYz3]{0,2}[tlbv])*(?!fx|f0|I[xPd])){ever}",
  "^(?:[a,]*q[MY]*[tlbv])+(?=$|,)(?<!^q[v])",
  "^(?:qM|q)f[Y3z]+[tlb3z]?(?=$|,)",
  "^n(?:S|0)?M[tvlb]",
  "^n[g]+(?=$|,)",
  "zBd(?:x|M)x i?wI(?:E[fI]u|[vlb])",
  "zBdxxiwI?(?:E[fI]u)",
  // do not text me, hit my line, follow up
  "{told}(?:W|D)?n[guk=wG]{0,3}(?:I|I?B)?{act}(?:[a,]{0,2}[nI]?{act})*[IfAO]{0,2}{me}{ever}",
  "(?:^|(?<=[,#a]))(?:Dn|n)[guk=w]{0,3}I?(?:v8|Z[ou]?8|b)(?:[go]*)(?=$|[,#]|a[^h]*$)",
  "(?:^|(?<=[,#a]))qM?v8?[t8]?(?=$|[,#])(?<!qv)",
  "{told}D?n[gukI]{0,3}[&]o?(?:[dMYz3]{0,3}(?:[tlb%v])|[dMYz3]{0,2}M?(?=$))",
  "{told}D?n[guk]{0,3}(?:Zo8|Z8P|ZPx?N)",
  "^(?:Dn[vlb],?){2,}",
  "{told}nDzg",
  "{told}n[ED&Ip]{0,3}BV{ever}|(?:o|[Pz]N)W?n[Bp]?V{ever}",
  "w(?:BI)?nI?[Ep&B][pEdzYM3&x]{0,3}[tlbV]",
  "(?:^|[,a])nvg?(?=$)",
  "{told}n=?u?=u?[vlb]{me}|n=u?g?[vlb]",
  "y=u[vlb]{me}",
  "(?:^|Wu)=?=n[l]{me}|^=n[l]{me}",
  "(?:^|u)=s(?:[3zdYM]+[tlb]?)(?=$|,)",
  "uB(?:G?n|nG|n[wc>x])I?(?:[vlb]{me}?|[vlb]|BV)",
  "[tlvb].{0,4}B(?:n|qx)[c>w](?=$|,)",
  "^(?:Dn[,a]?)+$",
  // remove my number; have my name removed; can I be taken off; would like off the list
  "{told}r(?:o|(?:P|z)x?N+|PN+)(?=$|[,fa]|A)(?!fx|f[dPj](?!L|N|x?L)|fO)",
  "[rp](?:o|[Pz](?:Qx)?N+)[fO]+(?=$|,|[Yz3P]+x?(?:[LNtlbM]|$)|d(?:x?L|$)|[zI3Y](?:$|,))(?<!p[o]f)",
  "rf+[YzPd]?L",
  "[rpK][zY3]x?[fO]+PN",
  "^[a,]*pjf(?=$|,)",
  "r[^,]{1,12}f+d?f?[Yz3]x?L|rPx?[QN]f+[dYz3]{1,3}x?[Lvtlb]",
  "r[dPz]N+$",
  "ro(?=h[i])",
  "rO(?=$|,|f[Y3z])",
  "^[fO]+[d3zY][tlb]",
  "pof(?=[Yz3]+x?(?:[Ltlb]|$)|$|,)",
  "k(?:P|z)N+[fO]+(?=$|,|[YzdP3])",
  "(?:H|p|w|m)(?:o|[Pz]N+|i)(?:WB|B|x)?n?(?:R(?=$|[,aOf])(?!f+[dPj]x)|BV|BnV|Vg)",
  "(?:m|m[zd]?)(?:z|[Pz]N+|i)(?:W?B)?n[tB]*V",
  "(?<!H)i[W]?[Bp]{1,2}RO?f*(?=$|,|[Yz3]+x?(?:[Lt]|$)|dx?L)(?<!iBR)",
  "(?<=W)iBRf*(?=$|,|[Yz3d]+x?[Lt])",
  "wf+(?:[dzY3]x?[Ll]|$)",
  "wOf[z3Y]+[tlb]",
  "^[ia,]{0,3}B?(?:W)?(?:p)oO(?:f[z3])?(?=$|,)",
  "p(?:o|[PzY]N+)[AI][dPY]?x?(?:rL|r$|r(?=[,A]))",
  "r(?:o|[Pz]N+)M(?:x)?$",
  // get out of my inbox; stay off my phone
  "(?<![iIH])p(?:[fO]){1,3}(?:P[Nt]|o(?=$|,))(?<!pfo)(?<!pOo)",
  "(?<![iIH])pf{2}o{close}",
  "{told}sx[x8fOIA]{0,2}P(?:N|[vt])",
  "(?<!H)iGs(?:w?x?0)",
  // bother somebody else
  "^[a,]{0,2}(?:~|p)?[vb](?:SS|MS|MN|SSx?N)(?=$|,)(?<!^v SSNQ)",
  "^[a,]{0,2}~(?:(?:SS|M[SN])I[vlb]|(?:SS|MS)$)",
  // this must end; it ends here
  "(?:j|[3zY][tlb])wIe[J]?(?=$|,)",
  "^z(?:We|HxIe|HIe|wIe|e[oJ])$|^z[BHW]xIe$",
  "(?<![iujIWH])e[dzYM]*[tl](?=$|,)",
  "(?<![iujIWH])ed?z?(?:v)(?=$|,)(?<!ev|edv)",
];

function source(rules: readonly string[]): string {
  return rules.map((rule) =>
    `(?:${rule.replace(/ /g, "").replace(/\{([a-z]+)\}/g, (_, part: string) => PARTS[part] ?? "")})`
  ).join("|");
}

export const WISH_GRAMMAR = new RegExp(source(RULES));

/** The sentence with the first wish that the grammar finds cut out, and that wish; null where there is none. */
export function wishByGrammar(sentence: string): { wish: string; rest: string } | null {
  const words = sentence.split(" ");
  const classes = classesOf(words);
  const found = WISH_GRAMMAR.exec(classes.join(""));
  if (found === null || found[0] === "") return null;
  const at: number[] = [];
  classes.forEach((letter, n) => letter !== "" && at.push(n));
  const [from, to] = [at[found.index]!, at[found.index + found[0].length - 1]! + 1];
  return {
    wish: words.slice(from, to).join(" "),
    rest: [...words.slice(0, from), "@", ...words.slice(to)].join(" "),
  };
}
