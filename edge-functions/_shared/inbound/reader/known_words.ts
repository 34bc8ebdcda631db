// Whether a text is in a language of which the reader knows no more than its keywords.

const ENGLISH =
  /(?<!\S)(?:the|a|an|i|you|it|is|are|am|was|to|of|and|or|in|on|for|with|my|me|we|us|our|your|he|she|they|this|that|not|no|yes|yeah|yep|ok|okay|sure|what|who|how|when|where|why|do|does|did|can|will|would|have|has|had|call|text|email|please|thanks|thank|hi|hello|hey|sell|sold|sale|house|home|price|offer|interested|maybe|later|now|today|tomorrow|good|great|sorry|wrong|number|stop|if|at|by|so|but|nope|nah|want|need|let|get|got|cash|much|many)(?!\S)/;

/** No English word among several, or letters of another alphabet. */
export function isUnread(words: string): boolean {
  const others = words.match(/[\p{L}\p{M}]+/gu)?.filter((word) => !/^[a-z]+$/.test(word)) ?? [];
  const letters = others.join("").length;
  if (letters > 0 && letters * 2 >= words.replace(/[^\p{L}]/gu, "").length) return true;
  return words.split(" ").filter((word) => /^[a-z]{2,}$/.test(word)).length >= 3 &&
    !ENGLISH.test(words);
}
