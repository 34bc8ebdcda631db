// What data providers say about an address and its owner. Every provider answers in this form.
export interface AddressQuestion {
  /** The owner, so that the answer says whether the two belong together. */
  name: string | null;
  street: string;
  city: string | null;
  state: string | null;
  zip: string | null;
}

export interface AddressCodes {
  codes: string[];
  /** Melissa's key of the address that was checked. */
  mak: string | null;
}
