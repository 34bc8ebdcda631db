// Numbers with a fixed response: those of Twilio's test credentials.

export const e164 = /^\+[1-9]\d{7,14}$/;

export const refusedTo: Record<string, (to: string, from: string) => [number, string]> = {
  "+15005550001": (to) => [21211, `The 'To' number ${to} is not a valid phone number.`],
  "+15005550002": (to, from) => [
    21612,
    `The 'To' phone number: ${to}, is not currently reachable using the 'From' phone number: ${from} via SMS.`,
  ],
  "+15005550003": (to) => [
    21408,
    `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}.`,
  ],
  "+15005550004": () => [21610, "Attempt to send to unsubscribed recipient"],
  "+15005550009": (to) => [21614, `'To' number is not a valid mobile number: ${to}`],
};
export const refusedFrom: Record<string, (from: string) => [number, string]> = {
  "+15005550001": (from) => [21212, `The 'From' number ${from} is not a valid phone number.`],
  "+15005550007": (from) => [
    21606,
    `The 'From' phone number ${from} is not a valid, SMS-capable inbound phone number or short code for your account.`,
  ],
  "+15005550008": (
    from,
  ) => [21611, `This 'From' number ${from} has exceeded the maximum number of queued messages.`],
};
export const refusedCall: Record<string, [number, string]> = {
  "+15005550001": [21217, "Phone number does not appear to be valid."],
  "+15005550002": [21214, "'To' phone number cannot be reached."],
  "+15005550003": [21215, "Account not authorized to call this international number."],
  "+15005550004": [21216, "Account not allowed to call this number."],
};
