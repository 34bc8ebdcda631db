// Texts of providers' errors without anything of a person. A provider may quote what it was sent: a name, an address, a
// sentence. So words are kept by a list, not removed by one: what the list does not know is masked.

/** Words of errors and bounces. None is a usual first name or surname (`will`, `may`, `mark` and `grant` are missing). */
const WORDS = new Set(
  `a able about above abuse accept accepted accepts access account accounts action activate activated active
  activity actually add added address addresses administrative administrator after again against age all
  allocated allow allowed already also although always an and another answer answered any api app appear appears
  application apply are area array as ask assistant associated at attach attachment attachments attempt
  attempted attempts attribute audio auth authenticate authenticated authentication authorization authorize
  authorized authorizing auto automatic automatically availability available avoid away back backoff bad balance
  base based batch bcc be because become been before begin being below between bits blacklist blacklisted block
  blocked blocking blocklist blocklisted body boolean bot both bounce bounced bounces broadcast broken bucket
  buffer bulk busy but buy by byte bytes cache call callback called caller calls campaign can cancel canceled
  cancelled cannot capability capable capacity carrier carriers categories category cc cell certificate change
  changed channel character characters charge check checked checking checks choose classified classify client
  clients close closed cluster code codes com combination comma command common complaint complaints complete
  completed compliance concurrency concurrent conditions config configuration configure configured conflict
  connect connected connecting connection connections connectivity consent consult consumer contact contain
  contained containing contains content contents context continue conversation converted could couldn couldnt
  count country create created creating credential credentials credit credits currency currently custom customer
  cut daily data database date days deactivated deadline declined deferred defined delay delayed deleted deliver
  deliverability delivered delivery denied deny deprecated desired destination detail detailed details detected
  detection determine device did didn dimension direct directly disabled disallowed discarded disconnected disk
  dkim dmarc dns documentation does doesn domain domains done double down download due duplicate during dynamic
  e each either element email emails empty enable enabled encoded encoding encountered encrypted encryption end
  ended endpoint enforced engine enough ensure entered entity envelope error errors even event every exceed
  exceeded exceeds except exception exhausted exist existing exists expect expected expired expires explicitly
  extension external extra fail failed fails failure false fatal fault fetch field file files filter filtered
  filtering find first flagged follow following for forbidden format formatted forward found fraud from full
  function further gateway general generic get given global go gone greater greylisted greylisting group had
  handler handset has hash hasn have haven header headers heuristics high host hostname hour hourly hours how
  html http https id identifier identity if ignore ignored illegal image images immediately implemented import
  improper in inactive inbound inbox include included includes including incompatible incomplete incorrect index
  indicated information infrastructure input inside instance instead insufficient integer integration intended
  internal international interrupted into invalid ip is isn issue issues it item items its itself json jwt keep
  kept key keys keyword known label landline language large last latency later learn least left length less
  level limit limitations limited limits line link links list listed lists local locale location locked log
  login longer loop low machine mail mailbox mailboxes mailer mailing mails make malformed malicious many map
  match matches matching maximum mb media memory merge message messages messaging metadata method might mime
  minimum minute minutes mismatch missing mobile mode model moderation modified module moment month monthly more
  most moved much multiple must mx name named names need needed needs nested net network networks never next no
  nobody node nodes non none nor not null number numbers numeric object obsolete occurred of off offline ok old
  on once one online only open operation operator opt opted option optional or order organization origin other
  otherwise our out outbound outgoing output outside over overloaded overrides own package param parameter
  parameters parse parsed parsing part partial parts path pattern payload pending per perhaps period permanent
  permanently permission permissions permitted personalization personalizations phone phones phrase ping plain
  plan please policy port possible possibly postmaster precondition prefix present prevent previous previously
  primary priority privacy private problem problems process processed processing processor profile prohibited
  prompt properly properties property protected protection protocol provide provided provider providers proxy
  ptr public purchase push put query queue queued quota quoted quotes random range rate rates rather reach
  reachable reached read reason reasons recaptcha receive received receiver receiving recently recipient
  recipients recognized record records redirect refer reference refused regarding region register registered
  registration registry reject rejected rejecting rejection related relay relayed relaying released remote
  removed rendered rendering repeat repeated replace reply report reported reporting reports reputation request
  requested requests require required requires reserved reset resolve resolved resolver resource resources
  respond response responses restricted restriction result retried retries retry retrying return returned review
  rewrite route routed routing rule rules running s said same schema scheme scope script second seconds secret
  section secure security see seems segment segments send sender senders sending sends sent separated sequence
  server servers service session set setting settings setup several shaken should shown signal signature simple
  since single size slow smtp so socket some something soon source spaces spam spamhaus specific specified
  specify speed spf standard start started state statement status stir stop stopped storage stored stream string
  strings subject submission submitted subscribed subscriber subscription substitution successful such suffix
  supplied support supported suppressed suppression surcharge suspected suspended suspicious switch switched
  syntax system t tag tags take taken task tcp team technical telephony template templates temporarily temporary
  tenant term terminated terms test text texts than that the their them then there therefore these they this
  those threshold throttle throttled through throughput time timed timeout timeouts times timestamp timezone tls
  to token tokens toll tone too took tool total traffic transaction transcriber transcript transfer transient
  transport trial tried trigger triggered true trunk trusted try trying twice two type types typos unable
  unallocated unauthenticated unauthorized unavailable unconfirmed undefined undeliverable under understood
  unencrypted unexpected unfortunately unhandled unicode unique unknown unless unlisted unnecessary
  unprocessable unreachable unread unrecognized unregistered unresolved unsafe unsolicited unspecified
  unsubscribe unsubscribed unsubscribes unsupported until unusable unusual unverified up update updated upgrade
  upload upper upstream uri url urls usage use used user username users using usual utf valid validate validated
  validation value values variable variables verification verified verify version very via video violates
  violation virus visit voice voicemail volume wait waiting want warning was we webhook webhooks week were what
  when where whether which while who whole why with within without word words workspace would write wrong x xml
  yet you your zero zone`
    .split(/\s+/),
);
/** Product and protocol names, and systems whose bounces name themselves. */
const NAMES = new Set(
  `aol att comcast deno esmtp exchange gmail google hotmail http icloud imap ipv4 ipv6 messagelabs microsoft mimecast
  openai outlook postfix proofpoint sendgrid sluice sms stripe tmobile tls twilio vapi verizon yahoo zerobounce`
    .split(
      /\s+/,
    ),
);

const isKnown = (word: string) => WORDS.has(word) || NAMES.has(word);

/** `phoneNumberId` and `to_email` are words of the list as well. */
const isKept = (token: string): boolean =>
  /^\p{Nd}+$/u.test(token)
    // Codes of bounces; longer ones are house numbers and ZIP codes.
    ? token.length <= 3
    : isKnown(token.toLowerCase()) ||
      (token.match(/\p{Lu}?\p{Ll}+|\p{Lu}+|[\p{Nd}\p{M}\p{Lo}]+/gu) ?? []).every((part) =>
        WORDS.has(part.toLowerCase())
      );

/** The text with each word and number that says nothing about the error masked as `…`. */
export const errorWords = (text: string): string =>
  text.replace(/[\p{L}\p{M}\p{Nd}]+/gu, (token) => isKept(token) ? token : "…")
    .replace(/…(?:[^\p{L}\p{Nd}…]{0,3}…)+/gu, "…");

export const wordList: ReadonlySet<string> = WORDS;
